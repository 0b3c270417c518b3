"""Names of people: made of surname, first name and patronymic, and taken apart again (B42)."""

from .salutations import SURNAME, is_patronymic

# Languages whose documents put the surname before first name and patronymic; in others it comes last.
SURNAME_FIRST = ('be', 'hu', 'ja', 'kk', 'ko', 'ru', 'uk', 'vi', 'zh')
# Languages with a father's name between first name and surname, without an ending that would tell it.
FATHER_NAME_SECOND = ('bg',)
# Languages in which people have two surnames.
TWO_SURNAMES = ('ca', 'es', 'gl')
# Words in front of a surname that belong to it.
PARTICLES = (
    *(
        'af',
        'al',
        'am',
        'av',
        'bin',
        'da',
        'das',
        'de',
        'degli',
        'dei',
        'del',
        'della',
        'den',
        'der',
        'di',
        'do',
        'dos',
    ),
    *('du', 'el', 'ibn', 'la', 'le', 'lo', 'ter', 'ten', 'und', 'van', 'vom', 'von', 'vander', 'zu', 'zum', 'zur'),
    *('фон', 'ван', 'де', 'дер'),
)
# Endings of patronymics, as the database looks for them.
PATRONYMIC_SQL = r'..(ович|евич|йович|ьич|лич|мич|кич|тич|нич|овна|евна|ична|инична|івна|ївна)$'
FEMALE_PATRONYMIC_SQL = r'..(овна|евна|ична|инична|івна|ївна)$'
SURNAME_SQL = r'..(ов|ова|ев|ева|ёв|ёва|ский|ская|цкий|цкая|ський|ська|цький|цька|енко|чук)$'


def is_person_name(name):
    """Return whether a text can be the name of a person: an e-mail or a number in its place is not taken apart."""
    return bool(name) and '@' not in name and not any(char.isdigit() for char in name)


def join_name(surname, first_name, patronymic, language):
    """Return the full name in the order of a language.

    :param str language: code of the language, with or without country, e.g. ``ru_RU``
    :rtype: str
    """
    surname, first_name, patronymic = (clean(part) for part in (surname, first_name, patronymic))
    # Typed into a single field before that was split, the first name may contain the patronymic.
    given = [*(word for word in first_name.split() if word != patronymic), patronymic]
    words = [surname, *given] if get_language(language) in SURNAME_FIRST else [*given, surname]
    return ' '.join(filter(None, words))


def split_full_name(name, language, known=('', '', '')):
    """Return surname, first name and patronymic of a person's name; what the name does not have is empty.

    What is known of the person decides before any rule of a language: a name that is made of the known parts leaves
    them as they are, in whatever order, and one that still has the known surname changes no more than the rest.

    :param str language: code of the language in whose order the name is written, with or without country
    :param tuple known: surname, first name and patronymic so far
    :rtype: tuple[str, str, str]
    """
    known = tuple(clean(part) for part in known)
    surname, first_name, patronymic = known
    name = clean(name)
    if not is_person_name(name):
        return known
    if name in _get_spellings(*known):
        return known
    if surname and (rest := _strip_surname(name, surname)):
        given, found = _split_given(rest, patronymic)
        return surname, given, found or patronymic
    found = _split_unknown(name, get_language(language), patronymic)
    # Another person: the old patronymic is not theirs.
    is_another = surname and first_name and found[0] != surname and found[1] != first_name
    return found if found[2] or is_another else (*found[:2], patronymic)


def get_language(code):
    return (code or '').split('_')[0]


def clean(text):
    return ' '.join((text or '').split())


def _get_spellings(surname, first_name, patronymic):
    """Return every way in which a full name is written of its parts, with and without the patronymic."""
    spellings = set()
    for middle in {patronymic, ''}:
        given = clean(f'{first_name} {middle}')
        spellings |= {clean(f'{surname} {given}'), clean(f'{given} {surname}')}
        if surname and given:
            spellings.add(f'{surname}, {given}')
    return spellings - {''}


def _strip_surname(name, surname):
    """Return the name without the surname at its beginning or end; an empty text if it has no other part."""
    if name.startswith((f'{surname} ', f'{surname}, ')):
        return name.removeprefix(surname).lstrip(', ')
    return name.removesuffix(surname).rstrip() if name.endswith(f' {surname}') else ''


def _split_given(text, patronymic):
    """Return first name and patronymic of a name without its surname."""
    words = text.split()
    if len(words) > 1 and (words[-1] == patronymic or is_patronymic(words[-1], '', len(words) + 1)):
        return ' '.join(words[:-1]), words[-1]
    return text, ''


