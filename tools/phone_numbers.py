"""Phone numbers in any spelling, compared in the international form E.164 («+359888123456»)."""

import re

import phonenumbers

# How many of the last digits find a number by index; prefixes that people write differently come before them.
KEY_LENGTH = 7
LONGEST_COUNTRY_CODE = 3
# The number at the beginning of what a person typed, without a remark or an extension behind it. The same pattern is
# that of the indexes in the database.
NUMBER_PATTERN = r'\d[\d .()/\u00a0-]*'
_NUMBER = re.compile(r'[+]?[ (]*' + NUMBER_PATTERN)
# Shorter numbers are extensions and services, which the country of the line says nothing about.
SHORTEST = 7
# Where people dial 8 before the code of the city, and some write it after a plus.
DIALS_EIGHT = ('RU', 'KZ')


def get_e164(number, country_code=None):
    """Return a number as E.164, or an empty string when it is none that the world can dial.

    :param str number: a number in any spelling
    :param str country_code: two letters; the country that decides what a number without a country code means
    :rtype: str
    """
    text = (number or '').strip()
    if re.search(r'[^\W\d_]|[*#@]', text):
        return ''
    return _parse(text, country_code)


def get_e164_of_contact(number, *country_codes):
    """Return the number of a contact as E.164 by each country that it may be meant in.

    A remark or an extension behind the number is left out.

    :rtype: set[str]
    """
    found = _NUMBER.search(number or '')
    if not found:
        return set()
    return {e164 for code in country_codes or [None] if (e164 := _parse(found.group().strip(), code))}


def get_link(number):
    """Return the address that calls a number as somebody has written it, or an empty string when it holds none."""
    found = _NUMBER.search(number or '')
    return f"tel:{re.sub(r'[^+0-9]', '', found.group())}" if found else ''


def get_first_e164(number, *country_codes):
    """Return what the number of a contact is called by: as the first country means it in which it is a number."""
    return next((e164 for code in country_codes for e164 in get_e164_of_contact(number, code)), '')


def _parse(text, country_code):
    digits = re.sub(r'\D', '', text)
    if len(digits) < SHORTEST:
        return ''
    spelling = digits
    if text.lstrip(' (').startswith('+'):
        spelling = f'+{digits}'
        if country_code in DIALS_EIGHT and len(digits) == 11 and digits.startswith('8'):
            spelling = digits
    try:
        parsed = phonenumbers.parse(spelling, country_code or None)
    except phonenumbers.NumberParseException:
        return ''
    if not spelling.startswith(('+', '00')) and not phonenumbers.is_valid_number(parsed):
        parsed = _drop_prefix(digits, country_code) or parsed
    if not phonenumbers.is_possible_number(parsed):
        return ''
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _drop_prefix(digits, country_code):
    """Return a national number without the 0 or 8 that people dial before it where the country has no such prefix."""
    if digits[0] not in '08':
        return None
    try:
        parsed = phonenumbers.parse(digits[1:], country_code or None)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def get_shown(number):
    """Return a number as people read it, in the international form of contacts; what is no E.164 stays as it is."""
    if not (number or '').startswith('+'):
        return number or ''
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def is_fixed_line(e164):
    """Return whether a number is that of a desk and of no mobile, as far as the plan of its country tells."""
    return phonenumbers.number_type(phonenumbers.parse(e164)) == phonenumbers.PhoneNumberType.FIXED_LINE


def get_keys(e164):
    """Return the last digits under which spellings of a number are found by index.

    :rtype: set[str]
    """
    if len(e164) > 1 + LONGEST_COUNTRY_CODE + KEY_LENGTH - 1:
        # What differs between spellings comes before these digits.
        return {e164[-KEY_LENGTH:]}
    parsed = phonenumbers.parse(e164)
    national = phonenumbers.national_significant_number(parsed)
    return {digits[-KEY_LENGTH:] for digits in (e164[1:], national, f'0{national}', f'8{national}')}
