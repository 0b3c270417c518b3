"""The questions of an extended search (E35, X27)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One line of the form: a question whose answer is looked for in one field, or in any of several.

    ``names`` are fields of the model or paths (``contact_ids.email``); the first one says which answers fit and is the
    key of the line. ``instead`` are those asked where the first one is not installed; ``label`` replaces the label of
    the field.
    """

    names: tuple
    label: str = ''
    instead: tuple = ()

    @property
    def key(self):
        return self.names[0]


def asked(*names, label='', instead=()):
    """Return a line of the form; see :class:`Asked`."""
    return Asked(names, label, instead)
