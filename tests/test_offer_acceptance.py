from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import DealflowCommon

SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


class AcceptanceCommon(DealflowCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write({'portal_confirmation_sign': True, 'portal_confirmation_pay': False})
        cls.deal = cls._new_deal(user_id=cls.rep_north.id)

    @classmethod
    def _new_offer(cls, days=10, **values):
        """Return a sent quotation of the deal that is valid for so many days from today."""
        order = cls._new_order(
            cls.partner,
            cls.product,
            deal_id=cls.deal.id,
            user_id=cls.rep_north.id,
            require_signature=True,
            validity_date=fields.Date.today() + timedelta(days=days),
            **values,
        )
        order.state = 'sent'
        return order

    def _get_activities(self, order):
        return order.activity_ids.filtered(lambda activity: activity.user_id == self.rep_north)


@tagged('post_install', '-at_install')
class TestOfferAcceptance(AcceptanceCommon, HttpCase):
    """What a client accepts on the portal is kept, and moves the deal (C78)."""

    def _accept(self, order, words=None, name="Jane Client", signature=SIGNATURE):
        if words:
            self._call(order, 'words', words=words)
        return self._call(order, 'accept', name=name, signature=signature)

    def _call(self, order, verb, token=None, **values):
        url = f'/my/orders/{order.id}/{verb}?access_token={token or order._portal_ensure_token()}'
        self.env.flush_all()
        answer = self.make_jsonrpc_request(url, values)
        self.env.invalidate_all()
        return answer

    def _read_page(self, order):
        return self.url_open(order.get_portal_url()).text

    def test_a_valid_offer_is_confirmed_and_moves_the_deal(self):
        self.stage_signed.takes_accepted_offers = True
        order = self._new_offer()
        answer = self._accept(order, words="Please call before the delivery")
        self.assertTrue(answer['force_refresh'])
        self.assertEqual((order.state, order.signed_by), ('sale', "Jane Client"))
        self.assertEqual(self.deal.stage_id, self.stage_signed)
        row = self.deal.log_ids[:1]
        self.assertEqual(row.user_id, self.rep_north)
        self.assertIn("Please call before the delivery", row.comment)
        self.assertIn(order.name, row.comment)
        self.assertIn("Please call before the delivery", ' '.join(order.message_ids.mapped('body')))
        self.assertFalse(self._get_activities(order))

    def test_a_client_signs_on_the_page(self):
        self.stage_signed.takes_accepted_offers = True
        order = self._new_offer()
        url = order.get_portal_url()
        self.start_tour(url, 'dealflow_portal_offer', login=None)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.signed_by), ('sale', "Joel Client"))
        self.assertEqual(self.deal.stage_id, self.stage_signed)
        self.assertIn("Please deliver on Monday", self.deal.log_ids[:1].comment)

    def test_without_a_stage_for_it_the_deal_stays(self):
        order = self._new_offer()
        self._accept(order)
        self.assertEqual((order.state, self.deal.stage_id), ('sale', self.stage_talk))

    def test_a_deal_that_is_further_stays(self):
        self.stage_offer.takes_accepted_offers = True
        self.deal.action_move_stage(self.stage_signed.id, "The contract is signed", "Signed today")
        self._accept(self._new_offer())
        self.assertEqual(self.deal.stage_id, self.stage_signed)

    def test_what_the_stage_demands_is_asked_of_the_rep(self):
        self.stage_signed.takes_accepted_offers = True
        self.env['dealflow.stage.requirement'].create(
            {'stage_id': self.stage_signed.id, 'kind': 'attachment', 'file_pattern': "contract"}
        )
        order = self._new_offer()
        self._accept(order)
        self.assertEqual((order.state, order.signed_by), ('sale', "Jane Client"), "The acceptance holds.")
        self.assertEqual(self.deal.stage_id, self.stage_talk)
        activity = self._get_activities(order)
        self.assertEqual(len(activity), 1)
        self.assertIn("contract", activity.note)
        self.assertEqual(activity.date_deadline, self.rep_north._dealflow_get_today())

    def test_an_expired_offer_is_accepted_and_waits(self):
        self.stage_signed.takes_accepted_offers = True
        order = self._new_offer(days=-1)
        page = self._read_page(order)
        self.assertIn("Accept Nevertheless", page)
        self.assertIn("dealflow_words", page)
        self._accept(order, words="We were on holiday")
        self.assertRecordValues(order, [{'state': 'sent', 'signed_by': "Jane Client"}])
        self.assertTrue(order.signature)
        self.assertEqual(order.dealflow_acceptance_words, "We were on holiday")
        self.assertIn("valid until", order.dealflow_acceptance_problem)
        self.assertEqual(self.deal.stage_id, self.stage_talk)
        self.assertEqual(len(self._get_activities(order)), 1)
        page = self._read_page(order)
        self.assertIn("We have received your acceptance", page)
        self.assertNotIn("Accept Nevertheless", page)
        self.assertNotIn("This offer expired", page)
        again = self._accept(order)
        self.assertIn('error', again)
        self.assertEqual(len(self._get_activities(order)), 1)
        waiting = self.env['sale.order'].search(
            [('state', 'in', ('draft', 'sent')), ('dealflow_acceptance_problem', '!=', False)]
        )
        self.assertIn(order, waiting)
        order.with_user(self.rep_north).action_confirm()
        self.assertNotIn("We have received your acceptance", self._read_page(order))

    def test_what_a_gate_refuses_is_kept_and_waits(self):
        self.env.company.dealflow_gate_order = 'block'
        order = self._new_offer()
        answer = self._accept(order, words="Agreed")
        self.assertNotIn('error', answer)
        self.assertRecordValues(
            order, [{'state': 'sent', 'signed_by': "Jane Client", 'dealflow_acceptance_words': "Agreed"}]
        )
        self.assertIn(self.partner.name, order.dealflow_acceptance_problem)
        activity = self._get_activities(order)
        self.assertIn(order.name, activity.summary)
        page = self._read_page(order)
        self.assertIn("We have received your acceptance", page)
        self.assertNotIn(order.dealflow_acceptance_problem, page, "The reason is for people inside.")

    def test_strangers_accept_nothing(self):
        order = self._new_offer(days=-1)
        for verb, values in (
            ('accept', {'name': "X", 'signature': SIGNATURE}),
            ('words', {'words': "Nonsense"}),
        ):
            self._call(order, verb, token='wrong', **values)
        self.assertFalse(order.signature or order.dealflow_acceptance_words or order.dealflow_acceptance_problem)

    def test_an_acceptance_without_a_signature(self):
        order = self._new_offer(days=-1)
        self.assertEqual(self._accept(order, signature=None), {'error': "Signature is missing."})
        self.assertFalse(order.dealflow_acceptance_problem)
        self.assertIn('error', self._accept(order, signature="?"))
        self.assertFalse(order.dealflow_acceptance_problem or order.signed_by)

    def test_words_only_while_it_can_be_accepted(self):
        order = self._new_offer()
        order.action_confirm()
        self.assertFalse(self._call(order, 'words', words="Too late"))
        self.assertFalse(order.dealflow_acceptance_words)
        self.assertTrue(self._call(self._new_offer(), 'words', words="x" * 5000))

    def test_nobody_writes_an_acceptance_by_hand(self):
        order = self._new_offer().with_user(self.manager)
        for name in ('dealflow_acceptance_words', 'dealflow_acceptance_problem'):
            with self.subTest(name), self.assertRefused(AccessError, "Dealflow sets it by itself"):
                order.write({name: "Agreed"})

    def test_back_to_draft_forgets_the_acceptance(self):
        order = self._new_offer(days=-1)
        self._accept(order, words="Agreed")
        order.with_user(self.rep_north).action_draft()
        self.assertFalse(order.signature or order.dealflow_acceptance_words or order.dealflow_acceptance_problem)

    def test_one_stage_of_a_funnel_takes_accepted_offers(self):
        self.stage_signed.takes_accepted_offers = True
        with self.assertRefused(ValidationError, "Leave the mark on one of them"):
            self.stage_offer.takes_accepted_offers = True


