"""What the search over all looks through: one declaration for each kind of records."""

from dataclasses import dataclass

from .search_words import FUNCTION


@dataclass(frozen=True)
class SearchedKind:
    """A kind of records that the search finds, such as clients or deals.

    Several kinds may be of one model, such as clients and contacts; then they declare the same columns, for one index.

    :param key: what programs call it
    :param name: what people call it, in their language
    :param action: XML id of the action that shows the section of these records
    :param words: columns of the model with texts
    :param codes: columns of the model with numbers whose dashes and blanks do not count, such as tax numbers
    :param phones: columns of the model with telephones
    :param clients: many2one fields to contacts; whoever looks for a client finds the records as well
    :param details: fields that are shown beside the name
    :param domain: which records of the model are of this kind
    :param only: the part of the table that the index is about, in SQL; the domain must not go beyond it
    """

    key: str
    model: str
    name: str
    action: str
    words: tuple[str, ...]
    codes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    domain: object = ()
    icon: str = 'fa-file-o'
    only: str = ''

    @property
    def columns(self):
        """The columns of the model whose changes the search must see."""
        return (*self.words, *self.codes, *self.phones)

    def get_text(self, table=''):
        """Return the SQL of the folded text of a record; that of the index has no table.

        Blanks stand at both ends, so that each word stands between two.
        """
        prefix = f'"{table}".' if table else ''
        parts = [f"coalesce({prefix}\"{name}\", '')" for name in self.words]
        parts += [f"regexp_replace(coalesce({prefix}\"{name}\", ''), '[^0-9A-Za-z]', '', 'g')" for name in self.codes]
        parts += [f"regexp_replace(coalesce({prefix}\"{name}\", ''), '[^0-9]', '', 'g')" for name in self.phones]
        text = " || ' ' || ".join(parts)
        return f"{FUNCTION}(' ' || {text} || ' ')"
