"""The tables of docs/guests.md: one row for each guest, updated from the rows of a run."""

from dataclasses import dataclass

from frame.errors import FrameError
from frame.paths import CHECKOUT

PAGE = CHECKOUT / 'docs' / 'guests.md'
HEADER = '| name | version | installs | opens | own tests | remark |'
RULE = '|---|---|---|---|---|---|'
NOT_RUN = 'not run'


@dataclass
class Row:
    """What is known about a guest. Empty fields were not covered by the run, and keep their earlier value."""

    name: str
    version: str
    installs: str = ''
    opens: str = ''
    tests: str = ''
    remark: str = ''

    def __str__(self):
        cells = self.name, self.version, self.installs, self.opens, self.tests, self.remark
        return '| ' + ' | '.join(cell.replace('|', '/') for cell in cells) + ' |'

    def over(self, old):
        """Return this row, with empty fields filled from an older row of the same version."""
        known = old and old.version == self.version
        return Row(
            self.name,
            self.version,
            self.installs or (old.installs if known else NOT_RUN),
            self.opens or (old.opens if known else NOT_RUN),
            self.tests or (old.tests if known else NOT_RUN),
            # Remarks are written by hand.
            self.remark or (old.remark if old else ''),
        )


def update(text, title, rows):
    """Return a page with the rows merged into the table below a title, sorted by name."""
    lines = text.splitlines()
    try:
        top = lines.index(HEADER, lines.index(f'## {title}')) + 2
    except ValueError as error:
        raise FrameError(f"{PAGE.name} has no table of guests below «{title}».") from error
    bottom = top
    while bottom < len(lines) and lines[bottom].startswith('|'):
        bottom += 1
    table = {row.name: row for row in map(read_row, lines[top:bottom])}
    for row in rows:
        table[row.name] = row.over(table.get(row.name))
    lines[top:bottom] = map(str, sorted(table.values(), key=lambda row: row.name))
    return '\n'.join(lines) + '\n'


def read_row(line):
    """Parse a line of the table into a row."""
    return Row(*(cell.strip() for cell in line.strip().strip('|').split('|')))
