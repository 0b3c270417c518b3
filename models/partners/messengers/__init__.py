from . import crm_lead
from . import dealflow_messenger
from . import dealflow_messenger_kind
from . import res_partner
