# Documents first: their mixin builds on the guard of derived values, which others add to orders by itself.
from . import documents
from . import minimum_price
from . import catalog
from . import offer
