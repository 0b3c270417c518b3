from odoo import fields, models

from ..tools.public_methods import public_method


class DealflowDealSplit(models.TransientModel):
    """Asks which products of a deal to split off into a new deal (C53)."""

    _name = 'dealflow.deal.split'
    _description = "Split Deal"
    _inherit = 'dealflow.reference.mixin'

    deal_id = fields.Many2one('dealflow.deal', required=True)
    line_ids = fields.Many2many('dealflow.deal.line', string="Products", domain="[('deal_id', '=', deal_id)]")

    @public_method(one=True, once=True)
    def action_apply(self):
        successor = self.deal_id._split(self.line_ids)
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'dealflow.deal',
            'view_mode': 'form',
            'views': [(False, 'form')],
            'res_id': successor.id,
        }
