from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResCompany(models.Model):
    """Company settings for moves and the shop; the currency cannot change while the company has deals."""

    _inherit = 'res.company'

    dealflow_check_move_comments = fields.Boolean(
        string="Require meaningful comments on moves",
        default=True,
        help="A comment or short status such as “-”, “x” or “ok” is not accepted when a deal moves.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    dealflow_shop_funnel_id = fields.Many2one(
        'dealflow.funnel',
        string="Funnel of the shop",
        ondelete='set null',
        domain="['|', ('company_id', '=', False), ('company_id', '=', id)]",
        help="Each order of the shop gets a deal in the first stage of this funnel, once it is sent or confirmed. "
        "Empty means that orders of the shop get no deals.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    @api.constrains('dealflow_shop_funnel_id')
    def _check_dealflow_shop_funnel(self):
        for company in self:
            funnel = company.dealflow_shop_funnel_id
            if funnel.company_id and funnel.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The funnel %(funnel)s belongs to %(funnel_company)s, so the shop of %(company)s cannot use "
                        "it. Choose a funnel of %(company)s or one that all companies share.",
                        funnel=funnel.name,
                        funnel_company=funnel.company_id.name,
                        company=company.name,
                    )
                )

    def write(self, vals):
        if 'currency_id' in vals:
            self._check_dealflow_no_deals_in_currency(vals['currency_id'])
        return super().write(vals)

    def _check_dealflow_no_deals_in_currency(self, currency_id):
        """Refuse another currency if the company has deals: their log is in company currency and would not add up."""
        changed = self.filtered(lambda company: company.currency_id.id != currency_id)
        # sudo - dealflow.deal: deals that the user may not see count too.
        deals = self.env['dealflow.deal'].sudo().with_context(active_test=False)
        for company in changed:
            if deals.search_count([('company_id', '=', company.id)], limit=1):
                raise UserError(
                    self.env._(
                        "%(company)s has deals and receipts, whose log is kept in %(currency)s, so its currency "
                        "cannot be changed. Create a new company in the other currency, and continue there.",
                        company=company.name,
                        currency=company.currency_id.name,
                    )
                )
