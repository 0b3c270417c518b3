from . import dealflow_rule
