from . import dealflow_deal