@tagged('post_install', '-at_install')
class TestOfferPayment(AcceptanceCommon):
    """Payments for offers that cannot be confirmed (C78)."""

    def _pay(self, order):
        provider = self.env['payment.provider'].sudo().create({'name': "Test", 'company_id': order.company_id.id})
        method = self.env['payment.method'].sudo().create({'name': "Test", 'code': 'dealflow_test'})
        return self.env['payment.transaction'].create(
            {
                'provider_id': provider.id,
                'payment_method_id': method.id,
                'amount': order.amount_total,
                'currency_id': order.currency_id.id,
                'partner_id': order.partner_id.id,
                'reference': order.name,
                'sale_order_ids': [Command.set(order.ids)],
                'state': 'done',
            }
        )

    def test_payment_in_time_confirms(self):
        order = self._new_offer()
        self.assertEqual(self._pay(order)._check_amount_and_confirm_order(), order)
        self.assertEqual(order.state, 'sale')

    def test_payment_begun_after_the_date_waits(self):
        order = self._new_offer(days=-1)
        payment = self._pay(order)
        payment._check_amount_and_confirm_order()
        self.assertEqual(order.state, 'sent')
        self.assertIn("valid until", order.dealflow_acceptance_problem)
        payment._check_amount_and_confirm_order()
        self.assertEqual(len(self._get_activities(order)), 1)

    def test_refused_payment_waits(self):
        order = self._new_offer()
        order.order_line.write({'product_id': False})
        payment = self._pay(order)
        self.assertFalse(payment._check_amount_and_confirm_order())
        self.assertEqual(order.state, 'sent')
        self.assertIn("missing a product", order.dealflow_acceptance_problem)


