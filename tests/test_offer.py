from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DealflowCommon


class OfferCommon(DealflowCommon):
    """A client with a legal entity and two contacts, and forms that a rep opens for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entity = cls._new_partner("Ромашка ООО", counterparty_role='entity')
        cls._link(cls.partner, cls.entity, is_default=True)
        cls.mute = cls._new_contact("Борис", cls.partner)
        cls.desk = cls.env['product.product'].create({'name': "Desk", 'list_price': 250.0})
        cls.form = cls.env['dealflow.price.form'].with_user(cls.rep_north)
        cls.team_north.user_id = cls.head_north

    def _open(self, user=None, **context):
        form = self.form.with_user(user) if user else self.form
        return form.open_form(**(context or {'partner_id': self.partner.id}))

    def _sell(self, start=None, user=None, **values):
        """Sell one chair to the client from an opened form, unless told otherwise."""
        form = self.form.with_user(user) if user else self.form
        start = start or self._open(user)
        given = {
            'partner_id': self.partner.id,
            'contact_id': self.contact.id,
            'lines': [self._line(self.product)],
            **values,
        }
        return form.sell(start['offer_id'], given)

    @staticmethod
    def _line(product, quantity=1, price=100.0, **values):
        return {'product_id': product.id, 'quantity': quantity, 'price': price, **values}

    def _get_offer(self, answer):
        return self.env['dealflow.offer'].browse(answer['offer_id'])

    def _get_order(self, answer):
        return self.env['sale.order'].browse(answer['order_id'])

    def _send(self, answer, **values):
        return self.form.send_letter(answer['offer_id'], answer['id'], values)


@tagged('post_install', '-at_install')
class TestOffer(OfferCommon):
    """SELL: the order, its deal and its letter (C15, C24 to C26)."""

    def test_form_begins_with_the_client(self):
        start = self._open()
        self.assertEqual(start['client']['id'], self.partner.id)
        self.assertEqual(start['legal_entity_id'], self.entity.id)
        self.assertEqual(start['contact_id'], self.contact.id, "who has an e-mail comes first")
        self.assertIn(self.mute.id, [contact['id'] for contact in start['contacts']])
        self.assertFalse(start['deal_id'])

    def test_form_begins_with_the_products_of_the_deal(self):
        deal = self._new_deal(
            self.rep_north,
            legal_entity_id=self.entity.id,
            line_ids=[Command.create({'product_id': self.desk.id, 'quantity': 3, 'price_unit': 240, 'discount': 5})],
        )
        start = self._open(deal_id=deal.id)
        self.assertEqual(start['deal_id'], deal.id)
        [line] = start['lines']
        self.assertEqual(
            (line['product_id'], line['quantity'], line['price'], line['discount']), (self.desk.id, 3, 240, 5)
        )

    def _new_pricelist(self, rate):
        """Return a price list in a currency of which so many units are worth one of the company's."""
        foreign = self.env['res.currency'].create(
            {
                'name': "XQF",
                'symbol': "F",
                'rate_ids': [Command.create({'name': '2020-01-01', 'rate': rate, 'company_id': self.company.id})],
            }
        )
        return self.env['product.pricelist'].create({'name': "Foreign", 'currency_id': foreign.id})

    def test_products_of_the_deal_have_prices_in_the_currency_of_the_client(self):
        self.entity.property_product_pricelist = self._new_pricelist(4.0)
        deal = self._new_deal(
            self.rep_north,
            legal_entity_id=self.entity.id,
            currency_id=self.company.currency_id.id,
            line_ids=[Command.create({'product_id': self.desk.id, 'quantity': 1, 'price_unit': 240})],
        )
        start = self._open(deal_id=deal.id)
        products = self.form.get_products(start['legal_entity_id'])
        self.assertEqual(products['currency']['name'], "XQF")
        self.assertEqual(start['lines'][0]['price'], 960.0)

    def test_quotation_keeps_its_price_list(self):
        order = self._new_order(self.entity, self.product, user=self.rep_north)
        order.pricelist_id = self._new_pricelist(4.0)
        start = self._open(order_id=order.id)
        self.assertEqual(start['pricelist_id'], order.pricelist_id.id)
        options = {'pricelist_id': start['pricelist_id']}
        self.assertEqual(self.form.get_products(start['legal_entity_id'], options)['currency']['name'], "XQF")
        self.assertFalse(self._open()['pricelist_id'], "without a quotation the terms of the client count")

    def test_sell_makes_order_deal_and_letter(self):
        answer = self._sell(lines=[self._line(self.product, 2), self._line(self.desk, 1, 250.0, discount=10)])
        order = self._get_order(answer)
        self.assertRecordValues(
            order,
            [
                {
                    'partner_id': self.entity.id,
                    'business_partner_id': self.partner.id,
                    'dealflow_contact_id': self.contact.id,
                    'user_id': self.rep_north.id,
                    'state': 'draft',
                    'amount_untaxed': 425.0,
                }
            ],
        )
        self.assertEqual(order.deal_id.business_partner_id, self.partner)
        self.assertEqual(order.deal_id.user_id, self.rep_north)
        self.assertEqual([each['id'] for each in answer['recipients']], self.contact.ids)
        self.assertIn(order.name, answer['subject'])
        self.assertTrue(answer['attachments'], "the PDF is there")
        self.assertEqual(self._get_offer(answer).state, 'waiting')

    def test_the_only_open_deal_is_taken_and_several_are_asked_for(self):
        deal = self._new_deal(self.rep_north)
        self.assertEqual(self._get_order(self._sell()).deal_id, deal)
        other = self._new_deal(self.rep_north, name="Desks")
        with self.assertRefused(UserError, "several open deals.*Choose"):
            self._sell()
        self.assertEqual(self._get_order(self._sell(deal_id=other.id)).deal_id, other)
        self.assertFalse(self._get_order(self._sell(deal_id=0)).deal_id)
        self.assertNotIn(self._get_order(self._sell(deal_id=-1)).deal_id, deal | other | deal.browse())

    def test_no_deal_is_opened_when_the_company_does_not_want_it(self):
        self.company.dealflow_sell_opens_deal = False
        self.assertFalse(self._get_order(self._sell()).deal_id)

    def test_letter_leaves_after_ten_seconds(self):
        answer = self._sell()
        sent = self._send(answer, subject="Your chairs", body="<p>As agreed</p>")
        offer, order = self._get_offer(answer), self._get_order(answer)
        self.assertEqual((sent['order'], sent['undo_seconds']), (order.name, 10))
        self.assertRecordValues(offer, [{'state': 'queued', 'sent_count': 1}])
        self.assertEqual(order.state, 'sent')
        message = offer.message_id
        self.assertEqual(message.subject, "Your chairs")
        self.assertIn("As agreed", message.body)
        self.assertFalse(message.notification_ids, "nothing has left yet")
        schedule = self.env['mail.message.schedule'].search([('mail_message_id', '=', message.id)])
        self.assertEqual(schedule.scheduled_datetime, offer.queued_on + timedelta(seconds=10))
        schedule._send_notifications()
        self.assertEqual(message.notification_ids.res_partner_id, self.contact)

    def test_send_twice_sends_once(self):
        answer = self._sell()
        self._send(answer)
        message = self._get_offer(answer).message_id
        self._send(answer)
        self.assertEqual(self._get_offer(answer).message_id, message)
        letters = self._get_order(answer).message_ids.filtered(lambda each: each.subject == answer['subject'])
        self.assertEqual(letters, message)

    def test_sell_twice_makes_one_order(self):
        start = self._open()
        first, second = self._sell(start), self._sell(start)
        self.assertEqual(first['order_id'], second['order_id'])
        self.assertEqual(self.env['sale.order'].search_count([('partner_id', '=', self.entity.id)]), 1)

    def test_withheld_letter_can_be_sent_again(self):
        answer = self._sell()
        self._send(answer)
        offer, order = self._get_offer(answer), self._get_order(answer)
        message = offer.message_id
        offer.with_user(self.rep_north).action_withhold()
        offer.with_user(self.rep_north).action_withhold()
        self.assertFalse(message.exists())
        self.assertRecordValues(offer, [{'state': 'waiting', 'queued_on': False, 'seconds': 0}])
        self.assertEqual(order.state, 'draft', "the order and its number stay")
        self.assertTrue(order.with_user(self.rep_north).dealflow_has_unsent_offer)
        self._send(self.form.get_letter(order.id))
        self.assertEqual(order.state, 'sent')
        self.assertFalse(order.with_user(self.rep_north).dealflow_has_unsent_offer)

    def test_letter_that_has_left_is_not_withheld(self):
        answer = self._sell()
        self._send(answer)
        offer = self._get_offer(answer)
        self.env['mail.message.schedule'].search([('mail_message_id', '=', offer.message_id.id)]).force_send()
        with self.assertRefused(UserError, "has left already"):
            offer.with_user(self.rep_north).action_withhold()
        self.assertEqual(offer.state, 'queued')

    def test_letter_that_came_back_is_found(self):
        answer = self._sell()
        self._send(answer)
        offer, order = self._get_offer(answer), self._get_order(answer)
        self.env['mail.message.schedule'].search([('mail_message_id', '=', offer.message_id.id)]).force_send()
        self.assertNotIn(offer, self.env['dealflow.offer'].search([('has_failed', '=', True)]))
        offer.message_id.notification_ids.notification_status = 'exception'
        offer.invalidate_recordset()
        self.assertTrue(offer.has_failed)
        self.assertIn(offer, self.env['dealflow.offer'].search([('has_failed', '=', True)]))
        self.assertTrue(order.dealflow_has_unsent_offer)
        self.assertEqual(self.form.get_letter(order.id)['order'], order.name)

    def test_offer_stands_in_the_history_of_the_client(self):
        answer = self._sell()
        entries = self.env['dealflow.history'].with_user(self.rep_north)
        of_offers = [('kind', '=', 'offer'), ('business_partner_id', '=', self.partner.id)]
        self.assertFalse(entries.search(of_offers), "its letter has not left")
        self._send(answer, subject="Your chairs")
        [entry] = entries.search(of_offers)
        self.assertEqual((entry.summary, entry.amount), ("Your chairs", self._get_order(answer).amount_total))
        self.assertEqual(entry.action_open()['res_id'], answer['order_id'])

    def test_next_step_is_planned_once(self):
        deal = self._new_deal(self.rep_north)
        self._send(self._sell())
        second = self._sell()
        self._send(second)
        asked = deal.activity_ids.filtered(
            lambda each: each.activity_type_id == self.env.ref('dealflow.mail_activity_type_offer')
        )
        self.assertEqual(len(asked), 1)
        self.assertIn(self._get_order(second).name, asked.summary)
        self.assertGreaterEqual(asked.date_deadline, fields.Date.today() + timedelta(days=2))
        self.assertEqual(asked.user_id, self.rep_north)

    def test_at_once(self):
        self.company.dealflow_sell_at_once = True
        answer = self._sell()
        self.assertTrue(answer['is_sent'])
        self.assertEqual(self._get_offer(answer).state, 'queued')
        with self.assertRefused(UserError, "Борис.*no valid e-mail"):
            self._sell(contact_id=self.mute.id)

    def test_going_on_with_a_quotation_keeps_its_notes(self):
        order = self._new_order(self.entity, self.product, self.desk, user=self.rep_north)
        order.order_line = [Command.create({'display_type': 'line_note', 'name': "Delivery in May", 'sequence': 99})]
        start = self._open(order_id=order.id)
        chair, desk = start['lines']
        answer = self._sell(
            start,
            order_id=order.id,
            removed_line_ids=[desk['line_id']],
            lines=[
                {**{key: chair[key] for key in ('line_id', 'product_id', 'uom_id')}, 'quantity': 7, 'price': 90.0},
                self._line(self.desk, 1, 200.0),
            ],
        )
        self.assertEqual(answer['order_id'], order.id)
        sold = order.order_line.filtered('product_id')
        self.assertEqual(sold.mapped('product_uom_qty'), [7.0, 1.0])
        self.assertEqual(sold[0].id, chair['line_id'])
        self.assertEqual(order.order_line.filtered('display_type').name, "Delivery in May")

    def test_going_on_takes_the_entity_and_deal_of_the_form(self):
        order = self._new_order(self.partner, self.product, user=self.rep_north)
        other = self._new_deal(self.rep_north, name="Desks")
        start = self._open(order_id=order.id)
        self._sell(start, order_id=order.id, legal_entity_id=self.entity.id, deal_id=other.id)
        self.assertEqual((order.partner_id, order.deal_id), (self.entity, other))

    def test_what_a_colleague_has_added_meanwhile_stays(self):
        order = self._new_order(self.entity, self.product, self.desk, user=self.rep_north)
        start = self._open(order_id=order.id)
        chair, desk = start['lines']
        added = self.env['product.product'].create({'name': "Lamp", 'list_price': 30})
        order.order_line = [Command.create({'product_id': added.id})]
        line = {**{key: chair[key] for key in ('line_id', 'product_id', 'uom_id', 'price')}, 'quantity': 2}
        self._sell(start, order_id=order.id, lines=[line], removed_line_ids=[desk['line_id']])
        self.assertEqual(order.order_line.product_id, self.product | added)

    def test_lines_that_the_form_cannot_change_stay(self):
        order = self._new_order(self.entity, self.product, user=self.rep_north)
        order.order_line = [
            Command.create({'product_id': self.desk.id, 'price_unit': -20}),
            Command.create({'product_id': self.desk.id, 'product_uom_qty': 0}),
        ]
        start = self._open(order_id=order.id)
        self.assertEqual([line['product_id'] for line in start['lines']], self.product.ids)
        self.assertIn("Desk", start['other_lines'])
        line = {**{key: start['lines'][0][key] for key in ('line_id', 'product_id', 'price')}, 'quantity': 4}
        self._sell(start, order_id=order.id, lines=[line])
        self.assertEqual(len(order.order_line), 3)

    def test_letter_of_a_changed_order_is_written_anew(self):
        answer = self._sell()
        order = self._get_order(answer)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date + interval '1 minute' WHERE id = %s", [order.id]
        )
        order.invalidate_recordset(['write_date'])
        with self.assertRefused(UserError, "was changed after this letter was written"):
            self._send(answer)
        self.assertEqual(order.state, 'draft')

    def test_confirmed_order_is_not_opened(self):
        order = self._new_order(self.entity, self.product, user=self.rep_north)
        order.sudo().action_confirm()
        with self.assertRefused(UserError, "goes on with quotations only"):
            self._open(order_id=order.id)

    def test_order_that_is_confirmed_meanwhile_is_not_sold_again(self):
        order = self._new_order(self.entity, self.product, user=self.rep_north)
        start = self._open(order_id=order.id)
        order.sudo().action_confirm()
        with self.assertRefused(UserError, "goes on with quotations only"):
            self._sell(start, order_id=order.id, lines=[self._line(self.product, 9)])
        self.assertEqual(order.order_line.product_uom_qty, 1)

    def test_opening_a_letter_is_no_new_use_of_the_form(self):
        answer = self._sell()
        uses = self.env['dealflow.offer'].search_count([])
        start = self._open(order_id=answer['order_id'], for_letter=True)
        self.assertEqual(start['offer_id'], answer['offer_id'])
        self.assertEqual(self.env['dealflow.offer'].search_count([]), uses)

    def test_step_of_a_withheld_letter_is_taken_back(self):
        answer = self._sell()
        self._send(answer)
        steps = self._get_offer(answer).deal_id.activity_ids
        self.assertIn(self._get_order(answer).name, steps.mapped('summary')[0])
        self._get_offer(answer).with_user(self.rep_north).action_withhold()
        self.assertFalse(steps.exists())


