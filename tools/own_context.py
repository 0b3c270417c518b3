"""Context values that only code can set."""


class Own:
    """A value that one of our methods puts into the context for another.

    Whatever comes over RPC, from a view or from an action is text, numbers, lists and dictionaries, never an ``Own``.
    """

    __slots__ = ('value',)

    def __init__(self, value):
        self.value = value


# A single instance, because each different value in a context creates a new environment.
YES = Own(True)


def get_own(env, key, default=None):
    """Return the value that our code has put into the context; the default for any other value there."""
    found = env.context.get(key)
    return found.value if isinstance(found, Own) else default
