from . import dealflow_sharing_mixin
from . import dealflow_filter_folder
from . import ir_filters
from . import tree
from . import subscriptions
