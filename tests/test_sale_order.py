from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestSaleOrder(DealflowCommon):
    def test_quotation_for_the_legal_entity(self):
        entity = self._new_partner("Ромашка ООО", counterparty_role='entity')
        self._link(self.partner, entity, is_default=True)
        lead = self._new_lead(self.rep_north, partner_id=self.contact.id, user_id=self.rep_north.id)
        lead.action_convert_to_deal()
        deal = lead.deal_ids
        deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 2, 'price_unit': 90, 'discount': 5})]
        order = self.env['sale.order'].with_user(self.rep_north).browse(deal.action_new_quotation()['res_id'])
        self.assertRecordValues(
            order,
            [
                {
                    'partner_id': entity.id,
                    'deal_id': deal.id,
                    'opportunity_id': lead.id,
                    'state': 'draft',
                    'business_partner_id': self.partner.id,
                    'user_id': self.rep_north.id,
                }
            ],
        )
        self.assertRecordValues(
            order.order_line,
            [
                {
                    'product_id': self.product.id,
                    'product_uom_qty': 2.0,
                    'price_unit': 90.0,
                    'discount': 5.0,
                }
            ],
        )
        self.assertEqual(deal.order_count, 1)
        self.assertEqual(order.action_dealflow_view_deal()['res_id'], deal.id)

    def test_quotation_without_legal_entity_is_refused(self):
        deal = self._new_deal(self.rep_north, business_partner_id=False)
        with self.assertRefused(UserError, "Legal Entity"):
            deal.action_new_quotation()
        self.assertFalse(deal.order_ids)

    def test_who_works_on_a_deal_works_on_its_orders(self):
        """The head of the team and co-executors may work on all orders of a deal, whoever created them."""
        lead = self._new_lead(partner_id=self.partner.id, user_id=self.rep_north.id, team_id=self.team_north.id)
        deal = self._new_deal(
            user_id=self.rep_north.id,
            team_id=self.team_north.id,
            co_executor_ids=self.rep_south.ids,
            legal_entity_id=self.partner.id,
            lead_id=lead.id,
        )
        order = self._new_order(
            self.partner, self.product, deal_id=deal.id, user_id=self.rep_north.id, team_id=self.team_north.id
        )
        form = order.get_views([(False, 'form')])['models']['sale.order']['fields']
        for user in (self.head_north, self.rep_south):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                seen = order.with_user(user)
                self.assertEqual(seen.search([('deal_id', '=', deal.id)]), order)
                seen.web_read({name: {} for name in form})
                self.assertEqual(seen.amount_total, order.sudo().amount_total)
                self.assertEqual(seen.order_line.product_id, self.product)
                self.assertEqual(deal.with_user(user).order_count, 1)
                seen.write({'client_order_ref': "R1"})
                seen.order_line.product_uom_qty = 2
        other = order.with_user(self.rep_second)
        self.env.invalidate_all()
        self.assertFalse(other.has_access('read'))
        self.assertFalse(order.order_line.with_user(self.rep_second).has_access('read'))
        self.assertFalse(order.with_user(self.head_north).has_access('unlink'))

    def test_order_of_a_hidden_deal_stays_hidden(self):
        deal = self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id, legal_entity_id=self.partner.id)
        order = self._new_order(self.partner, self.product, deal_id=deal.id, user_id=self.rep_north.id)
        self.assertTrue(order.with_user(self.head_north).has_access('read'))
        deal.stage_id.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.env.invalidate_all()
        self.assertFalse(order.with_user(self.head_north).has_access('read'))

    def test_head_makes_a_quotation_for_a_deal_of_the_team(self):
        deal = self._new_deal(
            user_id=self.rep_north.id,
            team_id=self.team_north.id,
            co_executor_ids=self.rep_south.ids,
            legal_entity_id=self.partner.id,
            line_ids=[(0, 0, {'product_id': self.product.id, 'quantity': 2, 'price_unit': 90})],
        )
        for user in (self.head_north, self.rep_south):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                action = deal.with_user(user).action_new_quotation()
                order = self.env['sale.order'].with_user(user).browse(action['res_id'])
                self.assertEqual(order.user_id, self.rep_north)
                self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertEqual(deal.order_count, 1, "the second opens what the first has made")

    def test_order_of_another_opportunity_is_refused(self):
        deal = self._new_deal(lead_id=self._new_lead().id)
        with self.assertRefused(ValidationError, "belongs to the opportunity"):
            self._new_order(self.partner, deal_id=deal.id, opportunity_id=self._new_lead().id)

    def test_quotation_goes_to_the_contact_with_an_email(self):
        """The order is for the legal entity, and its email goes to a contact with an email address (C26)."""
        entity = self._new_partner("Ромашка ООО", counterparty_role='entity')
        self._link(self.partner, entity, is_default=True)
        silent = self._new_contact("Aaron", self.partner)
        deal = self._new_deal(self.rep_north, contact_ids=[(6, 0, (silent + self.contact).ids)])
        order = self.env['sale.order'].with_user(self.rep_north).browse(deal.action_new_quotation()['res_id'])
        self.assertEqual((order.partner_id, order.dealflow_contact_id), (entity, self.contact))
        self.assertEqual(order._message_get_default_recipients()[order.id]['partner_ids'], self.contact.ids)
        context = order.action_quotation_send()['context']
        composer = self.env['mail.compose.message'].with_user(self.rep_north).with_context(**context).create({})
        self.assertEqual(composer.partner_ids, self.contact)
        self.assertEqual(deal.action_view_orders()['context']['default_dealflow_contact_id'], self.contact.id)

    def test_quotation_prefers_the_person_of_the_legal_entity(self):
        entity = self._new_partner("Ромашка ООО", counterparty_role='entity')
        self._link(self.partner, entity, is_default=True)
        signer = self._new_contact("Яна", entity, email='yana@example.com')
        deal = self._new_deal(self.rep_north, contact_ids=[(6, 0, (self.contact + signer).ids)])
        order = self.env['sale.order'].browse(deal.action_new_quotation()['res_id'])
        self.assertEqual(order.dealflow_contact_id, signer)

    def test_quotation_without_a_person_goes_to_the_legal_entity(self):
        deal = self._new_deal(self.rep_north)
        order = self.env['sale.order'].browse(deal.action_new_quotation()['res_id'])
        self.assertFalse(order.dealflow_contact_id)
        self.assertEqual(order._message_get_default_recipients()[order.id]['partner_ids'], self.partner.ids)

    def test_quotation_takes_the_terms_of_the_plan(self):
        """The payment terms by which receipts of the deal were planned take precedence over those of the client."""
        usual, planned = self.env['account.payment.term'].create([{'name': "Usual"}, {'name': "Half now"}])
        self.partner.property_payment_term_id = usual
        deal = self._new_deal(self.rep_north)
        order = self.env['sale.order'].browse(deal.action_new_quotation()['res_id'])
        self.assertEqual(order.payment_term_id, usual)
        plan = Form(self.env['dealflow.receipt.plan'].with_user(self.rep_north).with_context(default_deal_id=deal.id))
        plan.method = 'term'
        plan.payment_term_id = planned
        plan.save().action_apply()
        order = self.env['sale.order'].browse(deal.action_new_quotation()['res_id'])
        self.assertEqual(order.payment_term_id, planned)
        again = self.env['dealflow.receipt.plan'].with_user(self.rep_north).create({'deal_id': deal.id})
        self.assertEqual(again.payment_term_id, planned)
        again.method = 'instalments'
        again.action_apply()
        self.assertFalse(deal.payment_term_id)
