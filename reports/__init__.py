from . import dealflow_report_mixin
from . import dealflow_sales_funnel
from . import dealflow_deal_dynamics
from . import report_sales_funnel
from . import dealflow_receipt_day
from . import dealflow_receipt_report
