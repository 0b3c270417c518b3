from . import dealflow_call
from . import dealflow_deal
from . import res_company
from . import res_config_settings
from . import res_users
