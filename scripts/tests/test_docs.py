"""The documentation pages link to each other, and contain words instead of requirement ids."""

import re

import pytest

from frame.paths import CHECKOUT

DOCS = CHECKOUT / 'docs'
PAGES = sorted([*DOCS.glob('*.md'), *CHECKOUT.glob('*.md'), *(CHECKOUT / 'bench').glob('*.md')])
# Pages for readers who compare systems or write programs.
FOR_PROGRAMMERS = {DOCS / name for name in ('features.md', 'developer.md', 'api.md')}
FOR_PEOPLE = [page for page in DOCS.glob('*.md') if page not in FOR_PROGRAMMERS | {DOCS / 'README.md'}]
INDEX = DOCS / 'features.md'
ROW = re.compile(r'\b[BCEPX]\d{2,3}\b')
LINK = re.compile(r'!?\[[^\]]*\]\(([^)\s]+)\)')
DEFINITION = re.compile(r'^\[([^\]]+)\]: (\S+)$', re.M)
# Menus and buttons use these words; they are in bold or italics, or in a column of menus.
NAMES = re.compile(r"\*+[^*\n]+\*+|^!\[.*$|\]\([^)]*\)|^\| Salespeople[^|]*\||Reporting / Salespeople[^|]*|^#.*$", re.M)
OTHER_WORDS = re.compile(r'\b(salespersons?|salespeople|sellers?)\b', re.I)


def get_text(page):
    """Return the text of a page without its code."""
    return re.sub(r'```[\s\S]*?```|^ {4}.*$|`[^`\n]*`', '', page.read_text(), flags=re.M)


def get_anchors(page):
    """Return the anchors of the headings of a page, as GitHub generates them."""
    headings = re.findall(r'^#+ (.*)$', page.read_text(), re.M)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings}


def get_targets(page):
    """Return the link targets of a page, except those of other sites."""
    text = get_text(page)
    targets = LINK.findall(text) + [target for _name, target in DEFINITION.findall(text)]
    return [target for target in targets if '://' not in target]


def get_index():
    """Return the cells of the index rows that are in tables with pages and tests."""
    rows, is_table = [], False
    for line in INDEX.read_text().splitlines():
        is_table = line.startswith('|') and (is_table or line == '| rows | what | where | page | shown by |')
        if is_table and not line.startswith(('| rows', '|---')):
            rows.append([cell.strip() for cell in line.removeprefix('|').removesuffix('|').split('|')])
    return rows


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_links_lead_somewhere(page):
    broken = []
    for target in get_targets(page):
        name, _, anchor = target.partition('#')
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and path.suffix == '.md' and anchor not in get_anchors(path)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize('page', FOR_PEOPLE, ids=lambda page: page.name)
def test_pages_for_people_name_no_rows(page):
    assert ROW.findall(get_text(page)) == []


@pytest.mark.parametrize('page', [*FOR_PEOPLE, INDEX], ids=lambda page: page.name)
def test_responsible_person_has_one_name(page):
    """Other words for the responsible person are labels of screens: in another type, or capitalized for a menu."""
    assert OTHER_WORDS.findall(NAMES.sub('', get_text(page))) == []


def test_every_page_and_picture_is_reached():
    reached = {
        (page.parent / target.partition('#')[0]).resolve()
        for page in PAGES
        for target in get_targets(page)
        if not target.startswith('#')
    }
    assert {page.name for page in DOCS.glob('*.md') if page != DOCS / 'README.md'} - {
        page.name for page in reached
    } == set()
    assert {picture for picture in (DOCS / 'pictures').iterdir() if picture not in reached} == set()


def test_index_leads_from_rows_to_pages_and_tests():
    rows = get_index()
    assert len(rows) > 100
    assert [row for row in rows if len(row) != 5] == []
    assert [row[0] for row in rows if '[Test' in row[4] and '](' not in row[3]] == []
    tests = dict(DEFINITION.findall(INDEX.read_text()))
    named = set(re.findall(r'\[(Test\w+)\](?![(:])', INDEX.read_text()))
    assert named == set(tests)
    assert [name for name, path in tests.items() if f'class {name}(' not in (DOCS / path).resolve().read_text()] == []
