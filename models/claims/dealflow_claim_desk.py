from ast import literal_eval

from odoo import fields, models

KINDS = [('appeal', "Appeal"), ('feedback', "Feedback"), ('claim', "Claim"), ('wish', "Wish")]


class DealflowClaimDesk(models.Model):
    """Where a company receives claims: an e-mail address, the kind of its claims, and who gets them (B48)."""

    _name = 'dealflow.claim.desk'
    _description = "Claim Desk"
    _inherit = ['dealflow.register.mixin', 'mail.alias.mixin.optional', 'dealflow.company.mixin']
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    kind = fields.Selection(KINDS, string="E-mails Become", required=True, default='claim')
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Gets the e-mails of senders without a salesperson.",
    )

    def write(self, vals):
        result = super().write(vals)
        if {'company_id', 'kind'} & set(vals):
            for desk in self.filtered('alias_id'):
                desk.alias_id.sudo().write(desk._alias_get_creation_values())
        return result

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values['alias_model_id'] = self.env['ir.model']._get_id('dealflow.claim')
        if self.id:
            values['alias_defaults'] = {
                **literal_eval(self.alias_defaults or '{}'),
                'desk_id': self.id,
                'company_id': self.company_id.id,
                'kind': self.kind,
            }
        return values
