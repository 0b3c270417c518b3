from . import export
from . import removal
from . import sales_funnel
