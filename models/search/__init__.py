from . import dealflow_search
