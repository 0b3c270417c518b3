from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Write the rules by stage anew: records of rules are not updated with the module."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(env, 'dealflow', 'security/dealflow_stage_rules.xml', {}, mode='init', noupdate=True)
