from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """What a company wants of moves; its currency stays while there are deals in it."""

    _inherit = 'res.company'

    dealflow_move_words = fields.Boolean(
        string="Comments on moves say something",
        default=True,
        help="A comment or short status such as “-”, “x” or “ok” does not pass for one when a deal moves.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    def write(self, vals):
        if 'currency_id' in vals:
            self._check_dealflow_no_deals_in_currency(vals['currency_id'])
        return super().write(vals)

    def _check_dealflow_no_deals_in_currency(self, currency_id):
        """The history of deals is kept in the currency that the company had: in another one it would not add up."""
        changed = self.filtered(lambda company: company.currency_id.id != currency_id)
        # sudo - dealflow.deal: deals that the person may not see count too.
        deals = self.env['dealflow.deal'].sudo().with_context(active_test=False)
        for company in changed:
            if deals.search_count([('company_id', '=', company.id)], limit=1):
                raise UserError(
                    self.env._(
                        "%(company)s has deals and receipts, whose history is kept in %(currency)s, so its currency "
                        "cannot be changed. Make a new company in the other currency, and go on there.",
                        company=company.name,
                        currency=company.currency_id.name,
                    )
                )
