from odoo import api, fields, models
from odoo.fields import Domain

from .account_move import INVOICE_READERS

# As many rows as a page of a list; the button above opens them all.
LIMIT = 80


class ResPartner(models.Model):
    """What the client owes, bought and paid, in one place (C27-C29)."""

    _inherit = 'res.partner'

    dealflow_unpaid_invoice_ids = fields.Many2many(
        'account.move', string="Unpaid Invoices", compute='_compute_dealflow_unpaid_invoice_ids',
        groups=INVOICE_READERS,
    )
    dealflow_sale_ids = fields.Many2many(
        'sale.order', string="Sales", compute='_compute_dealflow_sale_ids', groups='dealflow.group_viewer',
    )
    dealflow_receipt_ids = fields.Many2many(
        'dealflow.receipt', string="Receipts", compute='_compute_dealflow_receipt_ids', groups='dealflow.group_viewer',
    )

    # Each field is computed for itself, because Odoo asks for the right on a model even where nothing is assigned.

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_unpaid_invoice_ids(self):
        is_unpaid = Domain([
            ('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), ('amount_residual', '!=', 0),
        ])
        for partner in self:
            partner.dealflow_unpaid_invoice_ids = self.env['account.move'].search(
                partner._get_dealflow_finance_domain('partner_id') & is_unpaid,
                order='invoice_date_due, id', limit=LIMIT,
            )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_sale_ids(self):
        for partner in self:
            partner.dealflow_sale_ids = self.env['sale.order'].search(
                partner._get_dealflow_finance_domain('partner_id') & Domain('state', '=', 'sale'),
                order='date_order desc, id desc', limit=LIMIT,
            )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_receipt_ids(self):
        for partner in self:
            partner.dealflow_receipt_ids = self.env['dealflow.receipt'].search(
                partner._get_dealflow_finance_domain('legal_entity_id') & Domain('state', '!=', 'cancelled'),
                order='date_planned desc, id desc', limit=LIMIT,
            )

    def _get_dealflow_finance_domain(self, entity_field):
        """Documents that count for the partner, or are made out to it."""
        self.ensure_one()
        if not self._origin:
            return Domain.FALSE
        return Domain('business_partner_id', '=', self._origin.id) | Domain(entity_field, 'child_of', self._origin.id)

    def action_view_dealflow_receipts(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action_of_deal')
        action['domain'] = list(self._get_dealflow_finance_domain('legal_entity_id'))
        return action
