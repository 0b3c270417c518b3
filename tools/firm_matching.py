"""Find firms that are probably the same one, or probably of one group, from plain records (B01, C100)."""

import re
import unicodedata
from collections import defaultdict
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

# Words for the legal form of a firm, which do not tell which firm it is.
LEGAL_FORMS = frozenset(
    """
    ab ag aktiebolag aktiengesellschaft and as asa aps a/s bv bvba co company corp corporation d doo eood gmbh group
    holding holdings inc incorporated is kft kg kommanditgesellschaft limited limitada liability llc llp lp ltd ltda mbh
    nv o oao obshchestvo of ogranichennoi ooo otvetstvennostyu oy oyj pao partnership plc private pte pty pvt s sa sarl
    osauhing ou sas sasu sci se sicav sl slu societa societe sp spa spk spolka srl sro ste the und v von y z zao zoo
""".split()
)
FREE_MAIL = frozenset(
    (
        'gmail.com',
        'googlemail.com',
        'outlook.com',
        'hotmail.com',
        'live.com',
        'yahoo.com',
        'icloud.com',
        'aol.com',
        'mail.ru',
        'yandex.ru',
        'bk.ru',
        'list.ru',
        'inbox.ru',
        'gmx.de',
        'web.de',
        'abv.bg',
        'wp.pl',
        'o2.pl',
        'seznam.cz',
    )
)
CYRILLIC = str.maketrans(
    {
        'а': 'a',
        'б': 'b',
        'в': 'v',
        'г': 'g',
        'д': 'd',
        'е': 'e',
        'ё': 'e',
        'ж': 'zh',
        'з': 'z',
        'и': 'i',
        'й': 'i',
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
        'ф': 'f',
        'х': 'kh',
        'ц': 'ts',
        'ч': 'ch',
        'ш': 'sh',
        'щ': 'shch',
        'ъ': '',
        'ы': 'y',
        'ь': '',
        'э': 'e',
        'ю': 'yu',
        'я': 'ya',
        'і': 'i',
        'ї': 'i',
        'є': 'e',
        'ґ': 'g',
        'ø': 'o',
        'ł': 'l',
        'ß': 'ss',
        'æ': 'ae',
        'œ': 'oe',
        'đ': 'd',
        'ı': 'i',
    }
)
SPREADSHEET_NUMBER = re.compile(r'^\d+(\.\d+)?e\+\d+$', re.I)
# A value shared by more contacts than this says nothing about any two of them, and comparing all of its pairs would
# take quadratic time.
LARGEST_BLOCK = 40
SAME_NAME = 93
# Two first words with fewer letters say little about a group.
SEVERAL_LETTERS = 8
# Letters that get lost when a name is transliterated to Cyrillic and back.
FOLDED = (
    ('ph', 'f'),
    ('kh', 'h'),
    ('ts', 'k'),
    ('x', 'ks'),
    ('c', 'k'),
    ('q', 'k'),
    ('w', 'v'),
    ('y', 'i'),
    ('j', 'i'),
)


def normalize_name(name):
    """Return the words that identify a firm, in Latin letters, without its legal form."""
    text = unicodedata.normalize('NFKD', (name or '').lower().translate(CYRILLIC))
    text = ''.join(character for character in text if not unicodedata.combining(character))
    # Dots in abbreviations are dropped, so that «S.R.L.» reads as «srl»; other punctuation separates words.
    text = re.sub(r"(?<=\b\w)\.(?=\s?\w\b|\s|$)", '', text)
    text = re.sub(r"['’`\"«»“”]", '', text)
    words = [word for word in re.findall(r'\w+', text) if word not in LEGAL_FORMS]
    # «ллк» and «инк» are legal forms too; a firm whose name has no other words keeps them.
    return [word for word in words if fold_name([word]) not in FOLDED_FORMS] or words


def fold_name(words):
    """Return the words as one string in which spellings of the same sound are equal."""
    text = ''.join(words)
    for letters, sound in FOLDED:
        text = text.replace(letters, sound)
    return text


FOLDED_FORMS = frozenset(fold_name([form]) for form in LEGAL_FORMS if len(form) >= 3)


def normalize_number(number):
    """Return a tax or registry number without differences in spelling; empty if a spreadsheet has rounded it."""
    if SPREADSHEET_NUMBER.match((number or '').strip()):
        return ''
    text = re.sub(r'[\W_]', '', number or '').lower().lstrip('0')
    return text if len(text) >= 5 else ''


