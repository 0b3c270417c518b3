from . import catalog