@tagged('post_install', '-at_install')
class TestOfferAgain(AcceptanceCommon):
    """Expired offers, offered again at the prices of today (C24)."""

    def _open(self, order, user=None):
        action = order.with_user(user or self.rep_north).action_dealflow_offer_again()
        return self.env[action['res_model']].with_user(user or self.rep_north).browse(action['res_id'])

    def test_prices_are_shown_before_and_told_after(self):
        order = self._new_offer(days=-1)
        order.order_line.write({'price_unit': 90, 'discount': 10})
        self.product.list_price = 120
        dialog = self._open(order)
        self.assertRecordValues(
            dialog.line_ids, [{'old_price': 81.0, 'new_price': 120.0, 'quantity': 1.0, 'is_sold': True}]
        )
        self.assertAlmostEqual(dialog.line_ids.change, 120 / 81 - 1)
        self.assertEqual((dialog.old_total, dialog.new_total), (81.0, 120.0))
        before = self.env['sale.order'].search_count([])
        new = self.env['sale.order'].browse(dialog.action_offer()['res_id'])
        self.assertEqual(self.env['sale.order'].search_count([]), before + 1)
        self.assertRecordValues(new, [{'state': 'draft', 'deal_id': self.deal.id, 'amount_untaxed': 120.0}])
        self.assertGreater(new.validity_date, fields.Date.today())
        self.assertRecordValues(order, [{'state': 'cancel', 'dealflow_replaced_by_id': new.id}])
        told = ' '.join(new.message_ids.mapped('body'))
        self.assertIn(order.name, told)
        self.assertIn("120.00", told)
        self.assertIn(new.name, ' '.join(order.message_ids.mapped('body')))

    def test_same_prices(self):
        order = self._new_offer(days=-1)
        new = self.env['sale.order'].browse(self._open(order).action_offer()['res_id'])
        self.assertIn("The prices are the same", ' '.join(new.message_ids.mapped('body')))

    def test_what_is_no_longer_sold_is_marked(self):
        order = self._new_offer(days=-1)
        self.product.active = False
        self.assertFalse(self._open(order).line_ids.is_sold)

    def test_only_expired_quotations(self):
        with self.assertRefused(UserError, "cannot be offered again"):
            self._new_offer().with_user(self.rep_north).action_dealflow_offer_again()
        order = self._new_offer(days=-1)
        order.action_confirm()
        with self.assertRefused(UserError, "cannot be offered again"):
            order.with_user(self.rep_north).action_dealflow_offer_again()

    def test_a_second_click_makes_no_second_offer(self):
        order = self._new_offer(days=-1)
        first, second = self._open(order), self._open(order)
        first.action_offer()
        with self.assertRefused(UserError, "cannot be offered again"):
            second.action_offer()

    def test_a_stranger_offers_nothing(self):
        order = self._new_offer(days=-1)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._open(order, self.rep_second)
        with self.assertRaises(AccessError):
            self.env['dealflow.offer.again'].with_user(self.rep_second).create({'order_id': order.id})

    def test_filter_finds_offers_past_their_date(self):
        expired, valid = self._new_offer(days=-1), self._new_offer()
        arch = self.env['sale.order'].get_view(
            self.env.ref('sale.sale_order_view_search_inherit_quotation').id, 'search'
        )
        self.assertIn('filter_dealflow_expired', arch['arch'])
        found = self.env['sale.order'].search([('state', 'in', ('draft', 'sent')), ('validity_date', '<', 'today')])
        self.assertIn(expired, found)
        self.assertNotIn(valid, found)
