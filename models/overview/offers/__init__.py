from . import dealflow_history
