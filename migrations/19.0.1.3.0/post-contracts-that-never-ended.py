def migrate(cr, version):
    """Begin anew with contracts that were entered as expired without being over: nobody has activated them."""
    cr.execute("""
        UPDATE dealflow_contract SET state = 'draft'
         WHERE state = 'expired' AND (date_end IS NULL OR date_end > CURRENT_DATE + 1)
    """)
