from . import sales_funnel
