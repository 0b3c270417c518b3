from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.public_methods import public_method
from ..partners.account_move import INVOICE_READERS

# One page of a list; the button above opens all rows.
LIMIT = 80

# The groups that may read payments in Odoo.
PAYMENT_READERS = 'account.group_account_invoice,account.group_account_readonly'

# Newest first, but unpaid invoices by due date, oldest first.
FINANCE_ORDERS = {
    'dealflow_unpaid_invoice_ids': 'invoice_date_due, id',
    'dealflow_invoice_ids': 'invoice_date desc, id desc',
    'dealflow_sale_ids': 'date_order desc, id desc',
    'dealflow_receipt_ids': 'date_planned desc, id desc',
    'dealflow_payment_ids': 'date desc, id desc',
}

# Clients' money is shown to users who see in Odoo what a client owes, and to users of Dealflow.
FIGURE_READERS = 'dealflow.group_viewer,account.group_account_invoice,account.group_account_readonly'

FIGURES = {
    'client_since': False,
    'deal_count': 0,
    'total_sales': 0.0,
    'average_bill': 0.0,
    'dealflow_won_total': 0.0,
    'dealflow_ordered_total': 0.0,
    'dealflow_invoiced_total': 0.0,
    'dealflow_received_total': 0.0,
    'total_due': 0.0,
    'dealflow_purchase_total': 0.0,
}


