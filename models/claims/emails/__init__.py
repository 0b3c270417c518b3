from . import dealflow_claim
