import operator as operators

from odoo import api, fields, models
from odoo.fields import Domain

from ..res_partner import FIGURE_READERS

COMPARISONS = {'<': operators.lt, '<=': operators.le, '>': operators.gt, '>=': operators.ge}


def _search(name):
    return lambda self, operator, value: self._dealflow_search_figure(name, operator, value)


class ResPartner(models.Model):
    """What conditions may ask of a client beyond its fields: what it has bought, and when somebody cared (C32)."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.quiet.mixin']

    client_since = fields.Date(search=_search('client_since'))
    deal_count = fields.Integer(search=_search('deal_count'))
    total_sales = fields.Monetary(search=_search('total_sales'))
    average_bill = fields.Monetary(search=_search('average_bill'))
    total_due = fields.Monetary(search=_search('total_due'))
    dealflow_last_sale_on = fields.Date(
        string="Last Purchase",
        compute='_compute_dealflow_last_sale_on',
        compute_sudo=True,
        search=_search('dealflow_last_sale_on'),
        groups=FIGURE_READERS,
        help="The day of the latest won deal, confirmed order or posted invoice.",
    )
    dealflow_days_since_event = fields.Integer(
        string="Days since the Last Event",
        compute='_compute_dealflow_days_since_event',
        search='_search_dealflow_days_since_event',
        groups='dealflow.group_viewer',
        help="Without an event, since the creation.",
    )

    def _compute_dealflow_days_since_event(self):
        days = self._dealflow_get_days_since_event()
        for partner in self:
            partner.dealflow_days_since_event = days.get(partner._origin.id, 0)

    def _dealflow_get_event_links(self):
        return ('business_partner_id', 'client_contact_id')

    @api.depends('commercial_partner_id', 'business_partner_id', 'counterparty_role')
    @api.depends_context('company')
    def _compute_dealflow_last_sale_on(self):
        entities = self.filtered(lambda partner: partner.counterparty_role != 'partner').commercial_partner_id
        by_entity = entities._dealflow_get_last_sales('legal_entity_id', 'partner_id.commercial_partner_id')
        groups = self.filtered(lambda partner: partner.counterparty_role == 'partner').commercial_partner_id
        by_group = groups._dealflow_get_last_sales('business_partner_id', 'business_partner_id')
        for partner in self:
            found = by_group if partner.counterparty_role == 'partner' else by_entity
            partner.dealflow_last_sale_on = found.get(partner.commercial_partner_id.id, False)

    def _dealflow_get_last_sales(self, party_field, document_field):
        """Return the day of the last sale in the current company, by id of the partner.

        :param str party_field: the field of deals that names the partner
        :param str document_field: that of orders and invoices
        :rtype: dict[int, date]
        """
        last = {}
        in_company = Domain('company_id', '=', self.env.company.id)
        for model, domain, field_name, day in (
            ('dealflow.deal', Domain('state', '=', 'won') & Domain('is_visible', '=', True), party_field, 'closed_on'),
            ('sale.order', Domain('state', '=', 'sale'), document_field, 'date_order'),
            (
                'account.move',
                Domain('state', '=', 'posted') & Domain('move_type', '=', 'out_invoice'),
                document_field,
                'invoice_date',
            ),
        ):
            rows = self.env[model]._read_group(
                in_company & domain & Domain(field_name, 'in', self.ids), [field_name], [f'{day}:max']
            )
            for partner, moment in rows:
                if moment:
                    found = fields.Date.to_date(moment)
                    last[partner.id] = max(found, last.get(partner.id) or found)
        return last

    @api.model
    def _dealflow_search_figure(self, name, operator, value):
        """Find partners by a figure that is computed when it is asked for.

        Those without any deal, order or invoice have nothing, and need not be looked at one by one.
        """
        if operator not in (*COMPARISONS, 'in'):
            return NotImplemented
        field = self._fields[name]
        nothing = False if field.type == 'date' else 0
        if operator == 'in':
            wanted = {self._dealflow_to_figure(field, each) or nothing for each in value}

            def is_found(figure):
                return (figure or nothing) in wanted
        else:
            bound = self._dealflow_to_figure(field, value)

            def is_found(figure):
                return figure is not False and COMPARISONS[operator](figure, bound)

        is_empty_found = is_found(nothing)
        found = self._dealflow_get_traders().filtered(lambda partner: is_found(partner[name]) != is_empty_found)
        return Domain('id', 'not in' if is_empty_found else 'in', found.ids)

    @api.model
    def _dealflow_to_figure(self, field, value):
        return fields.Date.to_date(value) if field.type == 'date' and value else value

    @api.model
    def _dealflow_get_traders(self):
        """Return all partners with whom there is any deal, order or invoice, and their contacts."""
        # sudo - any model: figures count documents that the user may not read, and so does looking for them.
        partners = self.sudo().with_context(active_test=False)
        parties = Domain.FALSE
        for model, domain, names in (
            ('dealflow.deal', [], ('business_partner_id', 'legal_entity_id')),
            ('sale.order', [('state', '=', 'sale')], ('business_partner_id', 'partner_id')),
            ('account.move', [('state', '=', 'posted')], ('business_partner_id', 'partner_id')),
        ):
            query = self.env[model].sudo().with_context(active_test=False)._search(domain)
            for name in names:
                parties |= Domain('id', 'in', query.subselect(name))
        found = partners.search(parties)
        return partners.search([('commercial_partner_id', 'in', found.commercial_partner_id.ids)])
