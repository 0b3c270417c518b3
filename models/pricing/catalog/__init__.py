from . import dealflow_price_form
from . import res_company
from . import res_config_settings
from . import suggestions
from . import transactions
from . import warehouses
