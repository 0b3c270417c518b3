from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Write the rules by stage and by company anew: records of rules are not updated with the module."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in ('dealflow_stage_rules', 'dealflow_company_rules'):
        convert_file(env, 'dealflow', f'security/{name}.xml', {}, mode='init', noupdate=True)
