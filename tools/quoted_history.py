"""Which part of an answer by mail is the history that the sender's program has put below it.

Odoo marks what programs wrap into elements of their own, and lines that begin with «>». What it leaves are the lines
above a quotation («On Wednesday Anna wrote:») and histories without a frame, as Outlook writes them. Kept libraries
that cut answers know neither in Ukrainian and Bulgarian, and take them for English without a word.

Nothing is lost: the history is marked, so that it stands behind «more», and words that were not there before stay.
"""

import re
from html import escape

from lxml import etree, html

QUOTE = 'data-o-mail-quote'
# Ours, to tell the history from signatures, which Odoo marks as well.
HISTORY = 'data-dealflow-history'
# Elements that stand on lines of their own.
BLOCKS = set(
    'address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html li ol p '
    'pre section table tbody td tfoot th thead tr ul'.split()
)

# «wrote», as mail programs say it in English, Russian, Ukrainian, Bulgarian and Polish.
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

# The lines with which Outlook begins a history, in the same languages.
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

# What somebody passes on is what he wants to say.
FORWARD = re.compile(
    r"forwarded (?:message|by)|пересылаемое сообщение|пересланное сообщение|переадресованн\w+ сообщени"
    r"|переслане повідомлення|перенаправлене повідомлення|пересилається повідомлення|препратено съобщение"
    r"|препратено писмо|przekazana wiadomość|wiadomość przekazana|przesłana wiadomość",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|пересл|пер|пд|препр|пр|pd|przekaz)\s*:", re.IGNORECASE)


def mark_history(body, subject='', known=None, is_ours=None):
    """Return the letter with its history marked, so that Odoo shows it behind «more».

    :param str body: HTML of the letter, sanitized by Odoo
    :param str subject: the letter is left alone when it says that it was passed on
    :param known: texts that were written before; below a head without a frame only they are history. ``None``: not
        known, so that all below is
    :param is_ours: function of a line that begins a history: whether somebody of the house has written what follows.
        Without an answer a history without a frame is left visible, unless its first line is known
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
    """Return a letter that :func:`mark_history` has marked, without its history."""
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
    """A line as people see it: pieces of text nodes, each ``(element, 'text' or 'tail', start, end)``."""

    def __init__(self, pieces, follows_blank):
        self.pieces, self.follows_blank = pieces, follows_blank
        text = ''.join(getattr(element, place)[start:end] for element, place, start, end in pieces)
        self.text = ' '.join(text.split())

    @property
    def is_quoted(self):
        """Whether it lies in a frame that the program has made for what it quotes, or begins with «>»."""
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
                # lxml moves the tail of the element along with it.
                element.tail, span.tail = text[:start], text[end:]


def _get_lines(root):
    return [line for line in _LineReader(root).lines if line.text]


class _LineReader:
    """Reads a letter line by line: breaks, elements of their own lines, and the ends of lines in preformatted text."""

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
    """Return the numbers of the lines that a program has framed, and of those above that say who has written them."""
    found = set()
    for number, line in enumerate(lines):
        if not line.is_quoted or number and lines[number - 1].is_quoted:
            continue
        before = [lines[each].text for each in range(max(0, number - 2), number)]
        heads = bool(before and ATTRIBUTION.match(before[-1]))
        # A long one goes on in a second line, which then has no date of its own.
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
    """Return the numbers of the lines of a history that begins with From, Sent, To and Subject and has no frame."""
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
    """Return how many lines from this one on are the head of a history: a From, and with it Sent and Subject."""
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
    """What was written before, to be found again whatever became of its line ends and marks."""

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
    """Mark what holds nothing but history, so that one «more» stands for all of it."""
    for element in reversed(list(root.iter())):
        if element is root or element.get(HISTORY) or not isinstance(element.tag, str):
            continue
        texts = [element.text or '', *(child.tail or '' for child in element)]
        children = [child for child in element if isinstance(child.tag, str) and child.text_content().strip()]
        if children and not ''.join(texts).strip() and all(child.get(HISTORY) for child in children):
            element.set(QUOTE, '1')
            element.set(HISTORY, '1')
