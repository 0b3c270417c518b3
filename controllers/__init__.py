from . import export
from . import sales_funnel
