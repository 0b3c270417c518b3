from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Take what is planned in lost deals out of the plan, and learn on which days the payments came."""
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True})
    receipts = env['dealflow.receipt']
    lost = receipts.search([('state', '=', 'planned'), ('deal_id.state', '=', 'lost')])
    env.add_to_compute(receipts._fields['matched_days'], receipts.search([('matched_amount', '!=', 0)]))
    env.add_to_compute(receipts._fields['state'], lost)
    env.flush_all()
