from . import test_entity_link
