from . import test_documents
from . import test_money
from . import test_requisites
