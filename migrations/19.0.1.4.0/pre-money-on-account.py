def migrate(cr, version):
    """Add the new column of receipts with one statement; the post script fills it where there are invoices."""
    cr.execute("ALTER TABLE dealflow_receipt ADD COLUMN IF NOT EXISTS on_account_amount numeric DEFAULT 0")
    cr.execute("ALTER TABLE dealflow_receipt ALTER COLUMN on_account_amount DROP DEFAULT")
