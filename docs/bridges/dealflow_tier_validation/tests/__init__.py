from . import test_reviews