@tagged('post_install', '-at_install')
class TestOfferRefusals(OfferCommon):
    """What cannot be sold is refused in a sentence, and nothing is half-made."""

    def _check_refused(self, message, exception=UserError, **values):
        orders = self.env['sale.order'].search_count([])
        deals = self.env['dealflow.deal'].search_count([])
        with self.assertRefused(exception, message):
            self._sell(**values)
        self.assertEqual(self.env['sale.order'].search_count([]), orders)
        self.assertEqual(self.env['dealflow.deal'].search_count([]), deals)

    def test_lines(self):
        self._check_refused("Nothing is selected", lines=[])
        self._check_refused("quantity of Chair is 0", lines=[self._line(self.product, 0)])
        self._check_refused("quantity of Chair is -3", lines=[self._line(self.product, -3)])
        self._check_refused("Chair has no price", lines=[self._line(self.product, 1, 0.0)])
        self._check_refused("its discount is from 0", lines=[self._line(self.product, discount=101)])
        self._check_refused("price of Chair cannot be negative", lines=[self._line(self.product, 1, -1.0)])
        self.product.active = False
        self._check_refused("Chair is not sold by", lines=[self._line(self.product)])

    def test_strangers_do_not_get_the_offer_of_a_client(self):
        stranger = self._new_partner("Stranger")
        deal = self._new_deal(self.rep_north, business_partner_id=stranger.id)
        self._check_refused("is not with", deal_id=deal.id)
        self._check_refused("Stranger does not belong to", legal_entity_id=stranger.id, deal_id=0)
        self._check_refused("Stranger does not belong to", contact_id=stranger.id, deal_id=0)
        lost = self._new_deal(self.rep_north)
        lost.action_lose(self.env['crm.lost.reason'].create({'name': "Price"}).id, "Too dear for them")
        self._check_refused("is closed", deal_id=lost.id)

    def test_quantity_that_rounds_to_nothing(self):
        self._check_refused("quantity of Chair is 0.001", lines=[self._line(self.product, 0.001)])

    def test_unit_that_does_not_fit(self):
        hour = self.env.ref('uom.product_uom_hour')
        self._check_refused("not sold in the unit Hours", lines=[self._line(self.product, uom_id=hour.id)])

    def test_product_of_another_company(self):
        self.product.company_id = self.env['res.company'].create({'name': "Elsewhere"})
        self._check_refused("there is no record with the number", lines=[self._line(self.product)])

    def test_client_without_legal_entity(self):
        alone = self._new_partner("Alone", counterparty_role='partner')
        self._check_refused("Alone has no legal entity", partner_id=alone.id)

    def test_unconfirmed_entity_when_the_company_blocks(self):
        self.company.dealflow_gate_order = 'block'
        self._check_refused("Ромашка ООО")

    def test_nobody_receives_it(self):
        answer = self._sell(contact_id=self.mute.id)
        order = self._get_order(answer)
        with self.assertRefused(UserError, "Борис.*no valid e-mail"):
            self._send(answer, recipient_ids=self.mute.ids)
        self.assertEqual((order.state, self._get_offer(answer).state), ('draft', 'waiting'))
        self.assertIn(self._get_offer(answer), self.env['dealflow.offer'].search([('state', '=', 'waiting')]))

    def test_letter_of_another_order(self):
        answer, other = self._sell(), self._sell(deal_id=0)
        with self.assertRefused(UserError, "does not belong to"):
            self.form.send_letter(answer['offer_id'], other['id'])

    def test_kinds_of_values(self):
        start = self._open()
        with self.assertRefused(UserError, "must be a list"):
            self.form.sell(start['offer_id'], {'lines': 'chairs'})
        with self.assertRefused(UserError, "has no key"):
            self.form.sell(start['offer_id'], {'lines': [{'cost': 1}]})

    def test_posted_invoice_only_by_setting(self):
        self._check_refused("takes the setting", kind='invoice')


