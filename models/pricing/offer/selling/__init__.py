from . import dealflow_price_form
