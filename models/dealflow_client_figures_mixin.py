from collections import defaultdict

from odoo import api, fields, models

FIGURES = ('client_since', 'deal_count', 'average_bill', 'total_sales', 'total_due')


class DealflowClientFiguresMixin(models.AbstractModel):
    """The figures of a client (C08) and of the whole group that it belongs to (C85); a part of ``res.partner``.

    They are computed when shown: stored, each invoice would write on its contact.
    """

    _name = 'dealflow.client.figures.mixin'
    _description = "Figures of a Client"

    figures_currency_id = fields.Many2one('res.currency', compute='_compute_client_figures', compute_sudo=True)
    annual_turnover = fields.Monetary(currency_field='figures_currency_id', prefetch='dealflow')
    client_since = fields.Date(
        compute='_compute_client_figures', compute_sudo=True,
        help="The day of the first deal, confirmed order or posted invoice.")
    deal_count = fields.Integer(string="Number of Deals", compute='_compute_client_figures', compute_sudo=True)
    average_bill = fields.Monetary(
        compute='_compute_client_figures', compute_sudo=True, currency_field='figures_currency_id',
        help="Total sales divided by the number of invoices, in the currency of the present company.")
    total_sales = fields.Monetary(
        compute='_compute_client_figures', compute_sudo=True, currency_field='figures_currency_id',
        help="Posted invoices less credit notes, without taxes, in the currency of the present company.")
    total_due = fields.Monetary(
        string="Due", compute='_compute_client_figures', compute_sudo=True, currency_field='figures_currency_id',
        help="What is still unpaid of posted invoices, in the currency of the present company.")
    group_client_since = fields.Date(compute='_compute_client_figures', compute_sudo=True)
    group_deal_count = fields.Integer(compute='_compute_client_figures', compute_sudo=True)
    group_average_bill = fields.Monetary(
        compute='_compute_client_figures', compute_sudo=True, currency_field='figures_currency_id')
    group_total_sales = fields.Monetary(
        compute='_compute_client_figures', compute_sudo=True, currency_field='figures_currency_id')
    group_total_due = fields.Monetary(
        compute='_compute_client_figures', compute_sudo=True, currency_field='figures_currency_id')

    # Without dependencies on the partner: they follow from documents, and would cost whenever a contact is created.
    @api.depends_context('company')
    def _compute_client_figures(self):
        nothing = {'client_since': False, 'deal_count': 0, 'average_bill': 0.0, 'total_sales': 0.0, 'total_due': 0.0}
        own_entities = self.filtered(lambda partner: partner.counterparty_role != 'partner').commercial_partner_id
        by_entity = own_entities._get_client_figures('legal_entity_id', 'partner_id.commercial_partner_id')
        groups = self.business_partner_id | self.commercial_partner_id
        by_group = groups._get_client_figures('business_partner_id', 'business_partner_id')
        for partner in self:
            entity = partner.commercial_partner_id
            group = partner.business_partner_id if partner.counterparty_role != 'partner' else entity
            group_figures = by_group.get(group.id, nothing)
            own = group_figures if partner.counterparty_role == 'partner' else by_entity.get(entity.id, nothing)
            partner.figures_currency_id = self.env.company.currency_id
            for figure in FIGURES:
                partner[figure] = own[figure]
                partner[f'group_{figure}'] = group_figures[figure]

    def _get_client_figures(self, deal_field, document_field):
        """Return the figures of the partners by id, counting documents that name them in the given fields.

        The number of queries does not depend on the number of partners or documents.
        """
        if not self:
            return {}
        company = self.env.company
        in_company = [('company_id', '=', company.id)]
        counts = {partner.id: values for partner, *values in self.env['dealflow.deal']._read_group(
            [*in_company, (deal_field, 'in', self.ids)], [deal_field], ['__count', 'opened_on:min'])}
        orders = {partner.id: fields.Date.to_date(since) for partner, since in self.env['sale.order']._read_group(
            [*in_company, ('state', '=', 'sale'), (document_field, 'in', self.ids)],
            [document_field], ['date_order:min'])}
        # Invoices and credit notes apart, as only invoices are counted for the average.
        invoices = defaultdict(list)
        for partner, move_type, *values in self.env['account.move']._read_group(
            [*in_company, ('state', '=', 'posted'), ('move_type', 'in', ('out_invoice', 'out_refund')),
             (document_field, 'in', self.ids)],
            [document_field, 'move_type'],
            ['amount_untaxed_signed:sum', 'amount_residual_signed:sum', 'invoice_date:min', '__count'],
        ):
            invoices[partner.id].append((move_type, *values))
        result = {}
        for partner_id in self.ids:
            deal_count, first_deal = counts.get(partner_id, (0, False))
            starts = [first_deal, orders.get(partner_id)]
            sales, due, bill_count = 0.0, 0.0, 0
            for move_type, untaxed, residual, first_invoice, count in invoices[partner_id]:
                sales += untaxed
                due += residual
                bill_count += count if move_type == 'out_invoice' else 0
                starts.append(first_invoice)
            result[partner_id] = {
                'client_since': min(filter(None, starts), default=False),
                'deal_count': deal_count,
                'total_sales': sales,
                'total_due': due,
                'average_bill': company.currency_id.round(sales / bill_count) if bill_count else 0.0,
            }
        return result