def compare_records(records):
    """Compare plain records.

    :return: ``{(id, id): (kind, score, reasons)}`` of the probable pairs; the score is out of 100
    """
    blocks = _get_blocks(records)
    # A word is rare when few firms' names begin with it, a few more in a large register.
    rare_word, rare_words = max(3, len(records) // 2000), max(6, len(records) // 500)
    pairs = defaultdict(set)
    for (reason, value), members in blocks.items():
        largest = LARGEST_BLOCK
        if reason == 'part':
            largest = rare_words if ' ' in value else rare_word
        if 1 < len(members) <= largest:
            for pair in combinations(sorted(members), 2):
                pairs[pair].add(reason)
    by_id = {record['id']: record for record in records}
    words = {record['id']: normalize_name(record['name']) for record in records}
    result = {}
    for (left, right), reasons in pairs.items():
        verdict = _score_pair(by_id[left], by_id[right], words[left], words[right], reasons)
        if verdict:
            result[left, right] = verdict
    return result


def _get_blocks(records):
    """Return ``{(reason, value): ids}``: the records that share each value."""
    blocks = defaultdict(set)
    for record in records:
        country = record.get('country') or ''
        for reason, value in (
            ('vat', normalize_number(record.get('vat'))),
            ('registry', normalize_number(record.get('registry'))),
        ):
            if value:
                blocks[reason, (country, value)].add(record['id'])
        if record.get('lei'):
            blocks['registry', record['lei']].add(record['id'])
        for account in record.get('accounts') or ():
            blocks['account', account].add(record['id'])
        for phone in record.get('phones') or ():
            digits = re.sub(r'\D', '', phone or '')[-9:]
            if len(digits) >= 7:
                blocks['phone', digits].add(record['id'])
        for domain in _get_domains(record):
            blocks['domain', domain].add(record['id'])
        for key in _get_name_keys(normalize_name(record['name'])):
            blocks[key].add(record['id'])
    return blocks


def _get_name_keys(words):
    """Return the keys of the blocks that a name belongs to.

    A rare beginning suggests a group. To find the same name with a typo, beginnings and endings of several lengths are
    used: the typo cannot be in all of them, and the longer ones keep the blocks of common words small.
    """
    keys = set()
    if words and len(words[0]) >= 6:
        keys.add(('part', words[0]))
    if len(words) >= 2 and sum(map(len, words[:2])) >= SEVERAL_LETTERS:
        keys.add(('part', ' '.join(words[:2])))
    joined = fold_name(words)
    for length in (6, 10, 14):
        if len(joined) >= length:
            keys |= {('name', joined[:length]), ('name', '…' + joined[-length:])}
    if len(joined) >= 5:
        keys.add(('name', f'{joined[:3]}…{joined[-2:]}'))
    ordered = fold_name(sorted(words))
    keys |= {('name', '=' + ordered[:10]), ('name', '=' + ordered[-10:])}
    return keys


def _get_domains(record):
    email = (record.get('email') or '').rpartition('@')[2].lower().strip()
    website = re.sub(r'^(https?://)?(www\.)?', '', (record.get('website') or '').lower()).partition('/')[0]
    return {domain for domain in (email, website) if '.' in domain and domain not in FREE_MAIL}


def _score_pair(left, right, left_words, right_words, shared):
    """Return ``(kind, score, reasons)`` of a pair, or None."""
    reasons = [reason for reason in ('vat', 'registry', 'account', 'domain', 'phone') if reason in shared]
    similarity = compare_names(left_words, right_words)
    # «Fund II» and «Fund III», or «Plant 1» and «Plant 2», differ exactly in what makes them different firms.
    numbered = _get_numbering(left_words) != _get_numbering(right_words)
    same_country = not left.get('country') or not right.get('country') or left['country'] == right['country']
    if {'vat', 'registry'} & shared:
        return 'duplicate', 100 if similarity >= 60 else 80, reasons + ['name'] * (similarity >= SAME_NAME)
    if similarity >= SAME_NAME and not numbered:
        if same_country and not _have_different_numbers(left, right):
            return 'duplicate', int(similarity) - 5, [*reasons, 'name']
        return 'group', int(similarity) - 10, [*reasons, 'name']
    if reasons:
        return 'group', 75 if 'account' in shared or len(reasons) > 1 else 60, reasons
    return ('group', 55, ['part']) if 'part' in shared else None


def compare_names(left_words, right_words):
    """Return the similarity of two names, 0 to 100, regardless of the order, spacing and script of their words."""
    if not left_words or not right_words:
        return 0
    left_name, right_name = fold_name(left_words), fold_name(right_words)
    # Unfolded too: a typo may produce letters that the folding replaces.
    spellings = ((left_name, right_name), (''.join(left_words), ''.join(right_words)))
    if min(len(left_name), len(right_name)) >= 6 and any(OSA.distance(*pair) <= 1 for pair in spellings):
        # A single typo would lower the similarity of a short name too much.
        return max(SAME_NAME, 100 * OSA.normalized_similarity(left_name, right_name))
    return max(
        fuzz.token_sort_ratio(' '.join(left_words), ' '.join(right_words)),
        100 * OSA.normalized_similarity(left_name, right_name),
        100 * OSA.normalized_similarity(fold_name(sorted(left_words)), fold_name(sorted(right_words))),
    )


def _have_different_numbers(left, right):
    """Return whether both firms have a tax or registry number, and the numbers differ."""
    return any(
        normalize_number(left.get(key))
        and normalize_number(right.get(key))
        and normalize_number(left.get(key)) != normalize_number(right.get(key))
        for key in ('vat', 'registry')
    )


def _get_numbering(words):
    return [word for word in words if word.isdigit() or re.fullmatch(r'[ivx]+|[a-z]', word)]
