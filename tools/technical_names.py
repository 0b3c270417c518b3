"""Names that the database accepts, made of words that people write."""

import re
import unicodedata

CYRILLIC = {
    **dict(
        zip(
            'абвгдеёжзийклмнопрстуфхцчшщыэюяіїєґ',
            'a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya i yi ye g'.split(),
            strict=True,
        )
    ),
    'ъ': '',
    'ь': '',
}
LATIN = {'ł': 'l', 'ø': 'o', 'đ': 'd', 'ß': 'ss', 'æ': 'ae', 'œ': 'oe'}
UNFIT = re.compile(r'[^a-z0-9]+')


def get_technical_name(words, length=40):
    """Return lower-case Latin letters, digits and underscores for some words; empty if nothing of them is left."""
    letters = ''.join(CYRILLIC.get(one, LATIN.get(one, one)) for one in words.lower())
    plain = unicodedata.normalize('NFKD', letters)
    plain = ''.join(one for one in plain if not unicodedata.combining(one))
    return UNFIT.sub('_', plain).strip('_')[:length].strip('_')
