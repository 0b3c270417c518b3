"""The tables into which is exported what goes with Dealflow."""

import re
from dataclasses import dataclass

# A text that a spreadsheet would take for a formula; phone numbers and amounts begin like one, and are none.
FORMULA = re.compile(r'[=@+-]')
HARMLESS = re.compile(r'[+-]?[\d\s().,/-]*')


@dataclass(frozen=True)
class Part:
    """Records of one model that go, or of which some fields go."""

    folder: str
    model: str
    names: list
    domain: object

    @property
    def path(self):
        return f'{self.folder}/{self.model}.csv'


def get_cell(value):
    """Return a value as Odoo's own export writes it, no text of which a spreadsheet takes for a formula."""
    if value is None or value is False:
        return ''
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str) and FORMULA.match(value) and not HARMLESS.fullmatch(value):
        return f"'{value}"
    return value
