from . import dealflow_search
from . import ir_http
