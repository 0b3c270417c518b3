"""Tables of the export of everything that is deleted with Dealflow."""

import re
from dataclasses import dataclass

# Text that a spreadsheet would take for a formula; phone numbers and amounts begin the same way and are harmless.
FORMULA = re.compile(r'[=@+-]')
HARMLESS = re.compile(r'[+-]?[\d\s().,/-]*')


@dataclass(frozen=True)
class Part:
    """Records of one model that are deleted, or of which some fields are."""

    folder: str
    model: str
    names: list
    domain: object

    @property
    def path(self):
        return f'{self.folder}/{self.model}.csv'


def get_cell(value):
    """Return a value as Odoo's own export writes it, with text escaped that a spreadsheet would take for a formula."""
    if value is None or value is False:
        return ''
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str) and FORMULA.match(value) and not HARMLESS.fullmatch(value):
        return f"'{value}"
    return value
