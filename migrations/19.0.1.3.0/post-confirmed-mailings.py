from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Treat the present content of confirmed mailings as what was confirmed, so that waiting ones are sent."""
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True})
    for mailing in env['mailing.mailing'].search([('approval_state', '=', 'approved')]):
        mailing.approval_fingerprint = mailing._dealflow_get_approval_fingerprint()