def _split_unknown(name, language, patronymic):
    """Return the parts of a name of which nothing is known; the statement of the database must say the same."""
    surname, comma, rest = (part.strip() for part in name.partition(','))
    if comma and surname and rest:
        return surname, *_split_given(rest, patronymic)
    words = name.split()
    count = len(words)
    place = next((i for i in range(1, count) if is_patronymic(words[i], patronymic, count)), None)
    if place is not None:
        return ' '.join(words[: place - 1] + words[place + 1 :]), words[place - 1], words[place]
    is_surname_first = language in SURNAME_FIRST
    if count == 1:
        return (name, '', '') if is_surname_first else ('', name, '')
    if count == 2:
        tells = [bool(SURNAME.match(word)) for word in words]
        if tells[0] != tells[1]:
            is_surname_first = tells[0]
        return (*words, '') if is_surname_first else (words[1], words[0], '')
    if is_surname_first:
        return words[0], ' '.join(words[1:]), ''
    if count == 3 and language in FATHER_NAME_SECOND:
        return words[2], words[0], words[1]
    begin = next((i for i in range(1, count - 1) if words[i].lower() in PARTICLES), None)
    if begin is None:
        begin = count - 2 if language in TWO_SURNAMES else count - 1
    return ' '.join(words[begin:]), ' '.join(words[:begin]), ''


def fill_name_parts(cr):
    """Add the columns of the parts, and fill them for all people with one statement by the rules of a new name.

    Names stay as they are, and so do patronymics.
    """
    cr.execute("""
        ALTER TABLE res_partner
            ADD COLUMN IF NOT EXISTS dealflow_surname varchar,
            ADD COLUMN IF NOT EXISTS dealflow_first_name varchar,
            ADD COLUMN IF NOT EXISTS patronymic varchar
    """)
    cr.execute(
        r"""
        WITH person AS (
            SELECT id, NULLIF(btrim(patronymic), '') AS known, regexp_split_to_array(btrim(name), '\s+') AS words,
                   position(',' IN name) AS comma, name,
                   split_part(COALESCE(lang, (
                       SELECT firm.lang
                         FROM res_company AS company
                         JOIN res_partner AS firm ON firm.id = company.partner_id
                        ORDER BY company.id
                        LIMIT 1
                   ), ''), '_', 1) AS language
              FROM res_partner
             WHERE is_company IS NOT TRUE AND COALESCE(type, 'contact') = 'contact' AND name ~ '\S'
               AND name !~ '[@[:digit:]]'
        ), placed AS (
            SELECT person.*, cardinality(words) AS count, language = ANY(%(surname_first)s) AS is_surname_first,
                   (
                       SELECT min(place)
                         FROM unnest(words) WITH ORDINALITY AS each(word, place)
                        WHERE place > 1 AND CASE
                            WHEN known IS NOT NULL THEN word = known
                            WHEN cardinality(words) > 2 THEN word ~ %(patronymic)s
                            ELSE word ~ %(female)s
                        END
                   )::int AS middle,
                   COALESCE((
                       SELECT min(place)
                         FROM unnest(words) WITH ORDINALITY AS each(word, place)
                        WHERE place > 1 AND place < cardinality(words) AND lower(word) = ANY(%(particles)s)
                   )::int, cardinality(words) - (language = ANY(%(two_surnames)s))::int) AS first_of_surname
              FROM person
        ), part AS (
            SELECT id, known, CASE
                WHEN comma > 1 AND btrim(substr(name, comma + 1)) <> ''
                    THEN CASE
                        WHEN words[count] = known OR words[count] ~ %(patronymic)s AND middle = count
                            THEN ARRAY[btrim(split_part(name, ',', 1)),
                                       btrim(left(btrim(substr(name, comma + 1)), -length(words[count]))),
                                       words[count]]
                        ELSE ARRAY[btrim(split_part(name, ',', 1)), btrim(substr(name, comma + 1)), NULL]
                    END
                WHEN middle IS NOT NULL
                    THEN ARRAY[array_to_string(words[: middle - 2] || words[middle + 1 :], ' '), words[middle - 1],
                               words[middle]]
                WHEN count = 1
                    THEN CASE
                        WHEN is_surname_first THEN ARRAY[words[1], NULL, NULL]
                        ELSE ARRAY[NULL, words[1], NULL]
                    END
                WHEN count = 2
                    THEN CASE
                        WHEN words[1] ~ %(surname)s AND words[2] !~ %(surname)s
                             OR is_surname_first AND NOT (words[1] !~ %(surname)s AND words[2] ~ %(surname)s)
                            THEN ARRAY[words[1], words[2], NULL]
                        ELSE ARRAY[words[2], words[1], NULL]
                    END
                WHEN is_surname_first
                    THEN ARRAY[words[1], array_to_string(words[2 :], ' '), NULL]
                WHEN count = 3 AND language = ANY(%(father_second)s)
                    THEN ARRAY[words[3], words[1], words[2]]
                ELSE ARRAY[
                    array_to_string(words[first_of_surname :], ' '),
                    array_to_string(words[: first_of_surname - 1], ' '),
                    NULL
                ]
            END AS parts
              FROM placed
        )
        UPDATE res_partner AS partner
           SET dealflow_surname = NULLIF(part.parts[1], ''),
               dealflow_first_name = NULLIF(part.parts[2], ''),
               patronymic = COALESCE(part.parts[3], part.known)
          FROM part
         WHERE part.id = partner.id
        """,
        {
            'surname_first': list(SURNAME_FIRST),
            'father_second': list(FATHER_NAME_SECOND),
            'two_surnames': list(TWO_SURNAMES),
            'particles': list(PARTICLES),
            'patronymic': PATRONYMIC_SQL,
            'female': FEMALE_PATRONYMIC_SQL,
            'surname': SURNAME_SQL,
        },
    )
