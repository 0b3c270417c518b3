from . import dealflow_filter_folder
from . import ir_filters
from . import ir_http
