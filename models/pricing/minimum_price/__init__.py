from . import dealflow_minimum_price
from . import product_product
from . import product_template
from . import res_company
from . import res_config_settings
from . import crm_team
from . import sale_order_line
from . import sale_order
