from . import dealflow_register
from . import dealflow_register_value
