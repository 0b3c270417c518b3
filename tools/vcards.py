"""Cards of a vCard file, one by one, so that one that cannot be read does not take the others with it."""

import re

try:
    import vobject
except ImportError:  # as Odoo itself, which needs it for the same kind of file only
    vobject = None

# What vobject raises beside its own errors: unknown character sets, broken encodings, values of the wrong kind.
UNREADABLE = (LookupError, UnicodeError, ValueError, AttributeError, TypeError)


def split_cards(content):
    """Return the cards of a file as texts, those included that do not end."""
    return [card for card in re.split(r"(?im)^(?=BEGIN:VCARD\s*$)", content) if card.strip()]


def read_card(card):
    """Return what a card says of a person.

    :param str card: one of :func:`split_cards`
    :rtype: dict
    :return: ``name``, ``email``, ``phone``, ``company``; empty texts for what it does not say
    :raise ValueError: the card cannot be read, or not without losing something
    """
    try:
        parsed = vobject.readOne(_mend(card), allowQP=True)
    except (vobject.base.VObjectError, *UNREADABLE) as error:
        raise ValueError(str(error)) from error
    if parsed is None or parsed.name != 'VCARD' or parsed.behavior is None:
        raise ValueError(card.strip().splitlines()[0])
    return {
        'name': _read(parsed, 'fn'),
        'email': _read(parsed, 'email'),
        'phone': re.sub(r"(?i)^tel:", '', _read(parsed, 'tel')),
        'company': _read(parsed, 'org'),
    }


def get_title(card):
    """Return by which words people find a card again: the name in it, as far as it can be seen, else its first line."""
    name = re.search(r"(?im)^(?:item\d+\.)?(?:FN|N)(?:;[^:\n]*)?:(.+)$", card)
    lines = [line for line in card.splitlines() if line.strip() and not re.match(r"(?i)(BEGIN|VERSION):", line)]
    return (name[1] if name else lines[0] if lines else card).strip(' ;\r')[:80]


def _mend(card):
    """Write what phones and Outlook write in their own way as the library understands it."""
    card = re.sub(r"(?i);ENCODING=(?:8BIT|7BIT)(?=[;:])", '', card)
    card = re.sub(r"(?i);ENCODING=QUOTED-PRINTABLE(?=[;:])", ';ENCODING=QUOTED-PRINTABLE', card)
    if re.search(r"(?im)^VERSION:2\.1\s*$", card):
        # There a comma is a comma, and not the end of a value.
        card = re.sub(
            r"(?im)^((?:item\d+\.)?(?:FN|TEL|EMAIL|ORG)(?:;[^:\n]*)?:)(.*)$",
            lambda found: found[1] + re.sub(r"(?<!\\),", r"\\,", found[2]),
            card,
        )
    return card


def _read(card, name):
    lines = card.contents.get(name)
    value = lines[0].value if lines else ''
    while isinstance(value, list):
        value = value[0] if value else ''
    if not isinstance(value, str) or '\ufffd' in value:
        raise ValueError(f'{name.upper()}: {value!r}')
    return value.strip()
