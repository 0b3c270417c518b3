from . import test_entity_link
from . import test_js
from . import test_tours
