from . import dealflow_card_mixin
from . import dealflow_register
from . import dealflow_register_value
from . import ir_fields_converter
