#!/bin/sh
# csv2ofx 0.34.2, its file read by ofx-br 0.1.0.
#
# In OFX every payment has a FITID that is unique within the account; programs
# that import statements drop what they have seen already by it.
# Guessed: two payments of one statement that look alike (two customers of a
# stall paying 10.00 on one day by the same terminal) get two FITIDs.
# Seen: where the table has no number of its own for a payment (here the mapping
# for Starling that comes with the package) the FITID is a hash of date, amount,
# payee and text. Equal payments get EQUAL numbers, and the reader, doing as the
# standard lets it, keeps one of the three: 10.00 of 30.00. Only files with such
# twins are touched, so a comparison of totals is the only sign.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install csv2ofx==0.34.2 ofx-br==0.1.0 2>/dev/null

cat >statement.csv <<'CSV'
Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)
05/11/2026,Terminal 7,STALL,FASTER PAYMENT,10.00,110.00
05/11/2026,Terminal 7,STALL,FASTER PAYMENT,10.00,120.00
05/11/2026,Terminal 7,STALL,FASTER PAYMENT,10.00,130.00
05/11/2026,Example Supplier,RENT,FASTER PAYMENT,-40.00,90.00
CSV
python/bin/csv2ofx --mapping starling --account CHECKING --server-date 2026-11-06 statement.csv statement.ofx

cat >read.py <<'PY'
import ofxbr

payments = [payment for payment in ofxbr.parse_file("statement.ofx").transactions]
for text, some in (("in the file", payments), ("without repetitions", ofxbr.dedupe(payments))):
    print(f"{text}: {len(some)} payments,", sum(payment.amount for payment in some))
PY
python/bin/python read.py | tee seen.txt
cat >expected.txt <<'TXT'
in the file: 4 payments, -10.00
without repetitions: 2 payments, -30.00
TXT
diff expected.txt seen.txt && echo "As described."
