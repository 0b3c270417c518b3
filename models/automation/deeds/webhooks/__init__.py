from . import dealflow_rule_action
from . import dealflow_rule_call
