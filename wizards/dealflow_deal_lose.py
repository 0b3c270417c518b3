from odoo import fields, models


class DealflowDealLose(models.TransientModel):
    """Asks why deals were lost, and to whom."""

    _name = 'dealflow.deal.lose'
    _description = "Lose Deals"
    _inherit = ['dealflow.deals.mixin']

    lost_reason_id = fields.Many2one('crm.lost.reason', required=True)
    competitor_id = fields.Many2one('dealflow.competitor', string="Lost To")

    def action_apply(self):
        self.ensure_one()
        self.deal_ids.action_lose(self.lost_reason_id.id, self.comment, competitor_id=self.competitor_id.id)
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}
