from odoo import SUPERUSER_ID, api

BATCH = 1000


def migrate(cr, version):
    """Match the receipts that have invoices with their payments again.

    What accounting has reconciled counts now, and so do bank lines that keep their suspense account; the rest of a
    payment is on account, and a cancelled invoice no longer counts as one.
    """
    env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
    receipts = env['dealflow.receipt'].with_context(active_test=False)
    ids = receipts.search([('invoice_ids', '!=', False)], order='id').ids
    for start in range(0, len(ids), BATCH):
        batch = receipts.browse(ids[start : start + BATCH])
        batch._recompute_matching()
        env.add_to_compute(receipts._fields['is_invoiced'], batch)
        batch.modified(['is_invoiced'])
        env.flush_all()
        env.invalidate_all()
