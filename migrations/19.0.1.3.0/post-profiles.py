from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Make the profiles of a new installation here too: what may be deleted is not made by an update."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(env, 'dealflow', 'data/res_groups_data.xml', {}, mode='init', noupdate=True)
