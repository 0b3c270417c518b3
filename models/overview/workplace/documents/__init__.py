from . import dealflow_workplace
