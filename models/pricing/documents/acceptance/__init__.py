from . import dealflow_stage
from . import payment_transaction
from . import sale_order
