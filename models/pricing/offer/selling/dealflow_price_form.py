from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .....tools.public_methods import (
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

# What «deal_id» says instead of a deal.
NEW_DEAL = -1


class DealflowPriceForm(models.AbstractModel):
    """SELL: an order for the right legal entity, bound to a deal (C24)."""

    _inherit = 'dealflow.price.form'

    def _get_sell_kinds(self):
        """Return the kinds of the values of :meth:`sell`, by key."""
        return {
            'kind': value_of('dealflow.offer', 'kind'),
            'partner_id': id_of('res.partner'),
            'legal_entity_id': id_of('res.partner'),
            'deal_id': WHOLE_NUMBER,
            'lead_id': id_of('crm.lead'),
            'order_id': id_of('sale.order'),
            'removed_line_ids': ids_of('sale.order.line'),
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
        :param dict values: ``kind`` (``offer``, ``proforma`` or ``invoice``), ``partner_id``, ``legal_entity_id`` (to
            whom the order is made out; the default entity of the client otherwise), ``deal_id`` (``-1``: a new deal,
            ``0``: none; left out: the only open deal), ``lead_id``, ``order_id`` (a quotation to go on with),
            ``removed_line_ids`` (lines of it to take out; others stay), ``contact_id`` (who gets the letter),
            ``lines`` (``line_id`` of the quotation, ``product_id``, ``quantity``, ``uom_id``, ``price`` per unit in
            the currency of the client's price list, ``discount`` in percent), ``reason`` and ``asks_approval`` for
            prices below the minimum
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
        # sudo - dealflow.offer: says in words whose form it is, if the user may not read it.
        offer_sudo = self.env['dealflow.offer'].browse(offer_id).sudo()
        offer = offer_sudo.sudo(False)
        if offer.has_access('read') and (
            offer_sudo.user_id == self.env.user or offer_sudo.order_id.sudo(False).has_access('write')
        ):
            return offer
        raise UserError(
            self.env._("%(person)s has opened this form. Open one of your own.", person=offer_sudo.user_id.name)
        )

    def _make_order(self, offer, values):
        """Check everything that can be checked beforehand, then make the order and bind it to its deal."""
        order = self.env['sale.order'].browse(values.get('order_id') or ())
        order.check_access('write')
        self._check_quotation(order)
        client = self.env['res.partner'].browse(values.get('partner_id') or ())
        deal = self._find_deal(client, values.get('deal_id'), order)
        company = deal.company_id or order.company_id or offer.company_id
        self = self.with_company(company)
        entity = self.env['res.partner'].browse(values.get('legal_entity_id') or ()) or deal.legal_entity_id
        if not entity and client:
            entity = client._dealflow_get_default_legal_entity()
        lines = values.get('lines') or []
        kind = values.get('kind') or 'offer'
        contact = self.env['res.partner'].browse(values.get('contact_id') or ())
        self._check_parties(client, entity, company)
        self._check_belong_together(client, entity, deal, contact, order)
        self._check_lines(entity, lines, order.pricelist_id)
        self._check_kind(kind, lines)
        # In the form, the warning stands already; here only a company that blocks such orders refuses.
        if company.sudo().dealflow_gate_order == 'block':
            entity._check_dealflow_requisites_gate('order', company)
        if company.dealflow_sell_at_once:
            offer._check_recipients(contact)
        self._check_minimum_prices(self._prepare_order_values(client, entity, deal, contact, values), lines, values)
        if (
            not deal
            and values.get('deal_id') in (None, NEW_DEAL)
            and (values.get('deal_id') == NEW_DEAL or company.dealflow_sell_opens_deal)
        ):
            deal = self._open_deal(client, entity, contact, values)
        order = self._write_order(order, self._prepare_order_values(client, entity, deal, contact, values), values)
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

    def _find_deal(self, client, deal_id, order):
        """Return the deal that the order is bound to, empty for none or a new one.

        :raise UserError: the client has several open deals and none was chosen
        """
        deals = self.env['dealflow.deal']
        if deal_id:
            deal = deals.browse(deal_id if deal_id != NEW_DEAL else ())
            if deal_id != NEW_DEAL and not deal.exists():
                raise UserError(
                    self.env._("There is no deal with the number %(deal)s. Choose another one.", deal=deal_id)
                )
            if deal != order.deal_id:
                self._check_deal(deal)
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

    def _check_deal(self, deal):
        """Refuse deals that are closed, or that the user may not change.

        :raise UserError: names the deal
        """
        if not deal:
            return
        if not deal.has_access('write'):
            raise UserError(
                self.env._(
                    "The deal with the number %(deal)s is not yours to change. Choose another one, or ask its "
                    "responsible person.",
                    deal=deal.id,
                )
            )
        if deal.state != 'open':
            raise UserError(
                self.env._("The deal %(deal)s is closed. Reopen it, or choose another one.", deal=deal.display_name)
            )

    def _check_belong_together(self, client, entity, deal, contact, order):
        """Refuse a deal, legal entity or contact of somebody else than the client: the letter would reach strangers.

        :raise UserError: names who does not belong to the client
        """
        client = client.commercial_partner_id
        firms = client | (client and client._dealflow_get_legal_entities()) | deal.business_partner_id
        firms |= deal.legal_entity_id | order.business_partner_id | order.partner_id.commercial_partner_id
        if client and deal and client not in deal.business_partner_id | deal.legal_entity_id:
            raise UserError(
                self.env._(
                    "The deal %(deal)s is not with %(client)s. Choose one of this client.",
                    deal=deal.display_name,
                    client=client.display_name,
                )
            )
        people = firms | entity | deal.contact_ids.commercial_partner_id
        for partner, known in ((entity, firms), (contact.commercial_partner_id, people)):
            if client and partner and partner not in known:
                raise UserError(
                    self.env._(
                        "%(stranger)s does not belong to %(client)s. Choose a legal entity or contact of this client.",
                        stranger=partner.display_name,
                        client=client.display_name,
                    )
                )

    def _check_lines(self, entity, lines, pricelist):
        """Refuse products, quantities, units and prices that cannot be sold.

        :raise UserError: names the product and what is wrong with it
        """
        if not lines:
            raise UserError(self.env._("Nothing is selected. Choose at least one product."))
        names = ('product_id', 'quantity', 'uom_id', 'price', 'discount')
        rows = [{name: line[name] for name in names if line.get(name)} for line in lines]
        terms = self._get_terms(entity.id, {'pricelist_id': pricelist.id})
        for product, _uom, line in self._read_lines(rows, terms):
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
        vals = deal._prepare_order_values() if deal else {'user_id': self.env.uid}
        lead = self.env['crm.lead'].browse(values.get('lead_id') or ())
        vals |= {
            'partner_id': entity.id,
            'company_id': self.env.company.id,
            'dealflow_contact_id': contact.id or vals.get('dealflow_contact_id'),
            'opportunity_id': vals.get('opportunity_id') or lead.id,
        }
        if client and client.counterparty_role != 'entity':
            vals['business_partner_id'] = client.id
        if values.get('reason'):
            vals['dealflow_price_reason'] = values['reason']
        return vals

    def _write_order(self, order, order_values, values):
        """Create the order, or go on with a quotation: its other lines stay, also those that it has got meanwhile."""
        if not order:
            order = self.env['sale.order'].create(order_values)
        else:
            order.write(self._prepare_quotation_values(order, order_values, values))
        kept = order.order_line.filtered(self._may_edit_line)
        removed = kept.filtered(lambda line: line.id in (values.get('removed_line_ids') or ()))
        commands = [Command.delete(line.id) for line in removed]
        for line in values['lines']:
            line_values = self._prepare_order_line_values(line)
            known = kept.filtered(lambda each, line=line: each.id == line.get('line_id'))
            commands.append(Command.update(known.id, line_values) if known else Command.create(line_values))
        order.order_line = commands
        return order

    def _prepare_quotation_values(self, order, order_values, values):
        """Return what the form changes of a quotation; its price list stays, since the form has shown its prices."""
        names = ['dealflow_contact_id', 'dealflow_price_reason']
        if order_values['partner_id'] != order.partner_id.commercial_partner_id.id:
            names += ['partner_id', 'business_partner_id']
        vals = {name: order_values[name] for name in names if name in order_values}
        if 'partner_id' in vals:
            vals['pricelist_id'] = order.pricelist_id.id
        deal_id = order_values.get('deal_id', False)
        if values.get('deal_id') is not None and deal_id != order.deal_id.id:
            vals['deal_id'] = deal_id
        return vals

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
