"""What automation rules have done in the present transaction."""

from typing import NamedTuple

KEY = 'dealflow_rules'


class Watch(NamedTuple):
    """What a rule looks at; ``domain`` is its condition if it can be asked of records in memory, else None."""

    rule_id: int
    trigger: str
    names: frozenset
    domain: object
    runs_on_import: bool


class RuleMemory:
    """``done`` has a rule and a record each: a rule acts on a record once per save, however many fields follow from it.

    ``complete`` has the records whose creation has ended, ``chain`` the rules at work, the first one first, and
    ``causer_id`` the user whose change set off the first of them. ``values`` has the names of the fields that a rule
    has set on a record, and ``undone`` the rules and records of which the log says that another rule has set them back.
    """

    __slots__ = ('causer_id', 'chain', 'complete', 'done', 'undone', 'values')

    def __init__(self):
        self.done = set()
        self.undone = set()
        self.values = {}
        self.complete = set()
        self.chain = []
        self.causer_id = False


def get_memory(cursor):
    """Return the memory of the transaction of a cursor; the cursor forgets it when the transaction ends."""
    return cursor.cache.setdefault(KEY, RuleMemory())


def keep_memory(cursor, memory):
    """Keep the memory although a savepoint was rolled back, which takes along what was noted before."""
    cursor.cache[KEY] = memory
