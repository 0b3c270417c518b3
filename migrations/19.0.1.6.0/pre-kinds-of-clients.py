def migrate(cr, version):
    """Add the column of the kind before it would be computed row by row; it is filled once the kinds are there."""
    cr.execute("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS dealflow_client_kind_id integer")
