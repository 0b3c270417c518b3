#!/bin/sh
# ldif3 3.2.2 on an address book exported as LDIF (Thunderbird and directories).
#
# LDIF writes every value that is not ASCII as base64 («cn:: …»).
# Guessed: the package, which installs and imports without a complaint on
# current Pythons, reads such a file.
# Seen: it calls base64.decodestring, gone since Python 3.9, so the first
# Cyrillic or Polish name ends the reading with an AttributeError, while a file
# of plain ASCII is read to the end: tests with English names stay green.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install ldif3==3.2.2 2>/dev/null

cat >read.py <<'PY'
import base64
import io
from ldif3 import LDIFParser

def entry(name):
    value = f"cn: {name}" if name.isascii() else "cn:: " + base64.b64encode(name.encode()).decode()
    return f"dn: mail=someone@example.com\nobjectclass: person\n{value}\nmail: someone@example.com\n\n"

for name in ("Anna Smith", "Анна Ковач"):
    try:
        [(_dn, record)] = LDIFParser(io.BytesIO(entry(name).encode())).parse()
        print(name, "read as", record["cn"])
    except AttributeError as error:
        print(name, "fails:", error)
PY
python/bin/python read.py | tee seen.txt
cat >expected.txt <<'TXT'
Anna Smith read as ['Anna Smith']
Анна Ковач fails: module 'base64' has no attribute 'decodestring'
TXT
diff expected.txt seen.txt && echo "As described."
