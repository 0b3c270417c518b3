from . import dealflow_derived_values_mixin
from . import dealflow_derived_mixin
from . import dealflow_letter_mixin
from . import dealflow_log_mixin
from . import ir_filters
from . import res_currency
