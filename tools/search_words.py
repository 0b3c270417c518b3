"""Texts as the search over all compares them: folded to one Latin spelling, and the ways a word may have been typed.

The same folding is a function of the database (:func:`get_sql_function`), which the indexes are made over; a test
compares both.

Each replaces letter by letter, so that the folding of a beginning is the beginning of the folding, and what is
found while one types stays found. Letters of other alphabets stay as they are.
"""

import re
import unicodedata

# Increase it with every change of the folding: it is in the name of the function, so the indexes are made anew.
VERSION = 1
FUNCTION = f'dealflow_fold_{VERSION}'

# What is typed is cut to this length, and to so many words.
LONGEST, MOST_WORDS = 200, 8
# Shorter words are looked for at the beginning of words only: so an index finds them as well.
SHORTEST_PART = 3
# Fewer digits are no telephone and no tax number.
SHORTEST_NUMBER = 5

_CYRILLIC = {
    'а': 'a',
    'б': 'b',
    'в': 'v',
    'г': 'g',
    'ґ': 'g',
    'д': 'd',
    'е': 'e',
    'ё': 'e',
    'є': 'e',
    'ж': 'zh',
    'з': 'z',
    'и': 'i',
    'і': 'i',
    'ї': 'i',
    'й': 'i',
    'ј': 'i',
    'к': 'k',
    'л': 'l',
    'м': 'm',
    'н': 'n',
    'о': 'o',
    'п': 'p',
    'р': 'r',
    'с': 's',
    'т': 't',
    'у': 'u',
    'ў': 'u',
    'ф': 'f',
    'х': 'kh',
    'ц': 'ts',
    'ч': 'ch',
    'ш': 'sh',
    'щ': 'shch',
    # Rare in Russian, frequent in Bulgarian.
    'ъ': 'a',
    'ы': 'y',
    'ь': '',
    'э': 'e',
    'ю': 'yu',
    'я': 'ya',
}
# Letters that spellings of the same name exchange: Yuri and Juri, Iwan and Ivan, Victor and Viktor, Alexander.
_SAME_SOUND = {'y': 'i', 'j': 'i', 'w': 'v', 'c': 'k', 'q': 'k', 'x': 'ks'}
_LIGATURES = {'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'þ': 'th', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'ı': 'i', 'ħ': 'h'}
# Characters that stand for several letters while the database folds; nobody's names contain them.
_STAND_INS = [chr(0xE000 + place) for place in range(16)]
_DROPPED = "'`´’‘ʼ′" + ''.join(map(chr, (*range(0x300, 0x30D), 0x31B, 0x323, 0x326, 0x327, 0x328)))
_SPACES = '\t\n\v\f\r !"#$%&()*+,-./:;<=>?@[\\]^_{|}~\u00a0\u202f\u2009«»„“”‹›–—‑…·•№§°'
# The most frequent letters first: the database looks through the list for every letter of a text.
_FREQUENT = 'оеаинтсрвлкмдпуыйьгбзя aeinrtosldmc.ugh0b1@2y3p4k5v6w7f8z9-qxjчхжюшцщфэъі'


def _get_letters():
    """Return what stands for each letter, of one letter or more."""
    letters = {letter: ' ' for letter in (*_SPACES, *_STAND_INS)} | dict.fromkeys(_DROPPED, '')
    spellings = dict(_CYRILLIC) | _LIGATURES
    for code in (*range(0xC0, 0x180), *range(0x1CD, 0x1DD), *range(0x218, 0x21C), 0x1E9E):
        letter = chr(code)
        base = unicodedata.normalize('NFD', letter)[0].lower()
        if base != letter and base.isascii() and base.isalpha():
            spellings.setdefault(letter, base)
    spellings |= {letter.upper(): latin for letter, latin in list(spellings.items()) if len(letter.upper()) == 1}
    spellings['ẞ'] = 'ss'
    for letter, latin in spellings.items():
        letters[letter] = ''.join(_SAME_SOUND.get(part, part) for part in latin)
    letters |= _SAME_SOUND
    return letters


_LETTERS = _get_letters()
# Replaced after all letters: both «Maria» and «Mariya» are «maria», as are «Dmitriy» and «Dmitri».
_DOUBLE, _SINGLE = 'ii', 'i'
_MAP = str.maketrans(_LETTERS)
_CAPITALS = str.maketrans('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')


def fold(text):
    """Return a text in the letters by which the search compares."""
    return text.translate(_CAPITALS).translate(_MAP).replace(_DOUBLE, _SINGLE)


def get_sql_function():
    """Return the statement that makes the same function in the database.

    It names nothing but PostgreSQL's own functions and one collation that every database has, so that the indexes can
    be restored from a dump, and that they do not depend on the locale of the server. Texts in English letters take a
    shorter way. Its cost tells the planner that comparing a text takes many times as long as reading a number.
    """
    plain = _get_expression({letter: latin for letter, latin in _LETTERS.items() if letter.isascii()})
    return (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}(text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE "
        f"COST 200 AS $fold$BEGIN IF octet_length($1) = char_length($1) THEN RETURN {plain}; END IF; "
        f"RETURN {_get_expression(_LETTERS)}; END$fold$"
    )


def _get_expression(letters):
    """Return the expression that replaces letters; one that becomes several has a character of its own meanwhile."""
    several = {latin for latin in letters.values() if len(latin) > 1}
    stand_ins = dict(zip(sorted(several), _STAND_INS, strict=False))
    single = {letter: stand_ins.get(latin, latin) for letter, latin in letters.items()}
    frequent = _FREQUENT if 'а' in letters else _FREQUENT.encode('ascii', 'ignore').decode()
    # «translate» drops the letters at the end that have no counterpart.
    ordered = {letter: single.get(letter, letter) for letter in frequent} | single
    before = ''.join(sorted(ordered, key=lambda letter: not ordered[letter]))
    after = ''.join(ordered.values())
    expression = f'translate(lower($1 COLLATE "C"), {_quote(before)}, {_quote(after)})'
    for latin, stand_in in stand_ins.items():
        expression = f'replace({expression}, {_quote(stand_in)}, {_quote(latin)})'
    return f'replace({expression}, {_quote(_DOUBLE)}, {_quote(_SINGLE)})'


def _quote(text):
    """Return a literal of PostgreSQL, whatever its setting for backslashes."""
    escaped = ''.join(
        f'\\{ord(letter):03o}' if letter < ' ' else {'\\': '\\\\', "'": "\\'"}.get(letter, letter) for letter in text
    )
    return f"E'{escaped}'"


# How names of other alphabets are spelled in Latin letters, each as far as it differs from the folding: what is typed
# in Latin letters is turned into it. «(?<!…)» keeps the h of «sh», «ch» and the like.
_H = re.compile(r'(?<![bcdgkpstz])h')
_LATIN_WAYS = (
    # Russian: Fyodor, Yelena, Scherbakov, Xarkov.
    ((re.compile('[yij]o'), 'e'), (re.compile(r'(?<![^aeiouy])[yij]e'), 'e'), (re.compile('sch'), 'shch')),
    ((re.compile('x'), 'kh'),),
    # Ukrainian: Hryhorii, Yevhen, Zghurskyi.
    ((re.compile('zgh'), 'zg'), (_H, 'g'), (re.compile('[yij]e'), 'e')),
    # Bulgarian: Shterev, Hristo, Cvetan.
    ((re.compile('sht'), 'shch'), (_H, 'kh'), (re.compile('c(?![hkz])'), 'ts')),
    # Polish: Szewczenko, Czechow, Żukow.
    ((re.compile('sz'), 'sh'), (re.compile('cz'), 'ch'), (re.compile('rz'), 'r'), (re.compile('ż'), 'zh')),
)
# The other way round: what is typed in Cyrillic, as it may stand there in Latin letters.
_CYRILLIC_WAYS = (
    ((re.compile('г'), 'h'),),
    ((re.compile('х'), 'h'), (re.compile('щ'), 'sht')),
    ((re.compile('ё'), 'yo'),),
    ((re.compile('ц'), 'c'),),
    ((re.compile('ъ'), ''),),
)


def get_spellings(word):
    """Return the folded spellings of a word of what was typed; none of them contains another one.

    :rtype: list[str]
    """
    word = word.lower()
    ways = _CYRILLIC_WAYS if re.search('[а-яёіїєґ]', word) else _LATIN_WAYS
    found = [fold(word).strip()]
    for way in ways:
        other = word
        for pattern, letters in way:
            other = pattern.sub(letters, other)
        spelling = fold(other).strip()
        if spelling and spelling not in found:
            found.append(spelling)
    return [
        spelling
        for spelling in found
        if not any(other != spelling and len(other) >= SHORTEST_PART and other in spelling for other in found)
    ]


_KEYS = 'qwertyuiop[]asdfghjkl;\'zxcvbnm,.`'
_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_RUSSIAN = 'йцукенгшщзхъфывапролджэячсмитьбюё'
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю'"
_PHONETIC = 'явертъуиопшщасдфгхйкл;\'зьцжбнм,.ч'


def _get_layout(letters):
    """Return the map from the keys of an English keyboard to the letters of another one."""
    pairs = dict(zip(_KEYS, letters, strict=False)) | dict(zip(_SHIFTED, letters.upper(), strict=False))
    return {key: letter for key, letter in pairs.items() if letter.isalpha()}


# BDS 5237; the keys without a letter are left out.
_BDS = dict(
    zip(
        "wertyuiop[asdfghjkl;'zxcvbnm,./",
        'уеишщксдзцьяаожгтнвмчюйъэфхпрлб',
        strict=True,
    )
)
_TO_CYRILLIC = (
    _get_layout(_RUSSIAN),
    _get_layout(_UKRAINIAN),
    {
        **_BDS,
        **{key.upper(): letter.upper() for key, letter in _BDS.items() if key.isalpha()},
    },
    _get_layout(_PHONETIC),
)
_TO_LATIN = tuple({letter: key for key, letter in layout.items()} for layout in _TO_CYRILLIC)


def get_readings(text):
    """Return what was probably meant: the text as typed, and then by each other keyboard that it may be typed on.

    :return: different texts, the one that was typed first
    :rtype: list[str]
    """
    text = re.sub(r'\s+', ' ', text.replace('\0', ' '))[:LONGEST].strip()
    is_cyrillic = bool(re.search('[а-яёіїєґ]', text, re.IGNORECASE))
    is_latin = bool(re.search('[a-z]', text, re.IGNORECASE))
    readings, folded = [text], {fold(text)}
    if is_cyrillic != is_latin:
        for layout in _TO_LATIN if is_cyrillic else _TO_CYRILLIC:
            reading = text.translate(str.maketrans(layout))
            if fold(reading) not in folded:
                folded.add(fold(reading))
                readings.append(reading)
    return readings


def get_words(text):
    """Return the words of a reading, each as its spellings; punctuation separates words.

    :rtype: list[list[str]]
    """
    words = []
    for part in re.split(r'[\s\W_]+', re.sub('[' + re.escape(_DROPPED) + ']', '', text)):
        spellings = get_spellings(part) if part else []
        if spellings and spellings[0] and spellings not in words:
            words.append(spellings)
    return words[:MOST_WORDS]


def get_number(text):
    """Return the digits of a text that may be a telephone, a tax number or an account, else an empty string.

    At most two letters before them are the country of a tax number.
    """
    found = re.fullmatch(r'[\W_]*([^\W\d_]{2})?([\d\W_]*)', text)
    digits = re.sub(r'\D', '', found.group(2)) if found else ''
    return digits if len(digits) >= SHORTEST_NUMBER and digits.isascii() else ''


def get_pattern(spelling, is_whole=False):
    """Return the pattern of LIKE by which a spelling is found in a folded text; nothing in it needs escaping."""
    if is_whole:
        return f'% {spelling} %'
    return f'%{spelling}%' if len(spelling) >= SHORTEST_PART else f'% {spelling}%'
