from odoo import models


class CrmLead(models.Model):
    """Records that an opportunity is linked with (X51)."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'dealflow.link.card.mixin']

    def _merge_dependences(self, opportunities):
        """Move the links to the opportunity that is kept."""
        super()._merge_dependences(opportunities)
        self.env['dealflow.record.link']._move_links(opportunities - self, self)
