from . import dealflow_price_form
from . import dealflow_warehouse_group
from . import dealflow_warehouse_group_line
from . import ir_ui_menu
