from odoo import models


class DealflowDeal(models.Model):
    """Processes of a deal, also those that start with a stage (E63, E64)."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.process.card.mixin']

    def _after_stage_change(self, missing):
        super()._after_stage_change(missing)
        if self._is_history_import():
            return
        for stage, deals in self.grouped('stage_id').items():
            for template in self.env['dealflow.process.template']._get_by_stage(stage):
                for deal in deals:
                    if template.company_id <= deal.company_id:
                        template._start(deal)
