# Derived values first: the mixin of our own models adds to the one for models of others.
from . import dealflow_derived_values_mixin
from . import dealflow_company_mixin
from . import dealflow_derived_mixin
from . import dealflow_letter_mixin
from . import dealflow_log_mixin
from . import dealflow_reference_mixin
from . import dealflow_working_day
from . import ir_actions_act_window
from . import ir_filters
from . import res_currency
from . import res_company
from . import resource_calendar
from . import resource_calendar_attendance
from . import resource_calendar_leaves
