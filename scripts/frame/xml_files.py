"""XML files of the module as their readers see them: what formatting must not change, and rules no other tool has."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from lxml import etree

MAX_COLUMNS = 120
WHITE = ' \t\r\n'

# Attributes in which a line break would be visible: user texts, and group names, which Odoo does not strip.
WHOLE = set('aria-label confirm confirm-label data-tooltip groups help placeholder string sum title'.split())
ATTRIBUTE_ALONE = re.compile(r'\s*([\w.-]+)="[^"]*"')
# The value of a field that is stored as written; an expression in brackets may span several lines.
VALUE_ALONE = re.compile(r'\s*>(?:\{\{|[^<\[({])[^<]*</field>')

# What other modules may anchor on, without a name; a tag with a position is part of an inheritance itself, and a group
# of filters stands in a search.
NAMELESS = """
    //*[self::group or self::page or contains(concat(' ', @class, ' '), ' oe_button_box ')]
    [not(@name or @position)][not(ancestor::search)][not(self::group/*[1][self::filter])]
"""
# White space around these elements is not rendered.
BLOCKS = set(
    'address article blockquote br body div dd dl dt field footer h1 h2 h3 h4 h5 h6 header hr html li main nav odoo '
    'ol p record section table tbody td template tfoot th thead tr ul'.split()
)


@dataclass
class Token:
    """A tag, a text or a comment."""

    kind: str
    line: int
    name: str = ''
    attributes: dict = field(default_factory=dict)
    text: str = ''

    def __str__(self):
        return {'start': f'<{self.name}>', 'end': f'</{self.name}>'}.get(self.kind, self.kind)


def read(text):
    """Return the tokens of a file, always with a text, possibly empty, between two other tokens."""
    tokens = []
    stack = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def add(kind, name='', attributes=(), content=''):
        if kind != 'text' and tokens and tokens[-1].kind != 'text':
            tokens.append(Token('text', parser.CurrentLineNumber))
        if kind == 'text' and tokens and tokens[-1].kind == 'text':
            tokens[-1].text += content
        else:
            tokens.append(Token(kind, parser.CurrentLineNumber, name, dict(attributes), content))

    def start(name, attributes):
        stack.append(attributes)
        add('start', name, attributes)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: add('end', name, stack.pop())
    parser.CharacterDataHandler = lambda content: add('text', content=content)
    parser.CommentHandler = lambda content: add('comment', content=content)
    parser.Parse(text.encode(), True)
    return tokens


def changes(before, after):
    """Return the visible changes made by formatting a file, as pairs of a line in the earlier file and a message.

    The web client drops white space between tags when it contains a line break, and renders other white space.
    Documents and emails render both as a space.
    """
    old, new = read(before), read(after)
    printed = _printed(old)
    found = []
    for index, (was, becomes) in enumerate(zip(old, new, strict=False)):
        if (was.kind, was.name, was.attributes) != (becomes.kind, becomes.name, becomes.attributes):
            return [*found, (was.line, f"{was} would become {becomes}")]
        if not _reads_the_same(was, becomes, index in printed):
            place = f"between {old[index - 1]} and {old[index + 1]}" if was.kind == 'text' else "of a comment"
            found.append((old[index - 1].line, f"white space {place} would change what is shown"))
    if len(old) != len(new):
        found.append((old[-1].line, "tags would be added or removed"))
    return found


def _reads_the_same(was, becomes, is_printed):
    """Return whether a text renders as before; other tokens have no text."""
    if was.text.strip(WHITE) or becomes.text.strip(WHITE):
        return was.text == becomes.text
    if is_printed:
        return bool(was.text) == bool(becomes.text)
    kinds = {_blank(was.text), _blank(becomes.text)}
    return len(kinds) == 1 or ' ' not in kinds


def _blank(text):
    """Return white space as it is rendered."""
    return '\n' if '\n' in text else ' ' if text else ''


def _printed(tokens):
    """Return the indexes of texts that documents and emails render, including white space."""
    found = set()
    inside = 0
    for index, token in enumerate(tokens):
        prints = token.name == 'template' or (token.name == 'field' and token.attributes.get('type') == 'html')
        if token.kind == 'start' and (inside or prints):
            inside += 1
        elif token.kind == 'end' and inside:
            inside -= 1
        elif token.kind == 'text' and inside and not _is_edge(tokens[index - 1], tokens[index + 1]):
            found.add(index)
    return found


def _is_edge(left, right):
    """Return whether white space between two tags is not rendered, as at the edge of a block or before ``t-else``."""
    branch = right.kind == 'start' and not {'t-else', 't-elif'}.isdisjoint(right.attributes)
    inside = (left.kind == 'start' and 't-call' in left.attributes) or (
        right.kind == 'end' and 't-call' in right.attributes
    )
    return branch or inside or left.name in BLOCKS or right.name in BLOCKS


def problems(text):
    """Return the violations of our rules in a file, as pairs of line and message."""
    try:
        return sorted(long_lines(text) + nameless(text))
    except etree.XMLSyntaxError as error:
        return [(error.lineno, f"not well-formed: {error}")]


def long_lines(text):
    """Return lines that are too long and could be broken, as pairs of line and message."""
    return [
        (number, f"line too long ({len(line)} > {MAX_COLUMNS})")
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > MAX_COLUMNS and not _cannot_break(line)
    ]


def _cannot_break(line):
    """Return whether a line is a single text that a line break would change."""
    attribute = ATTRIBUTE_ALONE.fullmatch(line)
    return bool(attribute and attribute[1] in WHOLE) or bool(VALUE_ALONE.fullmatch(line))


def nameless(text):
    """Return groups, pages and button boxes of forms without a name to inherit from, as pairs of line and message."""
    return [
        (node.sourceline, f"<{node.tag}{words} without a name")
        for node in etree.fromstring(text.encode()).xpath(NAMELESS)
        for words in [f' string="{node.get("string")}">' if node.get('string') else '>']
    ]
