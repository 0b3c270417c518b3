from . import dealflow_card_arrangement
from . import ir_model_fields
