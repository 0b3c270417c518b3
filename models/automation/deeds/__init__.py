from . import letters
from . import records
from . import documents
from . import webhooks
from . import projects
