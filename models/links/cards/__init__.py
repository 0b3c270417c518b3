from . import calendar_event
from . import crm_lead
from . import dealflow_claim
from . import dealflow_competitor
from . import dealflow_contract
from . import dealflow_deal
from . import dealflow_receipt
from . import res_partner
