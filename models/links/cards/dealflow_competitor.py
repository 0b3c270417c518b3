from odoo import models


class DealflowCompetitor(models.Model):
    """Records that a competitor is linked with (X51)."""

    _name = 'dealflow.competitor'
    _inherit = ['dealflow.competitor', 'dealflow.link.card.mixin']
