from . import crm_lead
from . import dealflow_lead_person
from . import dealflow_person_role
from . import res_company
from . import res_config_settings
