from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.public_methods import public_method
from ..partners.account_move import INVOICE_READERS

# As many rows as a page of a list; the button above opens them all.
LIMIT = 80

# Money of clients is for those to whom Odoo shows what a client owes, and for the people of the CRM.
FIGURE_READERS = 'dealflow.group_viewer,account.group_account_invoice,account.group_account_readonly'

FIGURES = ('client_since', 'deal_count', 'average_bill', 'total_sales', 'total_due')


class ResPartner(models.Model):
    """What reads across all subjects on the card of a client.

    Invoices, sales and receipts in one place (C27-C29); the figures of the client (C08) and of the whole group that it
    belongs to (C85), computed when shown: stored, each invoice would write on its contact; the projects of the client
    where Odoo's projects are installed (E11); the history (B37).
    """

    _inherit = 'res.partner'

    dealflow_unpaid_invoice_ids = fields.Many2many(
        'account.move',
        string="Unpaid Invoices",
        compute='_compute_dealflow_unpaid_invoice_ids',
        groups=INVOICE_READERS,
    )
    dealflow_sale_ids = fields.Many2many(
        'sale.order',
        string="Sales",
        compute='_compute_dealflow_sale_ids',
        groups='dealflow.group_viewer',
    )
    dealflow_receipt_ids = fields.Many2many(
        'dealflow.receipt',
        string="Receipts",
        compute='_compute_dealflow_receipt_ids',
        groups='dealflow.group_viewer',
    )

    figures_currency_id = fields.Many2one(
        'res.currency', compute='_compute_client_figures', compute_sudo=True, groups=FIGURE_READERS
    )
    annual_turnover = fields.Monetary(
        currency_field='figures_currency_id', prefetch='dealflow', groups='dealflow.group_viewer'
    )
    client_since = fields.Date(
        compute='_compute_client_figures',
        compute_sudo=True,
        help="The day of the first deal, confirmed order or posted invoice.",
        groups=FIGURE_READERS,
    )
    deal_count = fields.Integer(
        string="Number of Deals", compute='_compute_client_figures', compute_sudo=True, groups='dealflow.group_viewer'
    )
    average_bill = fields.Monetary(
        compute='_compute_client_figures',
        compute_sudo=True,
        currency_field='figures_currency_id',
        help="Total sales divided by the number of invoices, in the currency of the present company.",
        groups=FIGURE_READERS,
    )
    total_sales = fields.Monetary(
        compute='_compute_client_figures',
        compute_sudo=True,
        currency_field='figures_currency_id',
        help="Posted invoices less credit notes, without taxes, in the currency of the present company.",
        groups=FIGURE_READERS,
    )
    total_due = fields.Monetary(
        string="Due",
        compute='_compute_client_figures',
        compute_sudo=True,
        currency_field='figures_currency_id',
        help="What is still unpaid of posted invoices, in the currency of the present company.",
        groups=FIGURE_READERS,
    )
    group_client_since = fields.Date(compute='_compute_client_figures', compute_sudo=True, groups=FIGURE_READERS)
    group_deal_count = fields.Integer(
        compute='_compute_client_figures', compute_sudo=True, groups='dealflow.group_viewer'
    )
    group_average_bill = fields.Monetary(
        compute='_compute_client_figures',
        compute_sudo=True,
        currency_field='figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_total_sales = fields.Monetary(
        compute='_compute_client_figures',
        compute_sudo=True,
        currency_field='figures_currency_id',
        groups=FIGURE_READERS,
    )
    group_total_due = fields.Monetary(
        compute='_compute_client_figures',
        compute_sudo=True,
        currency_field='figures_currency_id',
        groups=FIGURE_READERS,
    )

    dealflow_project_count = fields.Integer(
        string="Number of Projects", compute='_compute_dealflow_project_count', groups='dealflow.group_viewer'
    )

    # Each field is computed for itself, because Odoo asks for the right on a model even where nothing is assigned.

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_unpaid_invoice_ids(self):
        is_unpaid = Domain(
            [
                ('move_type', '=', 'out_invoice'),
                ('state', '=', 'posted'),
                ('amount_residual', '!=', 0),
            ]
        )
        for partner in self:
            partner.dealflow_unpaid_invoice_ids = self.env['account.move'].search(
                partner._get_dealflow_finance_domain('partner_id') & is_unpaid,
                order='invoice_date_due, id',
                limit=LIMIT,
            )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_sale_ids(self):
        for partner in self:
            partner.dealflow_sale_ids = self.env['sale.order'].search(
                partner._get_dealflow_finance_domain('partner_id') & Domain('state', '=', 'sale'),
                order='date_order desc, id desc',
                limit=LIMIT,
            )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_receipt_ids(self):
        for partner in self:
            partner.dealflow_receipt_ids = self.env['dealflow.receipt'].search(
                partner._get_dealflow_finance_domain('legal_entity_id') & Domain('state', '!=', 'cancelled'),
                order='date_planned desc, id desc',
                limit=LIMIT,
            )

    def _get_dealflow_finance_domain(self, entity_field):
        """Documents that count for the partner, or are made out to it."""
        self.ensure_one()
        if not self._origin:
            return Domain.FALSE
        return Domain('business_partner_id', '=', self._origin.id) | Domain(entity_field, 'child_of', self._origin.id)

    @public_method(one=True)
    def action_view_dealflow_receipts(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action_of_deal')
        action['domain'] = list(self._get_dealflow_finance_domain('legal_entity_id'))
        return action

    # Figures

    # Without dependencies on the partner: they follow from documents, and would cost whenever a contact is created.
    @api.depends_context('company', 'uid')
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
        counts = {
            partner.id: values
            for partner, *values in self.env['dealflow.deal']._read_group(
                [*in_company, (deal_field, 'in', self.ids), ('is_visible', '=', True)],
                [deal_field],
                ['__count', 'opened_on:min'],
            )
        }
        orders = {
            partner.id: fields.Date.to_date(since)
            for partner, since in self.env['sale.order']._read_group(
                [*in_company, ('state', '=', 'sale'), (document_field, 'in', self.ids)],
                [document_field],
                ['date_order:min'],
            )
        }
        # Invoices and credit notes apart, as only invoices are counted for the average.
        invoices = defaultdict(list)
        for partner, move_type, *values in self.env['account.move']._read_group(
            [
                *in_company,
                ('state', '=', 'posted'),
                ('move_type', 'in', ('out_invoice', 'out_refund')),
                (document_field, 'in', self.ids),
            ],
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

    # Projects

    @api.depends_context('uid', 'company')
    def _compute_dealflow_project_count(self):
        """Count with the rights of the user: who may see no projects sees none."""
        self.dealflow_project_count = 0
        if self._can_read_projects():
            # One search for each partner, because a project counts for every partner of its legal entity; the field is
            # for the card, not for lists.
            for partner in self._origin:
                partner.dealflow_project_count = self.env['project.project'].search_count(
                    partner._get_projects_domain()
                )

    def _can_read_projects(self):
        return 'project.project' in self.env and self.env['project.project'].has_access('read')

    def _get_projects_domain(self):
        """Return the domain of the projects of the partner, of its legal entities and of their contacts."""
        self.ensure_one()
        return Domain('is_template', '=', False) & Domain(
            'partner_id', 'child_of', (self._get_legal_entities() | self).ids
        )

    @public_method(one=True)
    def action_view_projects(self):
        if 'project.project' not in self.env:
            raise UserError(self.env._("There are no projects here. Install the app “Project” first."))
        action = self.env['ir.actions.act_window']._for_xml_id('project.open_view_project_all')
        action['domain'] = list(self._get_projects_domain())
        action['context'] = {'default_partner_id': self._get_default_legal_entity().id}
        action['display_name'] = self.env._("Projects of %(partner)s", partner=self.display_name)
        return action

    # History

    @public_method(one=True)
    def action_view_history(self):
        """Show everything done with the client, its legal entities and their contacts, newest first (B37)."""
        parties = self._get_legal_entities() | self
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
