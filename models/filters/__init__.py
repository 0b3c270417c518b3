# The guards first: the mixin of our own models extends those for models of other modules.
from . import dealflow_sharing_guard_mixin
from . import dealflow_filter_choice_mixin
from . import dealflow_sharing_mixin
from . import dealflow_filter_folder
from . import ir_filters
from . import res_users
from . import tree
from . import subscriptions
