from . import sale_order
from . import mail_activity
