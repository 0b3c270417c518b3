"""Find the quoted history that the sender's mail program has put below a reply.

Odoo marks what programs wrap into elements of their own, and lines that begin with «>». It leaves the line above a
quotation («On Wednesday Anna wrote:») and histories without a frame, as Outlook writes them. The maintained libraries
that cut replies recognize neither in Ukrainian or Bulgarian, and silently treat such texts as English.

Nothing is lost: the history is only marked, so that Odoo shows it behind «more», and text that is new stays visible.
"""

import re
from html import escape

from lxml import etree, html

QUOTE = 'data-o-mail-quote'
# Our own mark, to tell the history from signatures, which Odoo marks too.
HISTORY = 'data-dealflow-history'
# Block elements, which start a new line.
BLOCKS = set(
    'address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html li ol p '
    'pre section table tbody td tfoot th thead tr ul'.split()
)

# «wrote» in mail programs in English, Russian, Ukrainian, Bulgarian and Polish.
WROTE = (
    r"wrote|writes|пишет|(?:на)?писал(?:\(а\)|а)?|пише|(?:на)?писав(?:\(ла\)|\(-ла\))?|(?:на)?писала|написа|пиша|писа"
    r"|(?:na)?pisał(?:\(a\)|a)?|pisze"
)
MOMENT = r"\d{1,2}[:.]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}"
ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
ATTRIBUTION = re.compile(
    rf"^(?=.*(?:{MOMENT}))(?:.*\b(?:{WROTE})|.*{ADDRESS}\W*)\s*:\s*$|^(?=.*{ADDRESS}).*\b(?:{WROTE})\s*:\s*$",
    re.IGNORECASE,
)

# The header lines with which Outlook begins a history, in the same languages.
LABELS = {
    'from': ("From", "От", "Від", "Od"),
    'sent': (
        "Sent",
        "Date",
        "Отправлено",
        "Дата",
        "Надіслано",
        "Відправлено",
        "Изпратено",
        "Wysłano",
        "Wysłane",
        "Data",
    ),
    'to': ("To", "Кому", "До", "Do", "Cc", "Копия", "Копія", "Копие", "DW", "Importance", "Важность"),
    'subject': ("Subject", "Тема", "Относно", "Temat"),
}
HEADER = re.compile(
    '|'.join(rf"(?P<{kind}>^\W*(?:{'|'.join(words)})\s*:)" for kind, words in LABELS.items()), re.IGNORECASE
)
HEADER_LINES = 8
SEPARATOR = re.compile(
    r"^\W*(?:original message|исходное сообщение|оригінальне повідомлення|вихідне повідомлення|початкове повідомлення"
    r"|оригинално съобщение|първоначално съобщение|wiadomość oryginalna|oryginalna wiadomość|original appointment)\W*$"
    r"|^_{10,}$|^-{10,}$",
    re.IGNORECASE,
)

# A forwarded message is what its sender wants to say.
FORWARD = re.compile(
    r"forwarded (?:message|by)|пересылаемое сообщение|пересланное сообщение|переадресованн\w+ сообщени"
    r"|переслане повідомлення|перенаправлене повідомлення|пересилається повідомлення|препратено съобщение"
    r"|препратено писмо|przekazana wiadomość|wiadomość przekazana|przesłana wiadomość",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|пересл|пер|пд|препр|пр|pd|przekaz)\s*:", re.IGNORECASE)


def mark_history(body, subject='', known=None, is_ours=None):
    """Return an email's body with its history marked, so that Odoo shows it behind «more».

    :param str body: HTML of the email, sanitized by Odoo
    :param str subject: an email whose subject says that it was forwarded is left alone
    :param known: earlier texts of the thread; below a header without a frame only they are history. ``None``: unknown,
        so everything below it is
    :param is_ours: function of the first line of a history that returns whether a colleague wrote what follows. If it
        is not given or returns false, a history without a frame stays visible, unless its first line is known
    :rtype: str
    """
    if not body or FORWARD_SUBJECT.search(subject or '') or not (root := _parse(body)).getchildren():
        return body
    lines = _get_lines(root)
    marked = _find_quoted(lines) | _find_outlook(lines, known, is_ours)
    if not marked or len(marked) == len(lines) or any(FORWARD.search(line.text) for line in lines):
        return body
    for number in sorted(marked, reverse=True):
        lines[number].mark()
    _mark_parents(root)
    return _render(root)


def cut_history(body):
    """Return the body that :func:`mark_history` has marked, without its history."""
    if not body or HISTORY not in body:
        return body
    root = _parse(body)
    for element in root.xpath(f'.//*[@{HISTORY}]'):
        if element.getparent() is not None:
            element.drop_tree()
    for element in root.iter('pre'):
        for each in element.iter():
            each.text = re.sub(r"\n{3,}", "\n\n", each.text or '')
            if each is not element:
                each.tail = re.sub(r"\n{3,}", "\n\n", each.tail or '')
    for element in reversed(list(root.iter('p', 'div', 'span', 'blockquote', 'hr'))):
        if element is not root and not element.text_content().strip() and element.find('.//img') is None:
            element.drop_tree()
    return _render(root)


def _parse(body):
    return html.fragment_fromstring(body, create_parent='div')


def _render(root):
    inner = ''.join(etree.tostring(child, encoding='unicode', method='html') for child in root)
    return escape(root.text or '', quote=False) + inner


