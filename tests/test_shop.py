from unittest import SkipTest

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DealflowCommon


class ShopCommon(DealflowCommon):
    """Test case with a web shop whose orders create deals in their own funnel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        has_shop = 'website_id' in cls.env['sale.order']._fields
        if not has_shop or cls.env.ref('base.module_payment_demo').state != 'installed':
            raise SkipTest("Odoo's eCommerce with payments to try (website_sale, payment_demo) is not installed")
        cls.shop_funnel = cls._new_funnel(
            "Shop",
            {'name': "Ordered", 'probability': 90},
            {'name': "Delivered", 'probability': 100, 'is_won': True},
            sequence=99,
        )
        cls.company.dealflow_shop_funnel_id = cls.shop_funnel
        cls.website = cls.env['website'].search([('company_id', '=', cls.company.id)], limit=1)
        cls.website.write({'salesperson_id': cls.rep_south.id, 'salesteam_id': cls.team_south.id})
        cls.visitor = cls.website.user_id
        cls.buyer = new_test_user(
            cls.env, 'test_buyer', 'base.group_portal', name="Buyer", parent_id=cls.partner.id, email='b@example.com'
        )

    def _new_cart(self, user=None, partner=None, *lines, **values):
        """Return a cart as the shop creates it: with sudo, for the buying user."""
        user = user or self.visitor
        products = lines or [{'product_id': self.product.id, 'product_uom_qty': 2}]
        cart = (
            self.env['sale.order']
            .with_user(SUPERUSER_ID)
            .create(
                {
                    'website_id': self.website.id,
                    'company_id': self.company.id,
                    'team_id': self.website.salesteam_id.id,
                    'partner_id': (partner or user.partner_id).id,
                    'order_line': [Command.create({'tax_ids': False, **line}) for line in products],
                    **values,
                }
            )
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return cart.with_user(user).sudo()


@tagged('post_install', '-at_install')
class TestShop(ShopCommon):
    """A web shop order creates a deal in the funnel chosen by its company (X06)."""

    def test_order_of_a_visitor_gets_a_deal(self):
        source = self.env['utm.source'].create({'name': "Newsletter of the shop"})
        cart = self._new_cart(partner=self.contact, source_id=source.id)
        self.assertFalse(cart.deal_id, "a cart is not an order yet")
        cart.action_confirm()
        self.assertRecordValues(
            cart.deal_id,
            [
                {
                    'funnel_id': self.shop_funnel.id,
                    'stage_id': self.shop_funnel.stage_ids[0].id,
                    'state': 'open',
                    'business_partner_id': self.partner.id,
                    'legal_entity_id': self.partner.id,
                    'contact_ids': self.contact.ids,
                    'user_id': self.rep_south.id,
                    'team_id': self.team_south.id,
                    'amount': 200,
                    'currency_id': cart.currency_id.id,
                    'company_id': self.company.id,
                    'source_id': source.id,
                    'create_uid': SUPERUSER_ID,
                }
            ],
        )
        self.assertRecordValues(
            cart.deal_id.line_ids, [{'product_id': self.product.id, 'quantity': 2, 'price_subtotal': 200}]
        )
        self.assertIn(cart.name, cart.deal_id.name)
        self.assertReconciled(cart.deal_id)
        self.env.invalidate_all()
        deal = cart.deal_id.with_user(self.rep_south).sudo(False)
        self.assertEqual(deal.order_ids.ids, cart.ids, "the seller opens the order from the deal")

    def test_deal_is_opened_once(self):
        """A sent order with a bank transfer opens the deal, and the later payment opens no second one."""
        cart = self._new_cart(self.buyer)
        cart.action_quotation_sent()
        deal = cart.deal_id
        self.assertEqual(deal.user_id, self.rep_south)
        cart.action_confirm()
        self.assertEqual(cart.deal_id, deal)
        cart._action_cancel()
        cart.action_draft()
        cart.action_confirm()
        self.assertEqual(deal.search([('order_ids', 'in', cart.ids)]), deal)

    def test_payment_that_is_awaited_opens_the_deal(self):
        """With a bank transfer the payment is pending and the order is sent but not confirmed."""
        cart = self._new_cart(self.buyer)
        payment = self._new_payment(cart)
        payment._set_pending()
        payment._post_process()
        self.assertEqual((cart.state, cart.deal_id.funnel_id), ('sent', self.shop_funnel))

    def test_payment_that_has_come_opens_the_deal(self):
        cart = self._new_cart(self.visitor, self.contact)
        payment = self._new_payment(cart)
        payment._set_authorized()
        payment._post_process()
        self.assertEqual((cart.state, cart.deal_id.funnel_id), ('sale', self.shop_funnel))

    def _new_payment(self, cart):
        providers = self.env['payment.provider'].search([('company_id', '=', self.company.id), ('code', '=', 'demo')])
        return (
            self.env['payment.transaction']
            .with_user(cart.env.user)
            .sudo()
            .create(
                {
                    'provider_id': providers[:1].id,
                    'payment_method_id': self.env.ref('payment.payment_method_unknown').id,
                    'reference': cart.name,
                    'amount': cart.amount_total,
                    'currency_id': cart.currency_id.id,
                    'partner_id': cart.partner_id.id,
                    'sale_order_ids': [Command.set(cart.ids)],
                }
            )
        )

    def test_employee_without_rights_in_the_crm_buys_too(self):
        employee = self._new_user('employee', 'base.group_user')
        cart = self._new_cart(employee)
        cart.action_confirm()
        self.assertEqual(cart.deal_id.funnel_id, self.shop_funnel)
        with self.assertRaises(AccessError):
            cart.deal_id.with_user(employee).sudo(False).read(['name'])

    def test_deal_goes_to_the_seller_of_the_client_or_the_head_of_the_team(self):
        self.website.salesperson_id = False
        self.team_south.user_id = self.seller_all
        cart = self._new_cart(self.buyer)
        cart.action_quotation_sent()
        self.assertEqual(cart.deal_id.user_id, self.seller_all)
        self.partner.user_id = self.rep_south
        cart = self._new_cart(self.buyer)
        cart.action_quotation_sent()
        self.assertEqual(cart.deal_id.user_id, self.rep_south)

    def test_group_of_the_legal_entity_is_the_client(self):
        group = self._new_partner("Group", counterparty_role='partner')
        self._link(group, self.partner, is_default=True)
        cart = self._new_cart(self.buyer)
        cart.action_confirm()
        self.assertEqual((cart.deal_id.business_partner_id, cart.deal_id.legal_entity_id), (group, self.partner))

    def test_prices_with_taxes_and_discounts_add_up(self):
        """Three units at 100 with 20 % tax included come to 250, for which no rounded price without tax exists."""
        tax = self.env['account.tax'].create(
            {'name': "Inside", 'amount': 20, 'price_include_override': 'tax_included', 'type_tax_use': 'sale'}
        )
        other = self.env['product.product'].create({'name': "Table", 'list_price': 80})
        cart = self._new_cart(
            self.buyer,
            None,
            {'product_id': self.product.id, 'product_uom_qty': 3, 'tax_ids': tax.ids},
            {'product_id': other.id, 'product_uom_qty': 2, 'discount': 25},
        )
        self.assertAlmostEqual(cart.amount_untaxed, 370)
        cart.action_confirm()
        self.assertAlmostEqual(cart.deal_id.amount, 370)
        self.assertEqual(
            [(line.product_id, line.quantity, line.price_subtotal) for line in cart.deal_id.line_ids],
            [(self.product, 3, 249.99), (other, 2, 120), (self.product.browse(), 1, 0.01)],
        )

    def test_voucher_leaves_the_amount_alone(self):
        cart = self._new_cart(
            self.buyer,
            None,
            {'product_id': self.product.id, 'product_uom_qty': 2},
            {'product_id': self.product.id, 'product_uom_qty': 1, 'price_unit': -50, 'name': "Voucher"},
        )
        cart.action_confirm()
        self.assertEqual((cart.deal_id.amount, len(cart.deal_id.line_ids)), (150, 0))

    def test_nobody_is_kept_from_buying(self):
        """A failure to open the deal is noted on the order, and retried on its next step."""
        self.shop_funnel.stage_ids.unlink()
        cart = self._new_cart(self.buyer)
        cart.action_quotation_sent()
        self.assertEqual((cart.state, cart.deal_id.id), ('sent', False))
        self.assertIn("has no stages", cart.message_ids[0].body)
        self.assertTrue(cart.message_ids[0].subtype_id.internal, "the buyer does not read it")
        self.env['dealflow.stage'].create({'name': "Ordered", 'funnel_id': self.shop_funnel.id})
        cart.action_confirm()
        self.assertEqual(cart.deal_id.funnel_id, self.shop_funnel)

    def test_funnel_that_begins_with_a_won_stage_takes_orders_as_sold(self):
        """The won stage requires a confirmed order, so an order that is only sent waits."""
        won = self.shop_funnel.stage_ids[1]
        won.write({'sequence': -1, 'requirement_ids': [Command.create({'kind': 'order_confirmed'})]})
        cart = self._new_cart(self.buyer)
        cart.action_quotation_sent()
        self.assertFalse(cart.deal_id)
        cart.action_confirm()
        self.assertEqual((cart.deal_id.stage_id, cart.deal_id.state), (won, 'won'), cart.message_ids[:1].body)
        self.assertReconciled(cart.deal_id)

    def test_stage_that_is_closed_to_others_takes_orders(self):
        self.shop_funnel.stage_ids[0].visible_group_ids = self.env.ref('dealflow.group_manager')
        cart = self._new_cart(self.visitor, self.contact)
        cart.action_confirm()
        self.assertEqual(cart.deal_id.stage_id, self.shop_funnel.stage_ids[0])

    def test_only_shops_with_a_funnel_open_deals(self):
        order = self._new_order(self.partner, self.product)
        order.action_confirm()
        self.assertFalse(order.deal_id, "an order of a seller")
        self.shop_funnel.active = False
        cart = self._new_cart(self.buyer)
        cart.action_confirm()
        self.assertFalse(cart.deal_id, "the funnel is archived")
        self.company.dealflow_shop_funnel_id = False
        cart = self._new_cart(self.buyer)
        cart.action_confirm()
        self.assertFalse(cart.deal_id, "no funnel is chosen")

    def test_paid_order_is_not_refused_for_its_requisites(self):
        """The client has ordered online; the order shows accounting what is not confirmed yet."""
        self.company.dealflow_gate_order = 'block'
        cart = self._new_cart(self.buyer)
        cart.action_confirm()
        self.assertEqual(cart.state, 'sale')
        self.assertIn("Allowed although accounting has not confirmed", ''.join(cart.message_ids.mapped('body')))


@tagged('post_install', '-at_install')
class TestShopSetting(DealflowCommon):
    """The shop funnel in the settings."""

    def test_funnel_of_another_company_is_refused(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        funnel = self._new_funnel("Theirs", {'name': "First"}, company_id=other.id)
        with self.assertRefused(ValidationError, "Theirs belongs to Elsewhere"):
            self.company.dealflow_shop_funnel_id = funnel
        other.dealflow_shop_funnel_id = funnel

    def test_setting_is_shown_where_there_is_a_shop(self):
        has_shop = 'website_id' in self.env['sale.order']._fields
        settings = self.env['res.config.settings'].create({})
        self.assertEqual(settings.dealflow_has_shop, has_shop)
        settings.dealflow_shop_funnel_id = self.funnel
        settings.execute()
        self.assertEqual(self.company.dealflow_shop_funnel_id, self.funnel)


@tagged('post_install', '-at_install')
class TestShopCheckout(ShopCommon, HttpCase):
    """A client orders on the website."""

    def test_client_buys_on_the_website(self):
        self.product.write({'list_price': 0, 'type': 'service', 'website_published': True, 'sale_ok': True})
        self.buyer.partner_id.write(
            {'street': "One Street", 'city': "Oslo", 'zip': '0150', 'country_id': self.env.ref('base.no').id}
        )
        self.buyer.partner_id.phone = '+4721000000'
        self.authenticate('test_buyer', 'test_buyer')
        self.make_jsonrpc_request(
            '/shop/cart/add',
            {'product_template_id': self.product.product_tmpl_id.id, 'product_id': self.product.id, 'quantity': 1},
        )
        cart = self.env['sale.order'].search(
            [('website_id', '!=', False), ('partner_id', '=', self.buyer.partner_id.id)]
        )
        self.assertEqual((cart.state, cart.deal_id.id), ('draft', False))
        response = self.url_open('/shop/payment/validate')
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((cart.state, cart.deal_id.funnel_id), ('sale', self.shop_funnel))
        self.assertEqual(cart.deal_id.business_partner_id, self.partner)
