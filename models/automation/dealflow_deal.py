from odoo import models


class DealflowDeal(models.Model):
    """A deal that a rule has given to somebody else is still shown once to whoever saved it (C34)."""

    _inherit = 'dealflow.deal'

    def web_read(self, specification):
        gone = self.env['dealflow.rule']._get_lost_records(self)
        if not gone:
            return super().web_read(specification)
        rows = super(DealflowDeal, self - gone).web_read(specification)
        return rows + self.env['dealflow.rule']._read_for_the_last_time(gone, specification)
