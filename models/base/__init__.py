from . import dealflow_company_mixin
from . import dealflow_derived_mixin
from . import dealflow_letter_mixin
from . import dealflow_reference_mixin
from . import ir_actions_act_window
from . import ir_filters
from . import res_currency
