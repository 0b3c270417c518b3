from odoo import fields, models
from odoo.fields import Domain

# As many rows as a page of a list; the button above opens them all.
LIMIT = 80


class ResPartner(models.Model):
    """What the client owes, bought and paid, in one place (C27-C29)."""

    _inherit = 'res.partner'

    dealflow_unpaid_invoice_ids = fields.Many2many(
        'account.move', string="Unpaid Invoices", compute='_compute_dealflow_finance',
        groups='dealflow.group_viewer',
    )
    dealflow_sale_ids = fields.Many2many(
        'sale.order', string="Sales", compute='_compute_dealflow_finance', groups='dealflow.group_viewer',
    )
    dealflow_receipt_ids = fields.Many2many(
        'dealflow.receipt', string="Receipts", compute='_compute_dealflow_finance', groups='dealflow.group_viewer',
    )

    def _compute_dealflow_finance(self):
        """Search with the rights of the user: who may see no invoices gets an empty list."""
        for partner in self:
            own = partner._get_dealflow_finance_domain('partner_id')
            partner.dealflow_unpaid_invoice_ids = self._search_if_allowed('account.move', own & Domain([
                ('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), ('amount_residual', '!=', 0),
            ]), 'invoice_date_due, id')
            partner.dealflow_sale_ids = self._search_if_allowed(
                'sale.order', own & Domain('state', '=', 'sale'), 'date_order desc, id desc',
            )
            partner.dealflow_receipt_ids = self._search_if_allowed(
                'dealflow.receipt',
                partner._get_dealflow_finance_domain('legal_entity_id') & Domain('state', '!=', 'cancelled'),
                'date_planned desc, id desc',
            )

    def _get_dealflow_finance_domain(self, entity_field):
        """Documents that count for the partner, or are made out to it."""
        self.ensure_one()
        if not self._origin:
            return Domain.FALSE
        return Domain('business_partner_id', '=', self._origin.id) | Domain(entity_field, 'child_of', self._origin.id)

    def _search_if_allowed(self, model_name, domain, order):
        model = self.env[model_name]
        return model.search(domain, order=order, limit=LIMIT) if model.has_access('read') else model.browse()

    def action_view_dealflow_receipts(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action_of_deal')
        action['domain'] = list(self._get_dealflow_finance_domain('legal_entity_id'))
        return action
