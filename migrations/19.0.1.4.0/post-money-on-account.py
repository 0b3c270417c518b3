from odoo import SUPERUSER_ID, api

BATCH = 1000


def migrate(cr, version):
    """Look again at the money of receipts with invoices.

    What the books make of it counts now, and bank lines that keep their suspense account; what is left of a payment
    stands on account, and a cancelled invoice is none.
    """
    env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
    receipts = env['dealflow.receipt'].with_context(active_test=False)
    ids = receipts.search([('invoice_ids', '!=', False)], order='id').ids
    for start in range(0, len(ids), BATCH):
        batch = receipts.browse(ids[start : start + BATCH])
        batch._match_again()
        env.add_to_compute(receipts._fields['is_invoiced'], batch)
        batch.modified(['is_invoiced'])
        env.flush_all()
        env.invalidate_all()
