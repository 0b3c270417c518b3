from . import dealflow_quiet_mixin
from . import dealflow_deal
from . import res_partner
