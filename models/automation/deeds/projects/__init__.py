from . import dealflow_rule_action
