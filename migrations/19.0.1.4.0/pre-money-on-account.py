def migrate(cr, version):
    """Add the new column of receipts by one statement: what is on account is looked up where there are invoices."""
    cr.execute("ALTER TABLE dealflow_receipt ADD COLUMN IF NOT EXISTS on_account_amount numeric DEFAULT 0")
    cr.execute("ALTER TABLE dealflow_receipt ALTER COLUMN on_account_amount DROP DEFAULT")
