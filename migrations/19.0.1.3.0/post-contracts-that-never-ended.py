def migrate(cr, version):
    """Reset contracts to draft that were entered as expired before their end: nobody has activated them."""
    cr.execute("""
        UPDATE dealflow_contract SET state = 'draft'
         WHERE state = 'expired' AND (date_end IS NULL OR date_end > CURRENT_DATE + 1)
    """)
