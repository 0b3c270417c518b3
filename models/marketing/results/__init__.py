from . import dealflow_marketing_event
