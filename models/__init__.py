# Abstract models come before the models that inherit them.
from . import dealflow_business_partner_mixin
from . import account_move
from . import dealflow_entity_link
from . import dealflow_partner_status
from . import dealflow_region
from . import dealflow_requisite_log
from . import res_partner
from . import res_partner_industry
from . import res_partner_requisites
from . import sale_order
