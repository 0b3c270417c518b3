"""What people type to get past a mandatory field."""

PLACEHOLDERS = frozenset(
    """
    - -- . .. ... ? ?? ??? x xx xxx n/a na none no yes ok okay tbd tba todo test
    нет да ок н/д хз немає так няма brak nie tak hz
""".split()
) | {'nie ma'}


def is_filled(text):
    """Return whether a text has content and is not a placeholder such as «-», «n/a», «ok» or «tbd»."""
    word = (text or '').strip().lower()
    return word not in PLACEHOLDERS and len(set(word) - {' '}) > 1
