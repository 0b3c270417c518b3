# In this order: a room knows the rooms before it, and none that comes after.
from . import base
from . import partners
from . import deals
from . import receipts
from . import events
from . import competitors
from . import claims
from . import marketing
from . import telephony
from . import pricing
from . import overview
from . import requests
from . import automation
from . import processes
from . import links
