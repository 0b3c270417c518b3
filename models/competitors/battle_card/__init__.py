from . import dealflow_competitor
