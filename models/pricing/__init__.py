# Documents first: their mixin derives from the one of derived values, which minimum prices bring to orders too.
from . import documents
from . import minimum_price
from . import catalog
from . import offer
