from odoo import fields, models


class DealflowContract(models.Model):
    """The deal that a contract was signed for; evidence of the deal's stage."""

    _inherit = 'dealflow.contract'

    deal_id = fields.Many2one('dealflow.deal', index='btree_not_null', check_company=True, ondelete='set null')
