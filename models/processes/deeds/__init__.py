from . import dealflow_rule
from . import dealflow_rule_action
