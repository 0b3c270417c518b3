from . import crm_lead_lost
from . import dealflow_deals_mixin
from . import dealflow_deal_lose
from . import dealflow_deal_move
from . import dealflow_lead_convert
