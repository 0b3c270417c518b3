from odoo import models

from .res_partner import get_key_sql


class DealflowPartnerPhone(models.Model):
    """The further numbers of contacts are found by the number of a call too."""

    _inherit = 'dealflow.partner.phone'

    _dealflow_call_key_idx = models.Index(f"({get_key_sql('number')})")
