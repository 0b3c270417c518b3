#!/bin/sh
# PyPI petrovna 1.0.2 beside python-stdnum 2.2 on Russian tax numbers (INN) and
# insurance numbers (SNILS).
#
# The last digit of a firm's INN and the last two of a person's are check digits;
# the last two of a SNILS are the weighted sum modulo 101, and where that is 100
# they are 00.
# Guessed: validate_inn, in a package that checks BIK, accounts, OGRN and SNILS
# rightly, refuses an INN with a slip.
# Seen: the check digits are computed, compared and the answer thrown away: every
# number of 10 or 12 digits passes. Of numbers with one digit changed, wrong by
# the published rule, not one is refused. OGRN of the same package refuses all
# such slips, so a form that is tried with a wrong OGRN looks well guarded.
# The other way round, a right SNILS with the sum 201 or 302 (one in a hundred) is
# refused.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install petrovna==1.0.2 python-stdnum==2.2 2>/dev/null

cat >compare.py <<'PY'
import random
import petrovna
from stdnum.ru import inn, ogrn

random.seed(2026)


def slip(number):
    place = random.randrange(len(number))
    other = random.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + other + number[place + 1:]


def made(count, digits, complete):
    for _ in range(count):
        yield complete("".join(random.choices("123456789", k=digits)))


def snils(front):
    total = sum(int(digit) * weight for digit, weight in zip(front, range(9, 0, -1)))
    return f"{front}{total % 101 % 100:02}", total


kinds = {
    "INN of firms": (9, lambda front: front + inn.calc_company_check_digit(front), petrovna.validate_inn, inn.is_valid),
    "INN of persons": (
        10, lambda front: front + inn.calc_personal_check_digits(front), petrovna.validate_inn, inn.is_valid
    ),
    "OGRN": (12, lambda front: front + ogrn.calc_check_digit(front), petrovna.validate_ogrn, ogrn.is_valid),
}
for kind, (digits, complete, check, truth) in kinds.items():
    right = [number for number in made(5_000, digits, complete) if truth(number)]
    wrong = [number for number in map(slip, right) if not truth(number)]
    print(f"{kind}: {sum(map(check, right))} of {len(right)} right accepted, "
          f"{sum(not check(number) for number in wrong)} of {len(wrong)} wrong refused")
refused = [total for number, total in made(20_000, 9, snils) if not petrovna.validate_snils(number)]
print(f"SNILS: {len(refused)} of 20000 right refused, their sums:", *sorted(set(refused)))
PY
python/bin/python compare.py | tee seen.txt
cat >expected.txt <<'TXT'
INN of firms: 5000 of 5000 right accepted, 0 of 4919 wrong refused
INN of persons: 5000 of 5000 right accepted, 0 of 5000 wrong refused
OGRN: 389 of 389 right accepted, 382 of 382 wrong refused
SNILS: 197 of 20000 right refused, their sums: 201 302
TXT
diff expected.txt seen.txt && echo "As described."
