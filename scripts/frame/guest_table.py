"""The tables of docs/guests.md: a row for each guest, brought up to date by the rows of a run."""

from dataclasses import dataclass

from frame.errors import FrameError
from frame.paths import CHECKOUT

PAGE = CHECKOUT / 'docs' / 'guests.md'
HEADER = '| name | version | installs | opens | own tests | remark |'
RULE = '|---|---|---|---|---|---|'
NOT_RUN = 'not run'


@dataclass
class Row:
    """What is known of a guest. What a run did not look at is empty, and stays what it was before."""

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
        """This row, with what an older one knows of the same version where this one knows nothing."""
        known = old and old.version == self.version
        return Row(
            self.name,
            self.version,
            self.installs or (old.installs if known else NOT_RUN),
            self.opens or (old.opens if known else NOT_RUN),
            self.tests or (old.tests if known else NOT_RUN),
            # Remarks are written by people.
            self.remark or (old.remark if old else ''),
        )


def update(text, title, rows):
    """Return a page with rows brought into the table below a title, in the order of their names."""
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
    """The row that a line of a table says."""
    return Row(*(cell.strip() for cell in line.strip().strip('|').split('|')))
