#!/bin/sh
# npm sepa-qr 0.0.2 and iban-qr-code 1.0.0 beside sepa-payment-qr-code 2.0.2,
# payment codes for an invoice.
#
# The code of the European Payments Council (EPC069-12) is a text of lines with
# fixed meanings: 5 the BIC, 10 a structured reference (RF…), 11 the free text,
# 12 a word to the payer. Of 10 and 11 one is filled at most.
# Guessed: «Invoice 15» given as the text of a payment stands in line 11, and what
# is not given is left empty.
# Seen: sepa-qr has only eleven lines: the free text goes into line 10, where a
# banking application looks for an RF number and drops or refuses what is none,
# and the word to the payer goes into line 11, out to the payee's bank as the
# text of the payment. iban-qr-code fills what is left out with its examples:
# the bank is «DEZZZYYYXXX» and the text «Testsubject»; and the amount «1.234», as
# a German invoice writes a thousand, is printed as EUR1.234, where the standard
# has two digits of cents at most. The picture of sepa-qr is decoded by jsqr.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund sepa-qr@0.0.2 iban-qr-code@1.0.0 sepa-payment-qr-code@2.0.2 \
    jsqr@1.4.0 pngjs@7.0.0 >/dev/null 2>&1

cat >codes.js <<'JS'
const jsqr = require("jsqr");
const {PNG} = require("pngjs");
const {girocode} = require("iban-qr-code");
const plain = require("sepa-payment-qr-code");
const picture = require("sepa-qr");

const NAMES = {5: "BIC", 8: "amount", 10: "reference", 11: "text", 12: "to the payer"};
const tell = (title, code) => {
    const lines = code.split("\n");
    const filled = Object.keys(NAMES).filter((number) => lines[number - 1]);
    console.log(`${title}: ${filled.map((number) => `${NAMES[number]} «${lines[number - 1]}»`).join(", ")}`);
};
const payee = {name: "Example Ltd", iban: "BE71096123456769"};
const parts = [];
picture({...payee, amount: 19.9, remittance: "Invoice 15", information: "Thank you"})
    .on("data", (part) => parts.push(part))
    .on("end", () => {
        const {data, width, height} = PNG.sync.read(Buffer.concat(parts));
        const more = {amount: 19.9, unstructuredReference: "Invoice 15", information: "Thank you"};
        tell("sepa-payment-qr-code", plain({...payee, ...more}));
        tell("sepa-qr", jsqr(new Uint8ClampedArray(data), width, height).data);
        tell("iban-qr-code", girocode({...payee, amount: 19.9}));
        tell("iban-qr-code", girocode({...payee, amount: "1.234", bic: "", reason: "Invoice 15"}));
    });
JS
node codes.js | tee seen.txt
cat >expected.txt <<'TXT'
sepa-payment-qr-code: amount «EUR19.90», text «Invoice 15», to the payer «Thank you»
sepa-qr: amount «EUR19.9», reference «Invoice 15», text «Thank you»
iban-qr-code: BIC «DEZZZYYYXXX», amount «EUR19.9», text «Testsubject»
iban-qr-code: amount «EUR1.234», text «Invoice 15»
TXT
diff expected.txt seen.txt && echo "As described."
