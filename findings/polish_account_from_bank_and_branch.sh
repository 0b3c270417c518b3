#!/bin/sh
# schwifty 2026.10.1, IBAN.generate() for Poland.
#
# A Polish number holds eight digits of bank and branch (109 0101 with the
# check digit 4), then the account. generate() has parameters for bank, branch
# and account.
# Guessed: bank «1090» and branch «1014» make the number of that branch, or are
# refused as incomplete.
# Seen: the branch is dropped without a word, the bank code is filled with
# zeros from the left and its own check digit set anew: the result is another
# bank's number, and both its checksums are right, so validate() with
# validate_bban=True passes it. Only bank and branch given as one code of
# eight digits come out right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install schwifty==2026.10.1 2>/dev/null

cat >generate.py <<'PY'
from schwifty import IBAN

account = "0000071219812874"
for codes in (
    {"bank_code": "10901014"},
    {"bank_code": "1090", "branch_code": "1014"},
    {"bank_code": "109", "branch_code": "01014"},
):
    iban = IBAN.generate("PL", account_code=account, **codes)
    valid = iban.validate(validate_bban=True)
    print(codes, iban.formatted, "valid" if valid else "not valid")
PY
python/bin/python generate.py | tee seen.txt
cat >expected.txt <<'TXT'
{'bank_code': '10901014'} PL61 1090 1014 0000 0712 1981 2874 valid
{'bank_code': '1090', 'branch_code': '1014'} PL35 0000 1094 0000 0712 1981 2874 valid
{'bank_code': '109', 'branch_code': '01014'} PL28 0000 0101 0000 0712 1981 2874 valid
TXT
diff expected.txt seen.txt && echo "As described."
