from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Take what confirmed mailings hold now as what was confirmed, so that those that wait go out."""
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False, 'tracking_disable': True})
    for mailing in env['mailing.mailing'].search([('approval_state', '=', 'approved')]):
        mailing.approval_fingerprint = mailing._dealflow_get_approval_fingerprint()
