from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .test_minimum_price import MinimumPriceCommon

BELOW = "“Chair” costs .*70.00.* but its minimum price is .*80.00"


# A picture of one pixel.
SIGNATURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='


class MinimumPriceOrderCommon(MinimumPriceCommon):
    """The chair has a minimum price of 80; the order of the rep sells it for 70."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._new_rule(cls.product, amount=80)
        cls.approver = cls._new_user(
            'approver', 'dealflow.group_user,dealflow.group_price_approver', email='approver@example.com'
        )

    def _new_low_order(self, price=70, user=None, **values):
        return self._new_order(
            self.partner,
            user=user or self.rep_north,
            **{
                'user_id': self.rep_north.id,
                'team_id': self.team_north.id,
                'order_line': [
                    Command.create({'product_id': self.product.id, 'price_unit': price, 'product_uom_qty': 3}),
                    Command.create({'product_id': self.table.id}),
                ],
                **values,
            },
        )

    def _get_requests(self, order):
        kind = self.env.ref('dealflow.mail_activity_type_price_approval')
        return order.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == kind)


@tagged('post_install', '-at_install')
class TestMinimumPriceWaysIn(MinimumPriceOrderCommon, HttpCase):
    """No way leads past the minimum price (C19)."""

    def test_confirming_and_sending_are_refused(self):
        self.sharer = self._new_user('sharer', 'dealflow.group_user,base.group_partner_manager')
        order = self._new_low_order()
        for call in (
            order.action_confirm,
            order.action_quotation_sent,
            order.action_quotation_send,
            lambda: order.write({'state': 'sent'}),
            lambda: order.write({'state': 'sale'}),
            lambda: order.with_context(mark_so_as_sent=True).message_post(body="Our offer"),
            lambda: (
                self.env['portal.share']
                .with_user(self.rep_north)
                .with_context(active_model='sale.order', active_id=order.id)
                .default_get(['share_link'])
            ),
            lambda: (
                self.env['portal.share']
                .with_user(self.sharer)
                .create({'res_model': 'sale.order', 'res_id': order.id, 'partner_ids': [self.contact.id]})
                .action_send_mail()
            ),
            lambda: (
                self.env['payment.link.wizard']
                .with_user(self.rep_north)
                .with_context(active_model='sale.order', active_id=order.id)
                .default_get(['link'])
            ),
            lambda: (
                self.env['payment.link.wizard']
                .with_user(self.rep_north)
                .create({'res_model': 'sale.order', 'res_id': order.id, 'amount': 1})
                .link
            ),
            lambda: self.env.ref('sale.email_template_edi_sale').with_user(self.rep_north).send_mail(order.id),
        ):
            with self.assertRefused(UserError, BELOW):
                call()
        self.assertEqual(order.state, 'draft')
        order.message_post(body="A question about the delivery")
        order.order_line[0].price_unit = 80
        order.action_quotation_sent()
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_letter_of_the_composer_is_refused(self):
        order = self._new_low_order()
        template = self.env.ref('sale.email_template_edi_sale')
        for mode in ('comment', 'mass_mail'):
            composer = (
                self.env['mail.compose.message']
                .with_user(self.rep_north)
                .create(
                    {
                        'model': 'sale.order',
                        'res_ids': str(order.ids),
                        'composition_mode': mode,
                        'template_id': template.id,
                    }
                )
            )
            with self.assertRefused(UserError, BELOW):
                composer._action_send_mail()

    def test_order_that_comes_sent_or_confirmed_is_refused(self):
        for state in ('sent', 'sale'):
            with self.assertRefused(UserError, BELOW):
                self._new_low_order(state=state)
            with self.assertRefused(UserError, BELOW):
                self._new_order(
                    self.partner,
                    user=self.rep_north,
                    order_line=[Command.create({'product_id': self.product.id, 'price_unit': 70})],
                    date_order='2001-01-01',
                    state=state,
                )
        orders = self.env['sale.order'].with_user(self.rep_north).with_context(default_state='sale')
        with self.assertRefused(UserError, BELOW):
            orders.create(
                {
                    'partner_id': self.partner.id,
                    'order_line': [Command.create({'product_id': self.product.id, 'price_unit': 70})],
                }
            )

    def test_import_is_refused(self):
        result = (
            self.env['sale.order']
            .with_user(self.manager)
            .load(
                [
                    'partner_id/.id',
                    'state',
                    'order_line/product_id/.id',
                    'order_line/product_uom_qty',
                    'order_line/price_unit',
                ],
                [[str(self.partner.id), 'sale', str(self.product.id), '1', '70']],
            )
        )
        self.assertIn("minimum price", result['messages'][0]['message'])
        self.assertFalse(result['ids'])

    def test_form_says_it_before_it_is_saved(self):
        with Form(self.env['sale.order'].with_user(self.rep_north)) as form:
            form.partner_id = self.partner
            with form.order_line.new() as line:
                line.product_id = self.product
                line.price_unit = 70
            self.assertRegex(form.dealflow_price_problem, BELOW)
            with form.order_line.edit(0) as line:
                line.price_unit = 90
            self.assertFalse(form.dealflow_price_problem)

    def test_sent_and_confirmed_orders_do_not_get_cheaper(self):
        for state in ('sent', 'sale'):
            order = self._new_low_order(price=100, state=state)
            line = order.order_line[0]
            for vals in ({'price_unit': 70}, {'discount': 30}):
                with self.assertRefused(UserError, BELOW):
                    line.write(vals)
                with self.assertRefused(UserError, BELOW):
                    order.write({'order_line': [Command.update(line.id, vals)]})
            with self.assertRefused(UserError, BELOW):
                order.write({'order_line': [Command.create({'product_id': self.product.id, 'price_unit': 70})]})
            line.product_uom_qty = 5

    def test_line_that_was_low_before_the_rule_does_not_hold_up_the_others(self):
        self.rule.active = False
        order = self._new_low_order(state='sale')
        self.rule.active = True
        order.order_line[1].product_uom_qty = 2
        with self.assertRefused(UserError, BELOW):
            order.order_line[0].write({'product_uom_qty': 2, 'price_unit': 70})

    def test_several_problems_are_told_at_once(self):
        self._new_rule(self.table, amount=500)
        order = self._new_low_order()
        problems = order._dealflow_get_price_problems()
        self.assertEqual(len(problems), 3)
        self.assertRegex(problems[0], BELOW)
        self.assertRegex(problems[1], "“Table” costs .*400.00.* minimum price is .*500.00")
        self.assertEqual(problems[2], "Raise the prices.")

    def test_live_prices_count_and_not_those_of_the_client(self):
        order = self._new_low_order(price=90)
        order.action_quotation_sent()
        self.rule.amount = 95
        with self.assertRefused(UserError, "costs .*90.00.* minimum price is .*95.00"):
            order.action_confirm()

    def test_price_without_taxes_after_all_discounts_is_compared(self):
        included = self.env['account.tax'].create(
            {'name': "Included", 'amount': 25, 'price_include_override': 'tax_included', 'company_id': self.company.id}
        )
        order = self._new_low_order(price=95)
        line = order.order_line[0]
        line.tax_ids = included
        with self.assertRefused(UserError, "costs .*76.00"):
            order.action_confirm()
        line.price_unit = 100
        self.assertFalse(order._dealflow_get_price_problems())
        line.discount = 5
        with self.assertRefused(UserError, "costs .*76.00"):
            order.action_confirm()

    def test_discount_on_the_whole_order_counts_too(self):
        order = self._new_low_order(price=100)
        order.order_line = [
            Command.create({'product_id': self.table.id, 'price_unit': -175, 'tax_ids': False, 'name': "Discount"})
        ]
        # 175 of 700 are a quarter.
        with self.assertRefused(UserError, "“Chair” costs .*75.00"):
            order.action_confirm()

    def test_units_of_measure_are_converted(self):
        order = self._new_low_order(price=950)
        order.order_line[0].product_uom_id = self.env.ref('uom.product_uom_dozen')
        order.order_line[0].price_unit = 950
        with self.assertRefused(UserError, "costs .*950.00.* minimum price is .*960.00"):
            order.action_confirm()
        order.order_line[0].price_unit = 960
        order.action_confirm()

    def test_currency_of_the_order_counts(self):
        foreign = self.env['res.currency'].create(
            {
                'name': "TST",
                'symbol': "T",
                'rate_ids': [Command.create({'name': '2020-01-01', 'rate': 2, 'company_id': self.company.id})],
            }
        )
        pricelist = self.env['product.pricelist'].create({'name': "Foreign", 'currency_id': foreign.id})
        order = self._new_low_order(price=150, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, foreign)
        with self.assertRefused(UserError, "minimum price is .*160.00"):
            order.action_confirm()

    def test_what_is_no_sale_is_not_judged(self):
        order = self._new_low_order(price=100)
        order.order_line = [
            Command.create({'display_type': 'line_section', 'name': "Chairs"}),
            Command.create({'display_type': 'line_note', 'name': "A note"}),
            Command.create({'product_id': self.product.id, 'price_unit': 1, 'product_uom_qty': -1}),
            Command.create(
                {'product_id': self.product.id, 'price_unit': 1, 'product_uom_qty': 0, 'is_downpayment': True}
            ),
        ]
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_a_sale_is_judged_whatever_it_is_called(self):
        for name in ('is_downpayment', 'is_expense'):
            order = self._new_low_order(price=100)
            order.order_line[:1].write({name: True, 'price_unit': 70})
            with self.subTest(name), self.assertRefused(UserError, BELOW):
                order.action_confirm()

    def test_a_discount_afterwards_is_judged_with_all_lines(self):
        order = self._new_low_order(price=100)
        order.action_confirm()
        with self.assertRefused(UserError, "“Chair” costs .*50.00.* but its minimum price is .*80.00"):
            order.order_line = [
                Command.create({'product_id': self.product.id, 'price_unit': -order.amount_untaxed / 2})
            ]

    def test_optional_line_that_is_not_taken_does_not_hold_up(self):
        order = self._new_low_order(price=100)
        order.order_line = [Command.create({'product_id': self.product.id, 'price_unit': 70, 'product_uom_qty': 0})]
        with self.assertRefused(UserError, BELOW):
            order.action_quotation_sent()
        order.action_confirm()
        with self.assertRefused(UserError, BELOW):
            order.order_line[2].write({'product_uom_qty': 1, 'price_unit': 70})

    def test_combo_is_judged_as_a_whole_or_by_its_items(self):
        items = [
            self.env['product.combo'].create(
                {'name': product.name, 'combo_item_ids': [Command.create({'product_id': product.id})]}
            )
            for product in self.products
        ]
        combo = self.env['product.product'].create(
            {
                'name': "Set",
                'type': 'combo',
                'list_price': 350,
                'taxes_id': False,
                'combo_ids': [Command.set([item.id for item in items])],
            }
        )
        order = self._new_order(self.partner, combo, user=self.rep_north)
        head = order.order_line
        for item in items:
            order.order_line = [
                Command.create(
                    {
                        'product_id': item.combo_item_ids.product_id.id,
                        'combo_item_id': item.combo_item_ids.id,
                        'linked_line_id': head.id,
                        'product_uom_qty': 1,
                    }
                )
            ]
        self.assertEqual(sum(order.order_line.mapped('price_subtotal')), 350)
        # The chair is a fifth of it, that is 70.
        with self.assertRefused(UserError, BELOW):
            order.action_confirm()
        rule = self._new_rule(combo.product_tmpl_id, amount=360)
        with self.assertRefused(UserError, "“Set” costs .*350.00.* minimum price is .*360.00"):
            order.action_confirm()
        rule.amount = 350
        order.action_confirm()

    def test_client_is_not_told_the_minimum(self):
        order = self._new_low_order()
        buyer = new_test_user(self.env, 'test_price_buyer', 'base.group_portal', parent_id=self.partner.id)
        with self.assertRefused(UserError, "^We have to look at the prices") as caught:
            order.with_user(buyer).sudo().action_confirm()
        self.assertNotIn('80', str(caught))

    def test_client_cannot_confirm_in_the_portal(self):
        self.rule.active = False
        order = self._new_low_order(require_signature=True, require_payment=False)
        order.action_quotation_sent()
        self.rule.active = True
        order._portal_ensure_token()
        self.env.flush_all()
        answer = self.url_open(
            f'/my/orders/{order.id}/accept',
            json={'params': {'access_token': order.access_token, 'name': "Anna", 'signature': SIGNATURE}},
        )
        self.assertNotIn('minimum', answer.text)
        order.invalidate_recordset()
        self.assertEqual(order.state, 'sent', "the order waits for the sales rep")

    def test_order_paid_online_passes_and_says_so(self):
        order = self._new_low_order()
        provider = self.env['payment.provider'].create({'name': "Test", 'code': 'none'})
        order.sudo().transaction_ids = self.env['payment.transaction'].create(
            {
                'provider_id': provider.id,
                'payment_method_id': self.env.ref('payment.payment_method_unknown').id,
                'amount': order.amount_total,
                'currency_id': order.currency_id.id,
                'partner_id': self.partner.id,
                'reference': "Below",
                'state': 'done',
            }
        )
        order.with_user(self.env.ref('base.user_root')).action_confirm()
        self.assertEqual(order.state, 'sale')
        self.assertIn("Paid online, below the minimum price", order.message_ids[0].body + order.message_ids[1].body)

    def test_rules_of_another_company_do_not_hold_up(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self.rule.company_id = other
        order = self._new_low_order()
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_policy_of_the_company_of_the_order_counts(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self.env.user.company_ids += other
        order = self._new_low_order()
        with self.assertRefused(UserError, BELOW):
            order.with_user(self.env.user).with_company(other).action_confirm()

    def test_reading_many_orders_costs_the_same_queries(self):
        orders = self.env['sale.order'].union(*(self._new_low_order() for _number in range(12)))

        def read(records):
            records.mapped('dealflow_price_problem')
            records.order_line.mapped('dealflow_is_below_minimum')
            records.order_line.mapped('dealflow_minimum_price')

        orders = orders.with_user(self.manager)
        read(orders)
        few = self._count_queries(lambda: read(orders[:4]))
        # Odoo reads some of what the orders point to in pieces of its own, so that a query may come along.
        self.assertLess(self._count_queries(lambda: read(orders)) - few, 3, "eight more orders")

    def test_without_rules_an_order_costs_no_query_more(self):
        self.env['dealflow.minimum.price'].with_context(active_test=False).search([]).unlink()
        self.env.registry.clear_cache()
        order = self._new_low_order()
        order._dealflow_get_price_problems()
        before = self.env.cr.sql_log_count
        self.assertEqual(order._dealflow_get_price_problems(), [])
        order.order_line.mapped('dealflow_minimum_price')
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_columns_of_the_lines(self):
        self.team_north.dealflow_bonus_percent = 10
        order = self._new_low_order(price=100)
        order.order_line[0].discount = 10
        reader = order.with_user(self.approver)
        self.assertRecordValues(
            reader.order_line,
            [
                {'dealflow_minimum_price': 80, 'dealflow_is_below_minimum': False, 'dealflow_bonus': 3},
                {'dealflow_minimum_price': 0, 'dealflow_is_below_minimum': False, 'dealflow_bonus': 0},
            ],
        )
        order.order_line[0].discount = 30
        self.assertRecordValues(reader.order_line[0], [{'dealflow_is_below_minimum': True, 'dealflow_bonus': 0}])
        self.assertEqual(order.order_line[0].dealflow_minimum_price, 80, "the rep knows how low the price may be")
        with self.assertRaises(AccessError):
            order.order_line[0].with_user(self.rep_north).read(['dealflow_bonus'])
        with self.assertRaises(AccessError):
            self.team_north.with_user(self.rep_north).read(['dealflow_bonus_percent'])


@tagged('post_install', '-at_install')
class TestMinimumPricePolicies(MinimumPriceOrderCommon):
    """What a company demands for a price below the minimum (C19, C76)."""

    def test_reason(self):
        self.company.dealflow_minimum_price_policy = 'reason'
        order = self._new_low_order()
        with self.assertRefused(UserError, BELOW + "(.|\n)*fill in “Reason for the Price”"):
            order.action_quotation_sent()
        order.dealflow_price_reason = "  "
        with self.assertRefused(UserError, BELOW):
            order.action_quotation_sent()
        order.write({'state': 'sent', 'dealflow_price_reason': "The last ones"})
        self.assertIn("The last ones", order.message_ids[0].body)
        self.assertIn("Chair", order.message_ids[0].body)
        order.action_confirm()
        with self.assertRefused(UserError, BELOW):
            order.dealflow_price_reason = False
        self.assertFalse(order.copy().dealflow_price_reason)

    def test_approval_by_the_leader_of_the_team(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order(deal_id=self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id).id)
        with self.assertRefused(UserError, BELOW + "(.|\n)*ask for their approval"):
            order.action_confirm()
        self.assertEqual(order.dealflow_price_step, 'request')
        with self.assertRefused(UserError, "“Reason for the Price” of .* is empty"):
            order.action_dealflow_request_price_approval()
        order.action_dealflow_request_price_approval("A big client")
        order.action_dealflow_request_price_approval("A very big client")
        request = self._get_requests(order)
        self.assertEqual(request.user_id, self.head_north, "one request, for the leader of the team")
        self.assertIn("A very big client", request.note)
        self.assertEqual(order.dealflow_price_reason, "A very big client")
        order.invalidate_recordset(['dealflow_price_step'])
        self.assertEqual(order.dealflow_price_step, 'wait')
        self.assertEqual(order.with_user(self.head_north).dealflow_price_step, 'decide')
        for stranger in (self.rep_north, self.seller_all):
            with self.assertRefused(AccessError, "own order|approved and refused by"):
                order.with_user(stranger).action_dealflow_approve_prices()
        order.with_user(self.head_north).action_dealflow_approve_prices()
        self.assertFalse(self._get_requests(order))
        message = order.message_ids[0]
        self.assertIn(f"{self.head_north.name} has approved", message.body)
        self.assertNotIn('60.00', message.body, "the cost stays with those who may see it")
        self.assertEqual(message.author_id, self.head_north.partner_id)
        self.assertIn(self.rep_north.partner_id, message.notified_partner_ids)
        order.action_quotation_sent()
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_approval_holds_for_what_was_approved(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order()
        order.with_user(self.approver).action_dealflow_approve_prices()
        line = order.order_line[0]
        for vals in (
            {'price_unit': 69},
            {'discount': 1},
            {'product_uom_qty': 4, 'price_unit': 70},
            {'product_uom_id': self.env.ref('uom.product_uom_dozen').id, 'price_unit': 840},
        ):
            with self.subTest(vals), self.assertRefused(UserError, "minimum price"):
                line.write(vals)
                order.action_confirm()
        with self.assertRefused(UserError, "minimum price"):
            order.order_line = [Command.create({'product_id': self.product.id, 'price_unit': 70})]
            order.action_confirm()
        with self.assertRefused(UserError, "minimum price"):
            order.copy().action_confirm()
        line.write({'price_unit': 75, 'product_uom_qty': 2})
        order.action_confirm()
        with self.assertRefused(UserError, "minimum price"):
            line.price_unit = 69

    def test_policy_of_refusal_knows_no_approval(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order(dealflow_price_reason="A big client")
        order.with_user(self.approver).action_dealflow_approve_prices()
        self.company.dealflow_minimum_price_policy = 'refuse'
        with self.assertRefused(UserError, BELOW):
            order.action_confirm()
        with self.assertRefused(UserError, "does not work with approvals"):
            order.action_dealflow_request_price_approval()

    def test_approval_cannot_be_written(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order()
        prices = {'approved': order._dealflow_describe_prices(order._dealflow_find_lines_below_minimum())}
        with self.assertRefused(AccessError, "Approved Prices"):
            order.write({'dealflow_price_approval': prices})
        with self.assertRefused(AccessError, "Approved Prices"):
            self._new_low_order(dealflow_price_approval=prices)

    def test_prices_that_fall_after_the_request_are_asked_for_again(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order()
        order.action_dealflow_request_price_approval("A big client")
        order.order_line[0].price_unit = 10
        head = order.with_user(self.head_north).sudo()
        with self.assertRefused(UserError, "have changed since"):
            head.action_dealflow_approve_prices()
        order.action_dealflow_request_price_approval()
        head.action_dealflow_approve_prices()

    def test_own_order_is_approved_by_somebody_else(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order(user=self.approver, user_id=self.approver.id)
        with self.assertRefused(AccessError, "is your own order"):
            order.action_dealflow_approve_prices()
        order.action_dealflow_request_price_approval("A big client")
        self.assertNotEqual(self._get_requests(order).user_id, self.approver)
        own = self._new_low_order(user=self.manager, user_id=self.manager.id)
        own.action_dealflow_approve_prices()
        own.action_confirm()

    def test_holder_of_the_right_is_asked_where_the_team_has_no_leader(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        self.env.ref('dealflow.group_price_approver').sudo().user_ids = self.approver
        for user in self.env.ref('dealflow.group_price_approver').sudo().all_user_ids - self.approver:
            user.active = user._is_superuser() or user == self.env.user
        order = self._new_low_order(user_id=self.rep_south.id, user=self.rep_south, team_id=self.team_south.id)
        order.action_dealflow_request_price_approval("A big client")
        user = self._get_requests(order).user_id
        self.assertTrue(user.has_group('dealflow.group_price_approver'))
        order.with_user(user).action_dealflow_approve_prices()
        order.action_confirm()

    def test_approver_without_sales_rights_sees_what_he_is_asked_about(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        judge = self._new_user('judge', 'dealflow.group_price_approver', email='judge@example.com')
        self.team_south.user_id = judge
        order = self._new_low_order(user_id=self.rep_south.id, user=self.rep_south, team_id=self.team_south.id)
        other = self._new_low_order(user_id=self.rep_north.id)
        order.action_dealflow_request_price_approval("A big client")
        self.assertEqual(self._get_requests(order).user_id, judge)
        self.assertTrue(order.with_user(judge).has_access('read'))
        self.assertTrue(order.order_line.with_user(judge).has_access('read'))
        self.assertFalse(order.with_user(judge).has_access('write'))
        self.assertFalse(other.with_user(judge).has_access('read'))
        order.with_user(judge).action_dealflow_approve_prices()

    def test_request_that_is_done_is_approved(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order()
        order.action_dealflow_request_price_approval("A big client")
        request = self._get_requests(order)
        with self.assertRefused(AccessError, "own order"):
            request.with_user(self.rep_north).action_done()
        request.with_user(request.user_id).action_done()
        self.assertFalse(self._get_requests(order))
        self.assertFalse(order._dealflow_get_price_problems())

    def test_request_without_a_problem_left_is_simply_done(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order()
        order.action_dealflow_request_price_approval("A big client")
        order.order_line[0].price_unit = 100
        request = self._get_requests(order)
        request.with_user(request.user_id).action_done()
        self.assertFalse(self._get_requests(order))
        self.assertFalse(order.dealflow_price_approval.get('approved'))

    def test_refusal_is_told_to_the_rep(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order()
        order.action_dealflow_request_price_approval("A big client")
        with self.assertRefused(AccessError, "own order"):
            order.action_dealflow_refuse_prices("I refuse")
        head = order.with_user(self.approver)
        self.assertEqual(head.action_dealflow_refuse_prices()['res_model'], 'dealflow.price.refuse')
        self.env['dealflow.price.refuse'].with_user(self.approver).with_context(active_ids=order.ids).create(
            {'reason': "Not below cost"}
        ).action_refuse()
        self.assertIn("Not below cost", order.message_ids[0].body)
        self.assertIn(self.rep_north.partner_id, order.message_ids[0].notified_partner_ids)
        self.assertFalse(self._get_requests(order))
        with self.assertRefused(UserError, BELOW):
            order.action_confirm()

    def test_nothing_to_approve_is_said(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        order = self._new_low_order(price=100)
        with self.assertRefused(UserError, "No price of .* needs an approval"):
            order.action_dealflow_request_price_approval("Why not")
        self.assertFalse(order.dealflow_price_step)
