from . import test_credit_control
from . import test_financial_risk
from . import test_full_name
