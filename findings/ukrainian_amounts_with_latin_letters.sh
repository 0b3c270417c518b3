#!/bin/sh
# npm n2words 4.0.0, Ukrainian amounts in words.
#
# Guessed: the text of an amount is written in Cyrillic, as it looks.
# Seen: many words hold the LATIN letter i (U+0069) in the place of the
# Cyrillic і (U+0456): «двi гривнi», «тисячi», «шiсть», «копiйка». It cannot be
# told apart on paper, but a search for the words finds nothing, a spell check
# marks the line and a comparison with the same amount written by a person
# fails. Nearly every amount has kopecks, so nearly every amount is touched.
# Russian of the same package is clean.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund n2words@4.0.0 >/dev/null 2>&1

cat >amounts.mjs <<'JS'
import {toCurrency as russian} from "n2words/ru-RU";
import {toCurrency as ukrainian} from "n2words/uk-UA";

for (const [name, say] of [["Ukrainian", ukrainian], ["Russian", russian]]) {
    let mixed = 0;
    for (let cents = 1; cents <= 10000; cents += 1) {
        mixed += /[a-z]/i.test(say((cents / 100).toFixed(2)));
    }
    console.log(`${name}: ${mixed} of 10000 amounts hold Latin letters`);
}
const text = ukrainian("2000.01");
console.log(text);
console.log(text.includes("дві тисячі") ? "found" : "«дві тисячі» (Cyrillic) is not found in it");
JS
node amounts.mjs | tee seen.txt
cat >expected.txt <<'TXT'
Ukrainian: 9969 of 10000 amounts hold Latin letters
Russian: 0 of 10000 amounts hold Latin letters
двi тисячi гривень одна копiйка
«дві тисячі» (Cyrillic) is not found in it
TXT
diff expected.txt seen.txt && echo "As described."
