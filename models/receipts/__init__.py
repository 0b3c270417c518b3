from . import account_move
from . import account_partial_reconcile
from . import account_payment
from . import dealflow_deal
from . import dealflow_deal_log
from . import dealflow_receipt
from . import dealflow_receipt_habit
from . import dealflow_receipt_postponement
from . import dealflow_stage_requirement
from . import res_company
from . import res_config_settings
from . import sale_order
from . import due
from . import invoices
from . import matching
from . import questions
from . import sections

# After the sections: it adds another section field.
from . import forecast
from . import reminders
from . import access
