from . import export
from . import portal
from . import removal
from . import requests
from . import sales_funnel
from . import telephony
