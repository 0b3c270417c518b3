from . import dealflow_filter_subscription
from . import ir_filters
