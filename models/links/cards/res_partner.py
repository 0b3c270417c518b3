from odoo import models


class ResPartner(models.Model):
    """Records that a client, legal entity or contact is linked with (X51)."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.link.card.mixin']
