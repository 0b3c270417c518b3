from . import minimum_price