class Line:
    """A visible line: pieces of text nodes, each ``(element, 'text' or 'tail', start, end)``."""

    def __init__(self, pieces, follows_blank):
        self.pieces, self.follows_blank = pieces, follows_blank
        text = ''.join(getattr(element, place)[start:end] for element, place, start, end in pieces)
        self.text = ' '.join(text.split())

    @property
    def is_quoted(self):
        """Whether the line is in a blockquote or begins with «>»."""
        element, place, _start, _end = self.pieces[0]
        around = element if place == 'text' else element.getparent()
        while around is not None:
            if around.tag == 'blockquote':
                return True
            around = around.getparent()
        return self.text.startswith('>')

    def mark(self):
        for element, place, start, end in reversed(self.pieces):
            text = getattr(element, place)
            if not text[start:end].strip():
                continue
            span = html.Element('span', {QUOTE: '1', HISTORY: '1'})
            span.text, span.tail = text[start:end], text[end:]
            setattr(element, place, text[:start])
            if place == 'text':
                element.insert(0, span)
            else:
                element.addnext(span)
                # lxml moves the tail along with the element.
                element.tail, span.tail = text[:start], text[end:]


def _get_lines(root):
    return [line for line in _LineReader(root).lines if line.text]


class _LineReader:
    """Split a body into lines: at breaks, at block elements, and at line ends in preformatted text."""

    def __init__(self, root):
        self.root = root
        self.lines, self.pieces, self.is_blank = [], [], False
        self.walk(root, False)
        self.close()

    def walk(self, element, is_preformatted):
        is_block, inner = element.tag in BLOCKS, is_preformatted or element.tag == 'pre'
        if is_block or element.tag == 'br':
            self.close()
        if isinstance(element.tag, str):
            self.add(element, 'text', inner)
            for child in element:
                self.walk(child, inner)
        if is_block:
            self.close()
        if element is not self.root:
            self.add(element, 'tail', is_preformatted)

    def add(self, element, place, is_preformatted):
        text, start = getattr(element, place) or '', 0
        for found in re.finditer(r"\n", text) if is_preformatted else ():
            if found.start() > start:
                self.pieces.append((element, place, start, found.start()))
            self.close()
            start = found.end()
        if len(text) > start:
            self.pieces.append((element, place, start, len(text)))

    def close(self):
        line = Line(self.pieces, self.is_blank) if self.pieces else None
        self.is_blank = not line or not line.text
        if line:
            self.lines.append(line)
        self.pieces = []


def _find_quoted(lines):
    """Return the indexes of quoted lines, and of the lines above them that name the author."""
    found = set()
    for number, line in enumerate(lines):
        if not line.is_quoted or number and lines[number - 1].is_quoted:
            continue
        before = [lines[each].text for each in range(max(0, number - 2), number)]
        heads = bool(before and ATTRIBUTION.match(before[-1]))
        # A long attribution goes on in a second line, which then has no date of its own.
        is_one = len(before) == 2 and not lines[number - 1].follows_blank and not re.search(MOMENT, before[-1])
        if is_one and ATTRIBUTION.match(' '.join(before)):
            heads = 2
        if not heads:
            continue
        last = number
        while last < len(lines) and lines[last].is_quoted:
            last += 1
        found |= set(range(number - heads, last))
    return found


def _find_outlook(lines, known, is_ours):
    """Return the indexes of the lines of a history without a frame, which begins with From, Sent, To and Subject."""
    earlier = None if known is None else _Known(known)
    for number in range(1, len(lines)):
        length = _get_header_length(lines, number)
        if not length:
            continue
        body = number + length
        is_known = earlier and body < len(lines) and earlier.has(lines[body].text)
        if not is_known and not (is_ours and is_ours(lines[number].text)):
            return set()
        first = number
        while first and SEPARATOR.match(lines[first - 1].text):
            first -= 1
        found = set(range(first, body))
        later = body
        while later < len(lines):
            nested = _get_header_length(lines, later)
            if nested:
                found |= set(range(later, later + nested))
                later += nested
                continue
            text = lines[later].text
            is_old = (
                earlier is None
                or lines[later].is_quoted
                or SEPARATOR.match(text)
                or ATTRIBUTION.match(text)
                or earlier.has(text)
            )
            if is_old:
                found.add(later)
            later += 1
        return found
    return set()


def _get_header_length(lines, number):
    """Return the number of lines, from this one on, of a history's header; 0 unless it has From, Sent and Subject."""
    first = HEADER.match(lines[number].text)
    if not first or first.lastgroup != 'from':
        return 0
    kinds, length = set(), 0
    for line in lines[number : number + HEADER_LINES]:
        match = HEADER.match(line.text)
        if not match or (match.lastgroup == 'from' and length):
            break
        kinds.add(match.lastgroup)
        length += 1
        if match.lastgroup == 'subject':
            break
    return length if {'from', 'sent', 'subject'} <= kinds else 0


class _Known:
    """Earlier texts, found again regardless of line breaks and punctuation."""

    def __init__(self, texts):
        self.lines, whole = set(), []
        for text in texts:
            self.lines |= {self._reduce(line) for line in (text or '').splitlines()}
            whole.append(self._reduce(text or ''))
        self.whole = '\n'.join(whole)

    @staticmethod
    def _reduce(text):
        return re.sub(r"[\W_]+", '', text).lower()

    def has(self, text):
        reduced = self._reduce(text)
        return reduced in self.lines or len(reduced) >= 12 and reduced in self.whole or not reduced


def _mark_parents(root):
    """Mark elements that contain nothing but history, so that a single «more» stands for all of it."""
    for element in reversed(list(root.iter())):
        if element is root or element.get(HISTORY) or not isinstance(element.tag, str):
            continue
        texts = [element.text or '', *(child.tail or '' for child in element)]
        children = [child for child in element if isinstance(child.tag, str) and child.text_content().strip()]
        if children and not ''.join(texts).strip() and all(child.get(HISTORY) for child in children):
            element.set(QUOTE, '1')
            element.set(HISTORY, '1')
