from . import dealflow_workplace
from . import calls
from . import client
from . import clients
from . import documents
from . import ir_ui_menu
from . import touches
