#!/bin/sh
# docx-mailmerge2 1.0.3, amounts in fields with a number picture (\#).
#
# Word takes the signs of a number picture from the regional settings of the
# system: on a Polish, Russian or Bulgarian one the comma is the decimal sign and
# the space parts the thousands, so such templates hold \# "# ##0,00 zł".
# Guessed: the package, which promises number pictures, renders that field as
# Word does (0,99 zł), or says that it does not understand it.
# Seen: it knows the point only. The part before the first space is taken for
# the picture, so the amount is rounded to a whole number and the rest of the
# picture printed after it as text: 0.99 becomes «1 ##0,00 zł». No warning is
# given, and 1234.50 and 1235.50 are rounded to the even neighbour. The same
# template with \# "0.00 zł" is filled right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install docx-mailmerge2==1.0.3 2>/dev/null

cat >merge.py <<'PY'
import io
import re
import warnings
import zipfile
from decimal import Decimal
from mailmerge import MailMerge

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def relation(name, target):
    one = f'<Relationship Id="r1" Type="{OFFICE}/{name}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def template(picture):
    field = f'<w:fldSimple w:instr=" MERGEFIELD Total \\# &quot;{picture}&quot; "><w:r><w:t>x</w:t></w:r></w:fldSimple>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
            f'<Override PartName="/word/settings.xml" ContentType="{KIND}.settings+xml"/></Types>',
        )
        parts.writestr("_rels/.rels", relation("officeDocument", "word/document.xml"))
        parts.writestr("word/_rels/document.xml.rels", relation("settings", "settings.xml"))
        parts.writestr("word/settings.xml", f'<w:settings xmlns:w="{WORD}"/>')
        parts.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{WORD}"><w:body><w:p>{field}</w:p><w:sectPr/></w:body></w:document>',
        )
    file.seek(0)
    return file


warnings.simplefilter("error")
for picture in ("0.00 zł", "# ##0,00 zł"):
    for amount in ("0.99", "1234.50", "1235.50"):
        with MailMerge(template(picture)) as document:
            document.merge(Total=Decimal(amount))
            merged = io.BytesIO()
            document.write(merged)
        text = zipfile.ZipFile(merged).read("word/document.xml").decode()
        print(f"{picture} | {amount} |", *re.findall("<w:t[^>]*>([^<]*)</w:t>", text))
PY
python/bin/python merge.py | tee seen.txt
cat >expected.txt <<'TXT'
0.00 zł | 0.99 | 0.99 zł
0.00 zł | 1234.50 | 1234.50 zł
0.00 zł | 1235.50 | 1235.50 zł
# ##0,00 zł | 0.99 | 1 ##0,00 zł
# ##0,00 zł | 1234.50 | 1234 ##0,00 zł
# ##0,00 zł | 1235.50 | 1236 ##0,00 zł
TXT
diff expected.txt seen.txt && echo "As described."
