from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ....tools.public_methods import (
    FLAG,
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    id_of,
    ids_of,
    option_keys,
    public_method,
    rows_of,
    value_of,
)
from .dealflow_offer import UNDO_SECONDS

# How many open deals and contacts of a client are offered to choose from.
MAX_DEALS = 20
MAX_CONTACTS = 80
MAX_COLUMNS = 60
# What «deal_id» says instead of a deal.
NEW_DEAL = -1


class DealflowPriceForm(models.AbstractModel):
    """SELL: an order for the right legal entity, bound to a deal, and the letter with its PDF (C15, C24 to C26)."""

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
    )
    def open_form(self, partner_id=None, deal_id=None, lead_id=None, order_id=None):
        """Note that the form is opened, and return what it begins with.

        :return: ``offer_id``, ``client``, ``entities``, ``deals``, ``contacts``, ``lines`` to begin with, ``kinds``,
            ``settings`` and ``warnings``; ids and plain values
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
        if order and order.state not in ('draft', 'sent'):
            raise UserError(
                self.env._(
                    "The order %(order)s is “%(state)s”; the price form goes on with quotations only. Open the form "
                    "from the client for another offer.",
                    order=order.name,
                    state=dict(order._fields['state']._description_selection(self.env))[order.state],
                )
            )
        client = (
            client.commercial_partner_id
            or deal.business_partner_id
            or deal.legal_entity_id
            or order.business_partner_id
            or order.partner_id.commercial_partner_id
            or lead.partner_id.commercial_partner_id
        )
        company = deal.company_id or order.company_id or self.env.company
        offer = self._record_opening(client, deal, order, company)
        return {'offer_id': offer.id, **self.with_company(company)._get_start(client, deal, lead, order)}

    def _record_opening(self, client, deal, order, company):
        # sudo - dealflow.offer: only the form writes these rows, in the name of its user.
        offer = self.env['dealflow.offer'].sudo()
        values = {
            'user_id': self.env.uid,
            'company_id': company.id,
            'business_partner_id': client._dealflow_get_business_partner().id if client else False,
            'deal_id': deal.id,
            'opened_on': self.env.cr.now(),
        }
        return offer.create(values).sudo(False)

    @api.model
    @api.readonly
    @public_method(
        partner_id=id_of('res.partner'),
    )
    def get_client(self, partner_id):
        """Return what the form shows of a client chosen in it; see :meth:`open_form`."""
        self._check_may_sell()
        client = self.env['res.partner'].browse(partner_id)
        client.check_access('read')
        empty = self.env['dealflow.deal'], self.env['crm.lead'], self.env['sale.order']
        return self._get_start(client.commercial_partner_id, *empty)

    def _get_start(self, client, deal, lead, order):
        company = self.env.company
        entity = (
            deal.legal_entity_id
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
            'contact_id': (contact or contacts.filtered('email_normalized')[:1]).id,
            'contacts': [
                {**self._show(each), 'email': each.email_normalized or False, 'function': each.function or False}
                for each in contacts
            ],
            'lines': self._get_first_lines(deal, order),
            'kinds': self._get_kinds(),
            'settings': {
                'sells_at_once': company.dealflow_sell_at_once,
                'opens_deal': company.dealflow_sell_opens_deal,
                'may_see_margin': self.env.user.has_group('dealflow.group_price_margin'),
                'minimum_price_policy': company.dealflow_minimum_price_policy,
                'columns': self.env['res.users.settings']._find_or_create_for_user(self.env.user).dealflow_price_columns
                or [],
            },
            'warnings': list(self._get_requisites_warnings(entity)),
        }

    def _show(self, partner):
        return {'id': partner.id, 'name': partner.display_name} if partner else False

    def _get_kinds(self):
        labels = dict(self.env['dealflow.offer']._fields['kind']._description_selection(self.env))
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
                    'name': line.product_id.display_name,
                    'quantity': line.product_uom_qty,
                    'uom_id': line.product_uom_id.id,
                    'price': line.price_unit,
                    'discount': line.discount,
                }
                for line in order.order_line
                if line.product_id and not line.display_type
            ]
        lines = deal.line_ids.filtered('product_id') if deal and not deal.order_ids else deal.line_ids.browse()
        return [
            {
                'product_id': line.product_id.id,
                'name': line.product_id.display_name,
                'quantity': line.quantity,
                'uom_id': line.uom_id.id,
                'price': deal.currency_id._convert(
                    line.price_unit, self._get_terms_currency(deal), deal.company_id, fields.Date.context_today(self)
                ),
                'discount': line.discount,
            }
            for line in lines
        ]

    def _get_terms_currency(self, deal):
        return deal._get_pricelist().currency_id or deal.company_id.currency_id

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

    # Selling

    def _get_sell_kinds(self):
        """Return the kinds of the values of :meth:`sell`, by key."""
        return {
            'kind': value_of('dealflow.offer', 'kind'),
            'partner_id': id_of('res.partner'),
            'legal_entity_id': id_of('res.partner'),
            'deal_id': NUMBER,
            'lead_id': id_of('crm.lead'),
            'order_id': id_of('sale.order'),
            'contact_id': id_of('res.partner'),
            'reason': TEXT,
            'asks_approval': FLAG,
            'lines': rows_of('_get_sell_line_kinds'),
        }

    def _get_sell_line_kinds(self):
        return {
            'line_id': id_of('sale.order.line'),
            'product_id': id_of('product.product'),
            'quantity': NUMBER,
            'uom_id': id_of('uom.uom'),
            'price': NUMBER,
            'discount': NUMBER,
        }

    @api.model
    @public_method(offer_id=id_of('dealflow.offer'), values=option_keys('_get_sell_kinds'))
    def sell(self, offer_id, values):
        """Make the order of an opened form and its letter with the PDF (C24); nothing is written if a check refuses.

        The same form sells once: called again, the answer is that of the first call.

        :param int offer_id: from :meth:`open_form`
        :param dict values: ``kind`` (``offer``, ``proforma`` or ``invoice``), ``partner_id``, ``legal_entity_id`` (to whom
            the order is made out; the default entity of the client otherwise), ``deal_id`` (``-1``: a new deal, ``0``:
            none; left out: the only open deal), ``lead_id``, ``order_id`` (a quotation to go on with), ``contact_id``
            (who gets the letter), ``lines`` (``product_id``, ``quantity``, ``uom_id``, ``price`` per unit in the
            currency of the client's price list, ``discount`` in percent), ``reason`` and ``asks_approval`` for prices
            below the minimum
        :return: the letter (see ``get_letter``), or ``waiting`` with a sentence if somebody has to approve the prices
        :rtype: dict
        :raise UserError: something is missing or refused; the message names it
        """
        self._check_may_sell()
        offer = self._browse_own(offer_id)
        offer._serialize()
        if not offer.order_id:
            self._make_order(offer, values)
        if offer.order_id._dealflow_get_price_problems():
            return {'order_id': offer.order_id.id, 'order': offer.order_id.name, 'waiting': self._ask_approval(offer)}
        letter = offer._prepare_letter()
        if offer.company_id.dealflow_sell_at_once:
            letter |= self._send(offer, letter['id'], {})
        return letter

    def _browse_own(self, offer_id):
        """Return the row of a form that the user has opened, with the rights to write it.

        :raise UserError: somebody else has opened it
        """
        offer = self.env['dealflow.offer'].browse(offer_id)
        offer.check_access('read')
        if offer.user_id != self.env.user and not (offer.order_id and offer.order_id.has_access('write')):
            raise UserError(
                self.env._("%(person)s has opened this form. Open one of your own.", person=offer.user_id.name)
            )
        return offer

    def _make_order(self, offer, values):
        """Check everything that can be checked beforehand, then make the order and bind it to its deal."""
        order = self.env['sale.order'].browse(values.get('order_id') or ())
        order.check_access('write')
        client = self.env['res.partner'].browse(values.get('partner_id') or ())
        deal = self._find_deal(client, values.get('deal_id'))
        company = deal.company_id or order.company_id or offer.company_id
        self = self.with_company(company)
        entity = self.env['res.partner'].browse(values.get('legal_entity_id') or ()) or deal.legal_entity_id
        if not entity and client:
            entity = client._dealflow_get_default_legal_entity()
        lines = values.get('lines') or []
        kind = values.get('kind') or 'offer'
        self._check_parties(client, entity, company)
        self._check_lines(entity, lines)
        self._check_kind(kind, lines)
        # In the form, the warning stands already; here only a company that blocks such orders refuses.
        if company.sudo().dealflow_gate_order == 'block':
            entity._check_dealflow_requisites_gate('order', company)
        contact = self.env['res.partner'].browse(values.get('contact_id') or ())
        if company.dealflow_sell_at_once:
            offer._check_recipients(contact)
        self._check_minimum_prices(self._prepare_order_values(client, entity, deal, contact, values), lines, values)
        if (
            not deal
            and values.get('deal_id') in (None, NEW_DEAL)
            and (values.get('deal_id') == NEW_DEAL or company.dealflow_sell_opens_deal)
        ):
            deal = self._open_deal(client, entity, contact, values)
        order = self._write_order(order, self._prepare_order_values(client, entity, deal, contact, values), lines)
        invoice = self._post_invoice(order) if kind == 'invoice' else self.env['account.move']
        offer._record(
            state='waiting',
            ordered_on=self.env.cr.now(),
            order_id=order.id,
            invoice_id=invoice.id,
            kind=kind,
            deal_id=order.deal_id.id,
            team_id=order.team_id.id,
            company_id=company.id,
            business_partner_id=order.business_partner_id.id,
            legal_entity_id=order.partner_id.commercial_partner_id.id,
        )

    def _find_deal(self, client, deal_id):
        """Return the deal that the order is bound to, empty for none or a new one.

        :raise UserError: the client has several open deals and none was chosen
        """
        deals = self.env['dealflow.deal']
        if deal_id:
            deal = deals.browse(int(deal_id) if deal_id != NEW_DEAL else ())
            if deal_id != NEW_DEAL and not deal.exists():
                raise UserError(
                    self.env._("There is no deal with the number %(deal)s. Choose another one.", deal=deal_id)
                )
            deal.check_access('write')
            return deal
        if deal_id is not None:
            return deals
        deals = self._get_deals(client)
        if len(deals) > 1:
            raise UserError(
                self.env._(
                    "%(client)s has several open deals: %(deals)s. Choose the one that the offer belongs to.",
                    client=client.display_name,
                    deals=", ".join(deals.mapped('display_name')),
                )
            )
        return deals

    def _check_parties(self, client, entity, company):
        if not entity:
            raise UserError(
                self.env._(
                    "%(client)s has no legal entity for which the order could be made out. Link one on its card.",
                    client=client.display_name,
                )
                if client
                else self.env._("Choose the client to whom you sell.")
            )
        for partner in client | entity:
            partner.check_access('read')
            if partner.company_id and partner.company_id != company:
                raise UserError(
                    self.env._(
                        "%(client)s belongs to %(other)s, the offer to %(company)s. Choose a client of %(company)s.",
                        client=partner.display_name,
                        other=partner.company_id.name,
                        company=company.name,
                    )
                )

    def _check_lines(self, entity, lines):
        """Refuse products, quantities, units and prices that cannot be sold.

        :raise UserError: names the product and what is wrong with it
        """
        if not lines:
            raise UserError(self.env._("Nothing is selected. Choose at least one product."))
        names = ('product_id', 'quantity', 'uom_id', 'price', 'discount')
        rows = [{name: line[name] for name in names if line.get(name)} for line in lines]
        for product, _uom, line in self._read_lines(rows, self._get_terms(entity.id)):
            if not line.get('price'):
                raise UserError(
                    self.env._(
                        "%(product)s has no price. Enter one; what is given away has a price and a discount of 100 %%.",
                        product=product.display_name,
                    )
                )

    def _check_kind(self, kind, lines):
        """Refuse a posted invoice where it is not allowed, or would be empty until something is delivered."""
        if kind != 'invoice':
            return
        if kind not in [each['key'] for each in self._get_kinds()]:
            raise UserError(
                self.env._(
                    "A posted invoice is not sent from the price form here: it takes the setting “%(setting)s” and the "
                    "right to post invoices. Send an invoice to pay instead.",
                    setting=self.env['res.company']
                    ._fields['dealflow_sell_posts_invoice']
                    ._description_string(self.env),
                )
            )
        products = self.env['product.product'].browse([line['product_id'] for line in lines])
        delivered = products.filtered(lambda product: product.invoice_policy == 'delivery')[:1]
        if delivered:
            raise UserError(
                self.env._(
                    "%(product)s is invoiced when it is delivered. Send an invoice to pay instead.",
                    product=delivered.display_name,
                )
            )

    def _check_minimum_prices(self, order_values, lines, values):
        """Refuse prices below the minimum before a number is used up, as the company has set.

        :raise UserError: names the products, their prices and the minimum
        """
        if values.get('asks_approval') and self.env.company.dealflow_minimum_price_policy == 'approval':
            return
        commands = [Command.create(self._prepare_order_line_values(line)) for line in lines]
        problems = self.env['sale.order'].new({**order_values, 'order_line': commands})._dealflow_get_price_problems()
        if problems:
            raise UserError("\n".join(problems))

    def _ask_approval(self, offer):
        order = offer.order_id
        if self.env.company.dealflow_minimum_price_policy == 'approval':
            order.action_dealflow_request_price_approval(order.dealflow_price_reason)
        return self.env._(
            "The order %(order)s waits for the approval of its prices. Send the offer from the order then.",
            order=order.name,
        )

    def _open_deal(self, client, entity, contact, values):
        """Open a deal for an offer to a client without one, in the first stage of the funnel."""
        lead = self.env['crm.lead'].browse(values.get('lead_id') or ())
        partner = client or entity._dealflow_get_business_partner()
        return self.env['dealflow.deal'].create(
            {
                'name': self.env._("Offer to %(client)s", client=partner.display_name),
                'business_partner_id': partner.id,
                'legal_entity_id': entity.id,
                'contact_ids': [Command.set(contact.filtered(lambda each: each._dealflow_is_person()).ids)],
                'lead_id': lead.id,
                'company_id': self.env.company.id,
                'move_comment': self.env._("Opened with an offer from the price form."),
                'short_status': self.env._("Offer"),
            }
        )

    def _prepare_order_values(self, client, entity, deal, contact, values):
        """Return the values of the order: those of a quotation of the deal, made out to the chosen entity."""
        order_values = deal._prepare_order_values() if deal else {'user_id': self.env.uid}
        lead = self.env['crm.lead'].browse(values.get('lead_id') or ())
        order_values |= {
            'partner_id': entity.id,
            'company_id': self.env.company.id,
            'dealflow_contact_id': contact.id or order_values.get('dealflow_contact_id'),
            'opportunity_id': order_values.get('opportunity_id') or lead.id,
        }
        if client and client.counterparty_role != 'entity':
            order_values['business_partner_id'] = client.id
        if values.get('reason'):
            order_values['dealflow_price_reason'] = values['reason']
        return order_values

    def _write_order(self, order, order_values, lines):
        """Create the order, or go on with a quotation: its sections, notes and other lines stay."""
        if not order:
            order = self.env['sale.order'].create(order_values)
        else:
            names = ('dealflow_contact_id', 'dealflow_price_reason')
            order.write({name: order_values[name] for name in names if name in order_values})
        kept = order.order_line.filtered(lambda line: line.product_id and not line.display_type)
        commands = []
        for line in lines:
            values = self._prepare_order_line_values(line)
            known = kept.filtered(lambda each, line=line: each.id == line.get('line_id'))
            commands.append(Command.update(known.id, values) if known else Command.create(values))
            kept -= known
        order.order_line = [*(Command.delete(line.id) for line in kept), *commands]
        return order

    def _prepare_order_line_values(self, line):
        values = {
            'product_id': line['product_id'],
            'product_uom_qty': line['quantity'],
            'price_unit': line['price'],
            'discount': line.get('discount') or 0.0,
        }
        if line.get('uom_id'):
            values['product_uom_id'] = line['uom_id']
        return values

    def _post_invoice(self, order):
        """Confirm the order, and post its invoice with the user's own rights."""
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.env['account.move.send']._generate_and_send_invoices(invoice, sending_methods=[])
        return invoice

    # The letter

    def _get_letter_kinds(self):
        """Return the kinds of the values of :meth:`send_letter`, by key."""
        return {'subject': TEXT, 'body': TEXT, 'recipient_ids': ids_of('res.partner')}

    @api.model
    @public_method(order_id=id_of('sale.order'))
    def get_letter(self, order_id):
        """Return the letter of an order whose offer has not left: it was not sent, was withheld or came back.

        :return: ``offer_id``, ``id`` of the letter, ``order``, ``recipients``, ``subject``, ``body`` (HTML),
            ``attachments`` and ``warnings``
        :rtype: dict
        :raise UserError: the order has no such offer
        """
        order = self.env['sale.order'].browse(order_id)
        order.check_access('write')
        offer = order.dealflow_offer_ids.sorted('id')[-1:]
        if offer.has_failed:
            offer._record(state='waiting', queued_on=False, message_id=False)
        if offer.state != 'waiting':
            raise UserError(
                self.env._(
                    "There is no unsent offer on %(order)s. Open the price form for a new one.", order=order.name
                )
            )
        return offer._prepare_letter()

    @api.model
    @public_method(
        offer_id=id_of('dealflow.offer'),
        letter_id=id_of('mail.compose.message'),
        values=option_keys('_get_letter_kinds'),
    )
    def send_letter(self, offer_id, letter_id, values=None):
        """Send the letter of an offer; it leaves after ten seconds and can be withheld until then (C24, C26).

        Called twice, it is sent once.

        :param int letter_id: ``id`` of the letter
        :param dict values: ``subject``, ``body`` (HTML) and ``recipient_ids``, where the person has changed them
        :return: ``order``, ``seconds`` from opening the form to now, and ``undo_seconds``
        :rtype: dict
        :raise UserError: a recipient has no e-mail, or a rule of the company refuses the order
        """
        return self._send(self._browse_own(offer_id), letter_id, values or {})

    def _send(self, offer, letter_id, values):
        offer._send_letter(self.env['mail.compose.message'].browse(letter_id), values)
        return {
            'is_sent': True,
            'order': offer.order_id.name,
            'seconds': offer.seconds,
            'undo_seconds': UNDO_SECONDS,
        }
