from . import account_move
from . import dealflow_receipt
