from . import dealflow_stage_requirement
