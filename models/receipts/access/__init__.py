from . import dealflow_deal
from . import dealflow_receipt
