"""Names of people as the beginning of a letter needs them."""

import re

# East Slavic patronymics. They are the only part of a name that tells the gender for sure.
MALE_PATRONYMIC = re.compile(r'\w{2,}(ович|евич|йович|ьич|лич|мич|кич|тич|нич)$', re.IGNORECASE)
FEMALE_PATRONYMIC = re.compile(r'\w{2,}(овна|евна|ична|инична|івна|ївна)$', re.IGNORECASE)
# Endings that surnames have and first names do not: «Лев» is too short for them, «-ин» is left out for «Константин».
SURNAME = re.compile(r'\w{2,}(ов|ова|ев|ева|ёв|ёва|ский|ская|цкий|цкая|ський|ська|цький|цька|енко|чук)$', re.IGNORECASE)


def split_name(name, patronymic=''):
    """Return first name, patronymic and surname of a person; what the name does not have is empty.

    East Slavic names may begin with the surname, as on papers: the first name stands before the patronymic. Of two
    words the first is the first name, unless it must be a surname or is followed by a comma.

    :rtype: tuple[str, str, str]
    """
    surname, comma, rest = (name or '').partition(',')
    if comma and rest.strip():
        first_name, found, _surname = split_name(rest, patronymic)
        return first_name, found, ' '.join(surname.split())
    words = (name or '').split()
    if not words:
        return '', patronymic or '', ''
    place = next((i for i, word in enumerate(words) if i and is_patronymic(word, patronymic, len(words))), None)
    if place is not None:
        return words[place - 1], words[place], ' '.join(words[: place - 1] + words[place + 1 :])
    if len(words) == 1:
        return words[0], patronymic or '', ''
    if len(words) == 2 and SURNAME.match(words[0]) and not SURNAME.match(words[1]):
        return words[1], patronymic or '', words[0]
    return words[0], patronymic or '', words[-1]


def get_gender(patronymic):
    """Return ``male`` or ``female`` as a patronymic tells it; an empty text if it does not."""
    if FEMALE_PATRONYMIC.match(patronymic or ''):
        return 'female'
    if MALE_PATRONYMIC.match(patronymic or ''):
        return 'male'
    return ''


def is_patronymic(word, patronymic, count):
    """Return whether a word of a name is the patronymic, of ``count`` words in all.

    Of two words the second may be a surname such as «Петрович», which women have too.
    """
    if patronymic:
        return word == patronymic
    return get_gender(word) == 'female' or count > 2 and get_gender(word) == 'male'
