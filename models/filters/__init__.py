# The guards first: the mixin of our own models extends those for models of other modules.
from . import dealflow_sharing_guard_mixin
from . import dealflow_filter_choice_mixin
from . import dealflow_sharing_mixin
from . import base
from . import dealflow_column_set
from . import dealflow_column_choice
from . import dealflow_filter_folder
from . import ir_filters
from . import res_users
from . import tree
from . import subscriptions
