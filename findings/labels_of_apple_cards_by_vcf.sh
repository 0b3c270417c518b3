#!/bin/sh
# npm vcf 2.1.2, cards with labels (as iPhones and macOS export them).
#
# A phone with a label of one's own is written there as two lines of a group:
# item1.TEL and item1.X-ABLabel.
# Guessed: a card that is parsed and written again holds the lines it had.
# Seen: the library keeps names in camel case and writes X-ABLabel back as
# X-AB-LABEL, a property that no address book knows: the label is lost at the
# next import. X-PHONETIC-FIRST-NAME comes back as it was.
# Values keep their escapes too: a name is handed out as «Ivanov\, Petar» with
# its backslash, a note with the two signs \n.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund vcf@2.1.2 >/dev/null 2>&1

cat >card.js <<'JS'
const vCard = require("vcf");
const card = new vCard().parse([
    "BEGIN:VCARD", "VERSION:3.0", "N:Ivanov;Petar;;;", "FN:Ivanov\\, Petar", "X-PHONETIC-FIRST-NAME:Petar",
    "item1.TEL:+359 2 000 0000", "item1.X-ABLabel:Warehouse", "NOTE:Ring first\\nthen write", "END:VCARD", "",
].join("\r\n"));
console.log(JSON.stringify(card.get("fn").valueOf()), JSON.stringify(card.get("note").valueOf()));
console.log(card.toString("3.0").split(/\r?\n/).filter((line) => /LABEL|PHONETIC/i.test(line)).join("\n"));
JS
node card.js | tee seen.txt
cat >expected.txt <<'TXT'
"Ivanov\\, Petar" "Ring first\\nthen write"
X-PHONETIC-FIRST-NAME:Petar
item1.X-AB-LABEL:Warehouse
TXT
diff expected.txt seen.txt && echo "As described."
