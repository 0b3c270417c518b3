# Derived values first: the mixin of our own models adds to the one for models of others.
from . import dealflow_derived_values_mixin
from . import dealflow_company_mixin
from . import dealflow_deletion_mixin
from . import dealflow_derived_mixin
from . import dealflow_letter_mixin
from . import dealflow_log_mixin
from . import dealflow_merge_mixin
from . import dealflow_reference_mixin
from . import dealflow_public_call
from . import ir_actions_act_window
from . import ir_actions_actions
from . import ir_filters
from . import mail_activity
from . import res_company
from . import res_currency
from . import res_users