@tagged('post_install', '-at_install')
class TestOfferInvoice(OfferCommon):
    """An invoice is posted and sent where the company wants it, and keeps its own PDF."""

    def setUp(self):
        super().setUp()
        self.company.dealflow_sell_posts_invoice = True
        self.rep_north.group_ids += self.env.ref('account.group_account_invoice')
        (self.product | self.desk).invoice_policy = 'order'

    def test_withheld_invoice_keeps_its_pdf(self):
        answer = self._sell(kind='invoice')
        invoice = self._get_offer(answer).invoice_id
        self.assertEqual(invoice.state, 'posted')
        self.assertEqual([each['id'] for each in answer['recipients']], self.contact.ids)
        self._send(answer)
        self._get_offer(answer).with_user(self.rep_north).action_withhold()
        self.assertTrue(invoice.invoice_pdf_report_id.exists().raw)
        again = self.form.get_letter(answer['order_id'])
        self.assertIn(invoice.invoice_pdf_report_id.id, [each['id'] for each in again['attachments']])

    def test_what_is_invoiced_on_delivery_is_not_posted(self):
        self.desk.invoice_policy = 'delivery'
        orders = self.env['sale.order'].search_count([])
        with self.assertRefused(UserError, "Desk is invoiced when it is delivered"):
            self._sell(kind='invoice', lines=[self._line(self.desk)])
        self.assertEqual(self.env['sale.order'].search_count([]), orders)


