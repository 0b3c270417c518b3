from odoo import fields, models


class DealflowProductSuggestion(models.Model):
    """The answer to a product that the price form proposed to a client: it is not proposed again for a while (C77)."""

    _name = 'dealflow.product.suggestion'
    _description = "Answer to a Proposed Product"
    _inherit = ['dealflow.company.mixin', 'dealflow.merge.mixin']
    _order = 'answered_on desc, id desc'
    _rec_name = 'product_id'
    _merge_key = ('partner_id', 'product_id', 'company_id')

    partner_id = fields.Many2one('res.partner', required=True, index=True, ondelete='cascade')
    product_id = fields.Many2one('product.product', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one('res.users', string="Answered By", default=lambda self: self.env.user)
    answered_on = fields.Datetime(required=True, default=fields.Datetime.now)
    is_accepted = fields.Boolean(string="Accepted")

    _answer_uniq = models.UniqueIndex(
        '(partner_id, product_id, company_id)',
        "The product was proposed to this client already. Change the existing answer.",
    )

    def _merge_values(self, others):
        """Keep the newest of the answers."""
        newest = (self | others).sorted('answered_on')[-1]
        self.write(
            {
                'answered_on': newest.answered_on,
                'is_accepted': newest.is_accepted,
                'user_id': newest.user_id.id,
            }
        )
