from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Reload the record rules by stage and by company, which are not updated with the module."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in ('dealflow_stage_rules', 'dealflow_company_rules'):
        convert_file(env, 'dealflow', f'security/{name}.xml', {}, mode='init', noupdate=True)
