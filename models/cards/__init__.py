from . import dealflow_card_mixin
from . import dealflow_card_arrangement
from . import dealflow_card_change
from . import dealflow_card_log
from . import custom_fields
from . import forms
from . import ir_ui_view
from . import registers
