"""Cards of a vCard file, read one by one, so that an unreadable card does not affect the others."""

import re

try:
    import vobject
except ImportError:  # like Odoo, which needs it for vCards only
    vobject = None

# What vobject raises besides its own errors: unknown character sets, broken encodings, values of the wrong type.
UNREADABLE = (LookupError, UnicodeError, ValueError, AttributeError, TypeError)


def split_cards(content):
    """Return the cards of a file as texts, including those without an end."""
    return [card for card in re.split(r"(?im)^(?=BEGIN:VCARD\s*$)", content) if card.strip()]


def read_card(card):
    """Return what a card says about a person.

    :param str card: one of :func:`split_cards`
    :rtype: dict
    :return: ``name``, ``email``, ``phone``, ``company``; empty strings for what is missing
    :raise ValueError: the card cannot be read, or not without losing something
    """
    try:
        parsed = vobject.readOne(_normalize_card(card), allowQP=True)
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
    """Return words by which people recognize a card: the name in it, as far as it can be read, else its first line."""
    name = re.search(r"(?im)^(?:item\d+\.)?(?:FN|N)(?:;[^:\n]*)?:(.+)$", card)
    lines = [line for line in card.splitlines() if line.strip() and not re.match(r"(?i)(BEGIN|VERSION):", line)]
    return (name[1] if name else lines[0] if lines else card).strip(' ;\r')[:80]


def _normalize_card(card):
    """Rewrite the deviations of phones and Outlook from the standard as the library understands them."""
    card = re.sub(r"(?i);ENCODING=(?:8BIT|7BIT)(?=[;:])", '', card)
    card = re.sub(r"(?i);ENCODING=QUOTED-PRINTABLE(?=[;:])", ';ENCODING=QUOTED-PRINTABLE', card)
    if re.search(r"(?im)^VERSION:2\.1\s*$", card):
        # In this version a comma is plain text and does not end a value.
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
