from . import dealflow_call
