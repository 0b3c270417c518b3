from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Fill the registers that a new installation fills: industry codes, and regions if there are none."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env['res.partner.industry']._dealflow_fill_codes()
    env['dealflow.region']._create_initial_regions()
