from . import dealflow_requisites_mixin
