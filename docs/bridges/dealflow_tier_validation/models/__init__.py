from . import dealflow_deal
from . import tier_definition
