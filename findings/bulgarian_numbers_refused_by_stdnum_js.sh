#!/bin/sh
# npm stdnum 1.12.0 beside python-stdnum 2.2 on Bulgarian VAT numbers.
#
# Guessed: the JavaScript port decides as the Python library does, so a number
# that the browser accepts is accepted by the server and the other way round.
# Seen: of 10,000 firm numbers (9 digits) with a right check digit the port
# refuses every one that begins with 4, 5, 6, 7 or 8, as those of many older
# firms do (831…, 825…); and of numbers with 10 digits that are neither a person's
# nor a foreigner's it accepts 98 of 100 whose check digit is WRONG, and refuses
# 81 of 100 whose check digit is right: the comparison is the wrong way round.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install python-stdnum==2.2 2>/dev/null
npm install --silent --no-audit --no-fund stdnum@1.12.0 >/dev/null 2>&1

cat >numbers.py <<'PY'
import random
from stdnum.bg import egn, pnf, vat

random.seed(2026)
firms = [f"{random.randrange(10**9):09}" for _ in range(200_000)]
firms = [number for number in firms if vat.is_valid(number)][:10_000]
others = [f"{random.randrange(10**10):010}" for _ in range(40_000)]
others = [
    number for number in others
    if number[0] in "01239" and not egn.is_valid(number) and not pnf.is_valid(number)
][:10_000]
for number in firms:
    print(number, 1)
for number in others:
    print(number, int(vat.is_valid(number)))
PY
python/bin/python numbers.py >numbers.txt

cat >compare.js <<'JS'
const {stdnum} = require("stdnum");
const rows = require("fs").readFileSync("numbers.txt", "utf8").trim().split("\n").map((row) => row.split(" "));
const count = {};
for (const [number, right] of rows) {
    const accepted = stdnum.BG.vat.validate(number).isValid;
    const kind = number.length === 10 ? "10 digits" : "45678".includes(number[0]) ? "firm 4-8" : "firm 0-3, 9";
    const key = `${kind}, ${right === "1" ? "right" : "wrong"} check digit`;
    count[key] = count[key] || {accepted: 0, refused: 0};
    count[key][accepted ? "accepted" : "refused"] += 1;
}
for (const key of Object.keys(count).sort()) {
    console.log(`${key}: ${count[key].accepted} accepted, ${count[key].refused} refused`);
}
JS
node compare.js | tee seen.txt
cat >expected.txt <<'TXT'
10 digits, right check digit: 171 accepted, 753 refused
10 digits, wrong check digit: 8922 accepted, 154 refused
firm 0-3, 9, right check digit: 4974 accepted, 0 refused
firm 4-8, right check digit: 0 accepted, 5026 refused
TXT
diff expected.txt seen.txt && echo "As described."
