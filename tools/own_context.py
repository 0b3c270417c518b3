"""Values in the context that code alone can put there."""


class Own:
    """A value that one method of ours leaves in the context for another.

    What comes over RPC, from a view or from an action is text, numbers, lists and dictionaries, and never one of these.
    """

    __slots__ = ('value',)

    def __init__(self, value):
        self.value = value


# One for all, because each value in a context makes an environment of its own.
YES = Own(True)


def get_own(env, key, default=None):
    """Return what code of ours has put into the context, and the default for whatever else is there."""
    found = env.context.get(key)
    return found.value if isinstance(found, Own) else default
