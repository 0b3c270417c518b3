from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Create the profiles of a new installation: an update does not create records that may be deleted."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(env, 'dealflow', 'data/res_groups_data.xml', {}, mode='init', noupdate=True)
