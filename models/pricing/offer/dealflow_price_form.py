from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.public_methods import FLAG, TEXT, WHOLE_NUMBER, id_of, public_method, rows_of

# How many open deals and contacts of a client are offered to choose from, and how many columns are kept.
MAX_DEALS = 20
MAX_CONTACTS = 80
MAX_COLUMNS = 60


class DealflowPriceForm(models.AbstractModel):
    """What the form begins with: the client with its entities, deals and contacts, and the first products (C15)."""

    _inherit = 'dealflow.price.form'

    # Opening

    def _get_form_action(self, **context):
        """Return the client action that opens the form full-screen.

        :param context: one of ``partner_id``, ``deal_id``, ``lead_id``, ``order_id``
        """
        self._check_may_sell()
        return {
            'type': 'ir.actions.client',
            'tag': 'dealflow.price_form',
            'name': self.env._("Price"),
            'target': 'fullscreen',
            'params': context,
        }

    @api.model
    @public_method(
        partner_id=id_of('res.partner'),
        deal_id=id_of('dealflow.deal'),
        lead_id=id_of('crm.lead'),
        order_id=id_of('sale.order'),
        key=TEXT,
        for_letter=FLAG,
    )
    def open_form(self, partner_id=None, deal_id=None, lead_id=None, order_id=None, key=None, for_letter=False):
        """Note that the form is opened, and return what it begins with.

        :param str key: any name of this form; called again under the same name, it is the same form, whose time goes on
        :param bool for_letter: only the letter of the order's offer is opened, which is no new use of the form
        :return: ``offer_id``, ``client``, ``entities``, ``deals``, ``contacts``, ``lines`` to begin with, ``kinds``,
            ``other_lines`` (what else the quotation has, which the form leaves as it is), ``settings`` and
            ``warnings``; ids and plain values
        :rtype: dict
        :raise AccessError: the user may not make quotations, or not read the record
        """
        self._check_may_sell()
        order = self.env['sale.order'].browse(order_id or ())
        deal = self.env['dealflow.deal'].browse(deal_id or ()) or order.deal_id
        lead = self.env['crm.lead'].browse(lead_id or ())
        client = self.env['res.partner'].browse(partner_id or ())
        order.check_access('read')
        deal.check_access('read')
        lead.check_access('read')
        client.check_access('read')
        if not for_letter:
            self._check_quotation(order)
        client = (
            client.commercial_partner_id
            or deal.business_partner_id
            or deal.legal_entity_id
            or order.business_partner_id
            or order.partner_id.commercial_partner_id
            or lead.partner_id.commercial_partner_id
        )
        company = deal.company_id or order.company_id or self.env.company
        offer = order.dealflow_offer_ids.sorted('id')[-1:] if for_letter else self._find_opening(key)
        offer = offer or self._record_opening(client, deal, company, key)
        return {'offer_id': offer.id, **self.with_company(company)._get_start(client, deal, lead, order)}

    def _check_quotation(self, order):
        """Refuse orders that are no quotations any more.

        :raise UserError: the order is confirmed or cancelled
        """
        if order and order.state not in ('draft', 'sent'):
            raise UserError(
                self.env._(
                    "The order %(order)s is “%(state)s”; the price form goes on with quotations only. Open the form "
                    "from the client for another offer.",
                    order=order.name,
                    state=order._dealflow_get_value_label('state'),
                )
            )

    def _find_opening(self, key):
        offers = self.env['dealflow.offer']
        return offers.search([('user_id', '=', self.env.uid), ('key', '=', key)]) if key else offers

    def _record_opening(self, client, deal, company, key):
        # sudo - dealflow.offer: only the form writes these rows, in the name of its user.
        offer = self.env['dealflow.offer'].sudo()
        values = {
            'user_id': self.env.uid,
            # The head sees the forms of the team that were left without an offer, too.
            'team_id': self._get_team(company).id,
            'company_id': company.id,
            'business_partner_id': client._dealflow_get_business_partner().id if client else False,
            'deal_id': deal.id,
            'opened_on': self.env.cr.now(),
            'key': key or False,
        }
        return offer.create(values).sudo(False)

    @api.model
    @api.readonly
    @public_method(partner_id=id_of('res.partner'), legal_entity_id=id_of('res.partner'))
    def get_client(self, partner_id, legal_entity_id=None):
        """Return what the form shows of a client chosen in it; see :meth:`open_form`.

        :param int legal_entity_id: to whom the order will be made out; by default the client's default one
        :raise AccessError: the user may not make quotations, or not read the client
        """
        self._check_may_sell()
        client = self.env['res.partner'].browse(partner_id)
        entity = client.browse(legal_entity_id or ())
        (client | entity).check_access('read')
        empty = self.env['dealflow.deal'], self.env['crm.lead'], self.env['sale.order']
        return self._get_start(client.commercial_partner_id, *empty, entity=entity)

    def _get_start(self, client, deal, lead, order, entity=None):
        company = self.env.company
        entity = (
            entity
            or deal.legal_entity_id
            or order.partner_id
            or (client._dealflow_get_default_legal_entity() if client else client)
        )
        entities = (client._dealflow_get_legal_entities() if client else client) | entity
        deals = deal or self._get_deals(client)
        contacts = self._get_contacts(client, entities, deal)
        contact = deal._get_correspondent() if deal else order.dealflow_contact_id
        return {
            'client': self._show(client),
            'legal_entity_id': entity.id,
            'entities': [self._show(each) for each in entities],
            'deal_id': deal.id or (deals.id if len(deals) == 1 else False),
            'deals': [{'id': each.id, 'name': each.display_name, 'stage': each.stage_id.name} for each in deals],
            'lead_id': lead.id,
            'order_id': order.id,
            'order': order.name or False,
            'pricelist_id': order.pricelist_id.id,
            'contact_id': (contact or contacts.filtered('email_normalized')[:1]).id,
            'contacts': [
                {
                    **self._show(each),
                    'email': each.email_normalized or False,
                    'phone': each.phone or False,
                    'function': each.function or False,
                }
                for each in contacts
            ],
            'lines': self._get_first_lines(deal, order),
            'other_lines': ", ".join(self._get_other_lines(order).mapped('display_name')),
            'kinds': self._get_kinds(),
            'settings': {
                'sells_at_once': company.dealflow_sell_at_once,
                'opens_deal': company.dealflow_sell_opens_deal,
                'may_see_margin': self.env.user.has_group('dealflow.group_price_margin'),
                'minimum_price_policy': company.dealflow_minimum_price_policy,
                # Only read here: the row of settings is made when columns are saved.
                'columns': self.env.user.res_users_settings_id.dealflow_price_columns or [],
            },
            'warnings': list(self._get_requisites_warnings(entity)),
        }

    def _show(self, partner):
        return {'id': partner.id, 'name': partner.display_name} if partner else False

    def _get_kinds(self):
        labels = self.env['dealflow.offer']._dealflow_get_value_labels('kind')
        may_post = self.env.company.dealflow_sell_posts_invoice and self.env['account.move'].has_access('write')
        return [{'key': key, 'name': labels[key]} for key in labels if key != 'invoice' or may_post]

    def _get_deals(self, client):
        """Return the open deals of a client that the user may change, newest first."""
        if not client:
            return self.env['dealflow.deal']
        return (
            self.env['dealflow.deal']
            .search(
                Domain('state', '=', 'open')
                & Domain('company_id', '=', self.env.company.id)
                & (Domain('business_partner_id', '=', client.id) | Domain('legal_entity_id', '=', client.id)),
                limit=MAX_DEALS,
                order='id desc',
            )
            ._filtered_access('write')
        )

    def _get_contacts(self, client, entities, deal):
        """Return who may receive the offer: contacts of the deal, people of the client, then the firms themselves."""
        firms = client | entities
        people = self.env['res.partner'].search(
            Domain('parent_id', 'in', firms.ids) & Domain('is_company', '=', False) & Domain('type', '=', 'contact'),
            limit=MAX_CONTACTS,
        )
        return deal.contact_ids | people.sorted(lambda person: not person.email_normalized) | firms

    def _get_first_lines(self, deal, order):
        """Return the products to begin with: those of the quotation, else of the deal."""
        if order:
            return [
                {
                    'line_id': line.id,
                    'product_id': line.product_id.id,
                    'name': line.product_id.with_context(display_default_code=False).display_name,
                    'quantity': line.product_uom_qty,
                    'uom_id': line.product_uom_id.id,
                    'price': line.price_unit,
                    'discount': line.discount,
                }
                for line in order.order_line
                if self._may_edit_line(line)
            ]
        if not deal or deal.order_ids:
            return []
        # In the currency of the form, which is that of the client's price list and need not be the deal's.
        terms = self._get_terms((deal.legal_entity_id or deal.business_partner_id).id)
        get_rate = (deal.currency_id | terms.currency)._dealflow_get_rate_finder(terms.company)
        factor = get_rate(deal.currency_id, terms.today) / get_rate(terms.currency, terms.today)
        return [
            {
                'product_id': line.product_id.id,
                'name': line.product_id.with_context(display_default_code=False).display_name,
                'quantity': line.quantity,
                'uom_id': line.uom_id.id,
                'price': self._round_price(line.price_unit * factor),
                'discount': line.discount,
            }
            for line in deal.line_ids.filtered('product_id')
        ]

    @api.model
    def _may_edit_line(self, line):
        """Return whether the form can change a line of a quotation: a product with a quantity and a price.

        Others stay on the quotation as they are: notes, discounts on the whole order, combos, what has no quantity.
        """
        return bool(
            line.product_id
            and not line.display_type
            and not line.is_downpayment
            and not line.combo_item_id
            and line.product_type != 'combo'
            and line.product_uom_qty > 0
            and line.price_unit >= 0
        )

    @api.model
    def _get_other_lines(self, order):
        return order.order_line.filtered(lambda line: line.product_id and not self._may_edit_line(line))

    def _get_requisites_warnings(self, entity):
        """Return why accounting has not confirmed the legal entity, unless the company ignores it."""
        if not entity or self.env.company.sudo().dealflow_gate_order == 'ignore':
            return []
        return entity._dealflow_get_requisites_problems().values()

    def _get_column_kinds(self):
        """Return the kinds of the values of a column in :meth:`save_columns`, by key."""
        return {'key': TEXT, 'width': WHOLE_NUMBER, 'is_hidden': FLAG}

    @api.model
    @public_method(columns=rows_of('_get_column_kinds'))
    def save_columns(self, columns):
        """Keep how the user has arranged the columns of the products (C17).

        :param list[dict] columns: ``key``, ``width`` in pixels and ``is_hidden``, in their order
        """
        self._check_may_sell()
        settings = self.env['res.users.settings']._find_or_create_for_user(self.env.user)
        settings.dealflow_price_columns = columns[:MAX_COLUMNS]