@tagged('post_install', '-at_install')
class TestOfferRights(OfferCommon):
    def test_who_only_looks_may_not_open_the_form(self):
        for user in (self.viewer, self._new_user('portal', 'base.group_portal')):
            with self.assertRefused(AccessError, ""):
                self._open(user)

    def test_form_of_a_colleague(self):
        start = self._open(self.rep_second)
        with self.assertRefused(UserError, "has opened this form"):
            self._sell(start)

    def test_deal_of_a_colleague(self):
        deal = self._new_deal(self.rep_second, user_id=self.rep_second.id)
        with self.assertRefused(UserError, "not yours to change"):
            self._sell(deal_id=deal.id)

    def test_rows_are_written_by_the_form_alone(self):
        answer = self._sell()
        offer = self._get_offer(answer).with_user(self.rep_north)
        with self.assertRefused(AccessError, ""):
            offer.write({'seconds': 1})
        with self.assertRefused(AccessError, ""):
            offer.unlink()
        with self.assertRefused(AccessError, ""):
            offer.create({'user_id': self.rep_north.id, 'company_id': self.company.id})

    def test_who_sees_offers(self):
        offer = self._get_offer(self._sell())
        seen = self.env['dealflow.offer']
        for user, is_seen in (
            (self.rep_north, True),
            (self.rep_second, False),
            (self.head_north, True),
            (self.rep_south, False),
            (self.viewer, True),
            (self._new_foreigner(), False),
        ):
            self.assertEqual(offer in seen.with_user(user).search([]), is_seen, user.login)


