from . import calendar_event
from . import dealflow_deal
from . import dealflow_history
from . import ir_http
from . import mail_activity
from . import res_partner
from . import res_users
