from . import dealflow_letter_mixin
from . import dealflow_reference_mixin
from . import ir_filters
from . import res_currency
