from . import dealflow_client_kind
from . import res_partner
