from . import minimum_price
from . import catalog
from . import documents
from . import offer
