from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Remove the planned receipts of lost deals from the plan, and fill in the days on which payments came."""
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True})
    receipts = env['dealflow.receipt']
    lost = receipts.search([('state', '=', 'planned'), ('deal_id.state', '=', 'lost')])
    env.add_to_compute(receipts._fields['matched_days'], receipts.search([('matched_amount', '!=', 0)]))
    env.add_to_compute(receipts._fields['state'], lost)
    env.flush_all()
