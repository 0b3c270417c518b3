"""Bands of the difference between one's own price and a competitor's."""

# Lower bounds of the bands after the first, in per cent of the competitor's price.
GAP_EDGES = (-20, -15, -10, -5, 0, 5, 10, 15, 20)
GAP_BANDS = [
    ('0', "Over 20 % cheaper"),
    ('1', "15 to 20 % cheaper"),
    ('2', "10 to 15 % cheaper"),
    ('3', "5 to 10 % cheaper"),
    ('4', "Up to 5 % cheaper"),
    ('5', "Same price to 5 % dearer"),
    ('6', "5 to 10 % dearer"),
    ('7', "10 to 15 % dearer"),
    ('8', "15 to 20 % dearer"),
    ('9', "20 % dearer and more"),
]