@tagged('post_install', '-at_install')
class TestOfferTimes(OfferCommon):
    def test_time_to_letter_is_the_median_of_offers_sent(self):
        now = fields.Datetime.now()
        for seconds in (20, 30, 400):
            offer = self._get_offer(self._sell(deal_id=0))
            offer.write({'opened_on': now - timedelta(seconds=seconds), 'queued_on': now, 'state': 'queued'})
        self._open()
        [group] = self.env['dealflow.offer'].formatted_read_group(
            [('user_id', '=', self.rep_north.id)], ['user_id'], ['seconds:avg', 'sent_count:sum', '__count']
        )
        self.assertEqual(group['seconds:avg'], 30)
        self.assertEqual((group['sent_count:sum'], group['__count']), (3, 4), "the abandoned form counts")

    def test_columns_are_kept_for_each_person(self):
        columns = [{'key': 'name', 'width': 300, 'is_hidden': False}, {'key': 'code', 'width': 0, 'is_hidden': True}]
        self.form.save_columns(columns)
        self.assertEqual(self._open()['settings']['columns'], columns)
        self.assertEqual(self._open(self.rep_second)['settings']['columns'], [])

    def test_columns_are_read_without_writing(self):
        settings = self.env['res.users.settings'].sudo().search_count([])
        self.form.with_user(self.rep_second).get_client(self.partner.id)
        self.assertEqual(self.env['res.users.settings'].sudo().search_count([]), settings)
