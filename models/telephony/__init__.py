from . import dealflow_telephony_provider
from . import dealflow_telephony_extension
from . import dealflow_call
from . import dealflow_call_leg
from . import dealflow_partner_phone
from . import res_company
from . import res_config_settings
from . import res_partner
