from . import dealflow_site_visit
from . import dealflow_history
from . import dealflow_stage_requirement
