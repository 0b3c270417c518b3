from . import dealflow_price_form
from . import dealflow_product_suggestion