class ResPartner(models.Model):
    """Data of all areas on the card of a client.

    Invoices, sales and receipts in one place (C27-C29); the figures of the client (C08) and of the whole group that it
    belongs to (C85), computed when shown, because each invoice would write on its contact if they were stored; the
    projects of the client if Odoo's Project app is installed (E11); the history (B37).
    """

    _inherit = 'res.partner'

    dealflow_unpaid_invoice_ids = fields.Many2many(
        'account.move',
        string="Unpaid Invoices",
        compute='_compute_dealflow_unpaid_invoice_ids',
        groups=INVOICE_READERS,
    )
    dealflow_invoice_ids = fields.Many2many(
        'account.move',
        string="Invoiced Sales",
        compute='_compute_dealflow_invoice_ids',
        groups=INVOICE_READERS,
    )
    dealflow_sale_ids = fields.Many2many(
        'sale.order',
        string="Confirmed Orders",
        compute='_compute_dealflow_sale_ids',
        groups='dealflow.group_viewer',
    )
    dealflow_payment_ids = fields.Many2many(
        'account.payment',
        string="Payments",
        compute='_compute_dealflow_payment_ids',
        groups=PAYMENT_READERS,
    )
    dealflow_receipt_ids = fields.Many2many(
        'dealflow.receipt',
        string="Receipts",
        compute='_compute_dealflow_receipt_ids',
        groups='dealflow.group_viewer',
    )

    dealflow_figures_currency_id = fields.Many2one(
        'res.currency',
        string="Figures Currency",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        groups=FIGURE_READERS,
    )
    annual_turnover = fields.Monetary(
        currency_field='dealflow_figures_currency_id', prefetch='dealflow', groups='dealflow.group_viewer'
    )
    client_since = fields.Date(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        help="The day of the first deal, confirmed order or posted invoice.",
        groups=FIGURE_READERS,
    )
    deal_count = fields.Integer(
        string="Number of Deals",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        groups='dealflow.group_viewer',
    )
    total_sales = fields.Monetary(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="What was sold, without taxes: won deals, and confirmed orders and invoices that belong to none. "
        "Each sale counts once.",
        groups=FIGURE_READERS,
    )
    average_bill = fields.Monetary(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="Total sales divided by the number of sales.",
        groups=FIGURE_READERS,
    )
    dealflow_won_total = fields.Monetary(
        string="Amount of Won Deals",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="The amounts of won deals.",
        groups=FIGURE_READERS,
    )
    dealflow_ordered_total = fields.Monetary(
        string="Amount of Confirmed Orders",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="Confirmed orders without taxes, of deals or not.",
        groups=FIGURE_READERS,
    )
    dealflow_invoiced_total = fields.Monetary(
        string="Amount Invoiced",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="Posted invoices less credit notes, without taxes.",
        groups=FIGURE_READERS,
    )
    dealflow_received_total = fields.Monetary(
        string="Money Received",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="Money that has come: of planned receipts, and paid on invoices without one. With taxes.",
        groups=FIGURE_READERS,
    )
    total_due = fields.Monetary(
        string="Due",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="What is still unpaid of posted invoices, with taxes.",
        groups=FIGURE_READERS,
    )
    dealflow_purchase_total = fields.Monetary(
        string="Amount of Purchases",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        help="Posted vendor bills less refunds, without taxes.",
        groups=FIGURE_READERS,
    )
    group_client_since = fields.Date(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        groups=FIGURE_READERS,
    )
    group_deal_count = fields.Integer(
        compute='_compute_dealflow_client_figures', compute_sudo=True, groups='dealflow.group_viewer'
    )
    group_total_sales = fields.Monetary(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_average_bill = fields.Monetary(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_dealflow_won_total = fields.Monetary(
        string="Amount of Won Deals, Whole Group",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_dealflow_ordered_total = fields.Monetary(
        string="Amount of Confirmed Orders, Whole Group",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_dealflow_invoiced_total = fields.Monetary(
        string="Amount Invoiced, Whole Group",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_dealflow_received_total = fields.Monetary(
        string="Money Received, Whole Group",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_total_due = fields.Monetary(
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_dealflow_purchase_total = fields.Monetary(
        string="Amount of Purchases, Whole Group",
        compute='_compute_dealflow_client_figures',
        compute_sudo=True,
        currency_field='dealflow_figures_currency_id',
        groups=FIGURE_READERS,
    )

    dealflow_project_count = fields.Integer(
        string="Number of Projects", compute='_compute_dealflow_project_count', groups='dealflow.group_viewer'
    )
    dealflow_has_projects_app = fields.Boolean(
        compute='_compute_dealflow_has_projects_app', groups='dealflow.group_viewer', export_string_translation=False
    )

    # One method per field, because Odoo checks the access to a model even if nothing is assigned.

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_unpaid_invoice_ids(self):
        self._set_dealflow_finance('dealflow_unpaid_invoice_ids')

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_invoice_ids(self):
        self._set_dealflow_finance('dealflow_invoice_ids')

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_sale_ids(self):
        self._set_dealflow_finance('dealflow_sale_ids')

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_receipt_ids(self):
        self._set_dealflow_finance('dealflow_receipt_ids')

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_payment_ids(self):
        self._set_dealflow_finance('dealflow_payment_ids')

    def _set_dealflow_finance(self, field_name):
        documents = self.env[self._fields[field_name].comodel_name]
        for partner in self:
            partner[field_name] = (
                documents.search(
                    partner._origin._get_dealflow_finance_domain(field_name),
                    order=FINANCE_ORDERS[field_name],
                    limit=LIMIT,
                )
                if partner._origin
                else False
            )

    def _get_dealflow_finance_domain(self, field_name):
        """Return the domain of a list on the page «Finance»: documents that count for or are made out to the partner.

        :param str field_name: the field of the list
        """
        self.ensure_one()
        invoices = Domain('state', '=', 'posted') & Domain('move_type', 'in', ('out_invoice', 'out_refund'))
        conditions = {
            'dealflow_unpaid_invoice_ids': invoices
            & Domain('move_type', '=', 'out_invoice')
            & Domain('amount_residual', '!=', 0),
            'dealflow_invoice_ids': invoices,
            'dealflow_sale_ids': Domain('state', '=', 'sale'),
            'dealflow_receipt_ids': Domain('state', '!=', 'cancelled'),
            'dealflow_payment_ids': Domain('partner_type', '=', 'customer')
            & self.env['account.payment']._dealflow_get_valid_domain(),
        }
        if field_name == 'dealflow_payment_ids':
            # Payments have a payer, but no business partner.
            parties = Domain('partner_id', 'child_of', self._dealflow_get_group_parties().ids)
        else:
            entity_field = 'legal_entity_id' if field_name == 'dealflow_receipt_ids' else 'partner_id'
            parties = Domain('business_partner_id', '=', self.id) | Domain(entity_field, 'child_of', self.id)
        return parties & conditions[field_name]

    def _get_dealflow_finance_action(self, field_name, xml_id):
        """Open all documents of a list on the page «Finance», which shows only the first of them."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(xml_id)
        action['domain'] = list(self._get_dealflow_finance_domain(field_name))
        action['context'] = {}
        action['display_name'] = self.env._(
            "%(documents)s of %(partner)s",
            documents=self._dealflow_get_field_label(field_name),
            partner=self.display_name,
        )
        return action

    @public_method(one=True)
    def action_view_dealflow_unpaid_invoices(self):
        return self._get_dealflow_finance_action('dealflow_unpaid_invoice_ids', 'account.action_move_out_invoice_type')

    @public_method(one=True)
    def action_view_dealflow_invoices(self):
        return self._get_dealflow_finance_action('dealflow_invoice_ids', 'account.action_move_out_invoice_type')

    @public_method(one=True)
    def action_view_dealflow_sales(self):
        return self._get_dealflow_finance_action('dealflow_sale_ids', 'sale.action_orders')

    @public_method(one=True)
    def action_view_dealflow_receipts(self):
        return self._get_dealflow_finance_action('dealflow_receipt_ids', 'dealflow.dealflow_receipt_action_of_deal')

    @public_method(one=True)
    def action_view_dealflow_payments(self):
        return self._get_dealflow_finance_action('dealflow_payment_ids', 'account.action_account_payments')

    # Figures

    # No dependencies on the partner: figures follow from documents, and it would cost time for each new contact.
    @api.depends_context('company', 'uid')
    def _compute_dealflow_client_figures(self):
        own_entities = self.filtered(lambda partner: partner.counterparty_role != 'partner').commercial_partner_id
        by_entity = own_entities._dealflow_get_client_figures('legal_entity_id', 'partner_id.commercial_partner_id')
        groups = self.business_partner_id | self.commercial_partner_id
        by_group = groups._dealflow_get_client_figures('business_partner_id', 'business_partner_id')
        for partner in self:
            entity = partner.commercial_partner_id
            group = partner.business_partner_id if partner.counterparty_role != 'partner' else entity
            group_figures = by_group.get(group.id, FIGURES)
            own = group_figures if partner.counterparty_role == 'partner' else by_entity.get(entity.id, FIGURES)
            partner.dealflow_figures_currency_id = self.env.company.currency_id
            for figure in FIGURES:
                partner[figure] = own[figure]
                partner[f'group_{figure}'] = group_figures[figure]

    def _dealflow_get_client_figures(self, party_field, document_field, with_money=True):
        """Return the figures of the partners by id, in the currency of the current company.

        The number of queries does not depend on the number of partners or documents.

        :param str party_field: the field of deals and receipts that names the partner
        :param str document_field: that of orders and invoices
        :param bool with_money: whether money received and purchases are summed, too
        :return: a dictionary with the keys of ``FIGURES`` for each partner
        :rtype: dict[int, dict]
        """
        company = self.env.company
        result = {partner_id: {**FIGURES, 'sale_count': 0, 'starts': []} for partner_id in self.ids}
        if not result:
            return result
        in_company = Domain('company_id', '=', company.id)
        of_parties = in_company & Domain(party_field, 'in', self.ids)
        of_documents = in_company & Domain(document_field, 'in', self.ids)
        self._dealflow_add_deal_figures(result, of_parties & Domain('is_visible', '=', True), party_field)
        self._dealflow_add_order_figures(result, of_documents & Domain('state', '=', 'sale'), document_field)
        posted = of_documents & Domain('state', '=', 'posted')
        self._dealflow_add_invoice_figures(result, posted, document_field)
        if with_money:
            self._dealflow_add_purchase_figures(result, posted, document_field)
            self._dealflow_add_money_figures(result, of_parties, party_field, of_documents, document_field)
        for figures in result.values():
            starts, count = figures.pop('starts'), figures.pop('sale_count')
            figures['client_since'] = min(filter(None, starts), default=False)
            figures['average_bill'] = figures['total_sales'] / count if count else 0.0
            figures.update(
                {name: company.currency_id.round(value) for name, value in figures.items() if isinstance(value, float)}
            )
        return result

    @api.model
    def _dealflow_add_deal_figures(self, result, domain, party_field):
        for partner, state, count, amount, since in self.env['dealflow.deal']._read_group(
            domain, [party_field, 'state'], ['__count', 'amount_company:sum', 'opened_on:min']
        ):
            figures = result[partner.id]
            figures['deal_count'] += count
            figures['starts'].append(since)
            if state == 'won':
                figures['dealflow_won_total'] += amount
                self._dealflow_add_sales(figures, amount, count)

    @api.model
    def _dealflow_add_sales(self, figures, amount, count):
        figures['total_sales'] += amount
        figures['sale_count'] += count

    @api.model
    def _dealflow_add_order_figures(self, result, domain, document_field):
        orders = self.env['sale.order']
        groups = [document_field, 'currency_rate']
        found = orders._read_group(domain, groups, ['__count', 'amount_untaxed:sum', 'date_order:min'])
        for partner, rate, count, untaxed, since in found:
            figures, amount = result[partner.id], untaxed / (rate or 1.0)
            figures['starts'].append(fields.Date.to_date(since))
            figures['dealflow_ordered_total'] += amount
            self._dealflow_add_sales(figures, amount, count)
        if not found:
            return
        # The order of a won deal is the same sale, and must not count twice.
        of_won_deals = domain & Domain('deal_id.state', '=', 'won')
        for partner, rate, count, untaxed in orders._read_group(
            of_won_deals, groups, ['__count', 'amount_untaxed:sum']
        ):
            self._dealflow_add_sales(result[partner.id], -untaxed / (rate or 1.0), -count)

    @api.model
    def _dealflow_add_invoice_figures(self, result, domain, document_field):
        moves = self.env['account.move']
        # The same holds for invoices of confirmed orders or won deals, and for their credit notes.
        is_sold_before = Domain('line_ids', 'any', [('sale_line_ids.order_id.state', '=', 'sale')]) | Domain(
            'dealflow_receipt_ids', 'any', [('deal_id.state', '=', 'won')]
        )
        is_sold_before |= Domain('reversed_entry_id', 'any', is_sold_before)
        sold = domain & Domain('move_type', 'in', ('out_invoice', 'out_refund'))
        found = moves._read_group(
            sold,
            [document_field, 'move_type'],
            ['amount_untaxed_signed:sum', 'amount_residual_signed:sum', 'invoice_date:min', '__count'],
        )
        for partner, move_type, untaxed, residual, since, count in found:
            figures = result[partner.id]
            figures['starts'].append(since)
            figures['dealflow_invoiced_total'] += untaxed
            figures['total_due'] += residual
            self._dealflow_add_sales(figures, untaxed, count if move_type == 'out_invoice' else 0)
        if not found:
            return
        # Taken off again, because PostgreSQL would read all lines of the company for «not sold before».
        for partner, move_type, untaxed, count in moves._read_group(
            sold & is_sold_before, [document_field, 'move_type'], ['amount_untaxed_signed:sum', '__count']
        ):
            self._dealflow_add_sales(result[partner.id], -untaxed, -count if move_type == 'out_invoice' else 0)

    @api.model
    def _dealflow_add_purchase_figures(self, result, domain, document_field):
        for partner, untaxed in self.env['account.move']._read_group(
            domain & Domain('move_type', 'in', ('in_invoice', 'in_refund')),
            [document_field],
            ['amount_untaxed_signed:sum'],
        ):
            result[partner.id]['dealflow_purchase_total'] = -untaxed

    @api.model
    def _dealflow_add_money_figures(self, result, of_parties, party_field, of_documents, document_field):
        # Money received counts even if its deal is archived.
        receipts = self.env['dealflow.receipt'].with_context(active_test=False)
        for partner, amount in receipts._read_group(
            of_parties & Domain('deal_id.is_visible', '=', True), [party_field], ['received_amount_company:sum']
        ):
            result[partner.id]['dealflow_received_total'] += amount
        invoices = of_documents & Domain('state', '=', 'posted')
        for partner_id, amount in self._dealflow_get_money_without_receipt(invoices, document_field).items():
            result[partner_id]['dealflow_received_total'] += amount

    @api.model
    def _dealflow_get_money_without_receipt(self, domain, document_field):
        """Return what was paid on invoices without a planned receipt, by partner id, in the current company's currency.

        :rtype: dict[int, float]
        """
        result = defaultdict(float)
        invoices = self.env['account.move'].search_fetch(
            domain
            & Domain('move_type', '=', 'out_invoice')
            & Domain('dealflow_receipt_ids', '=', False)
            & Domain('payment_state', '!=', 'not_paid'),
            ['currency_id', 'company_id', 'state', document_field.split('.')[0]],
        )
        if not invoices:
            return result
        get_rate = invoices.company_currency_id._dealflow_get_rate_finder(self.env.company)
        settlements = invoices._dealflow_get_settlements()
        for partner, group in invoices.grouped(lambda move: move.mapped(document_field)).items():
            result[partner.id] = sum(
                invoice.company_currency_id.round(event['amount_company'])
                * get_rate(invoice.company_currency_id, event['date'])
                for invoice in group
                for event in settlements[invoice.id]['money']
            )
        return result

    # Projects

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_project_count(self):
        """Count the projects that the user may read."""
        self.dealflow_project_count = 0
        if self._dealflow_can_read_projects():
            # One query per partner, because a project counts for every partner of its legal entity; the field is shown
            # on the card, not in lists.
            for partner in self._origin:
                partner.dealflow_project_count = self.env['project.project'].search_count(
                    partner._dealflow_get_projects_domain()
                )

    @api.depends_context('uid')
    def _compute_dealflow_has_projects_app(self):
        self.dealflow_has_projects_app = self._dealflow_can_read_projects()

    def _dealflow_can_read_projects(self):
        return 'project.project' in self.env and self.env['project.project'].has_access('read')

    def _dealflow_get_projects_domain(self):
        """Return the domain of the projects of the partner, of its legal entities and of their contacts."""
        self.ensure_one()
        return Domain('is_template', '=', False) & Domain(
            'partner_id', 'child_of', (self._dealflow_get_legal_entities() | self).ids
        )

    @public_method(one=True)
    def action_dealflow_view_projects(self):
        if 'project.project' not in self.env:
            raise UserError(self.env._("There are no projects here. Install the app “Project” first."))
        action = self.env['ir.actions.act_window']._for_xml_id('project.open_view_project_all')
        action['domain'] = list(self._dealflow_get_projects_domain())
        action['context'] = {'default_partner_id': self._dealflow_get_default_legal_entity().id}
        action['display_name'] = self.env._("Projects of %(partner)s", partner=self.display_name)
        return action

    # History

    @public_method(one=True)
    def action_dealflow_view_history(self):
        """Show everything done with the client, its legal entities and their contacts, newest first (B37)."""
        parties = self._dealflow_get_legal_entities() | self
        contacts = (
            self.env['res.partner']
            .with_context(active_test=False)
            .search([('commercial_partner_id', 'in', parties.ids)])
        )
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_history_action')
        action['domain'] = [
            '|',
            ('partner_id', 'in', (contacts | parties).ids),
            ('business_partner_id', 'in', self.ids),
        ]
        action['display_name'] = self.env._("History of %(partner)s", partner=self.display_name)
        return action
