from . import dealflow_receipt
