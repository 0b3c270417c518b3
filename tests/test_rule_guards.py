from datetime import date

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRuleGuards(RuleCommon):
    """What stops a person stops a rule, and what a rule takes away is still shown once to whoever saved it."""

    # Guards

    def test_minimum_price(self):
        """No rule confirms or sends an order, so that none leads past the minimum price: its state is not for rules."""
        for value in ('sale', 'sent'):
            choice = self._get_field('sale.order', 'state').selection_ids.filtered(
                lambda each, v=value: each.value == v
            )
            with self.assertRefused(ValidationError, "cannot be set by a rule"):
                self._new_rule(self._set('state', 'sale.order', selection_value_id=choice.id), object='order')

    def test_product_below_its_minimum_price(self):
        """A rule adds a product at the price of the list, and the order still asks for leave when it is confirmed."""
        self.company.dealflow_minimum_price_policy = 'refuse'
        self.env['dealflow.minimum.price'].create(
            {'applied_on': 'variant', 'product_id': self.product.id, 'amount': 120}
        )
        other = self.env['product.product'].create({'name': "Table", 'list_price': 500})
        rule = self._new_rule(
            {'kind': 'product', 'product_id': self.product.id},
            object='order',
            domain="[('client_order_ref', '=', 'go')]",
        )
        order = self._new_order(self.partner, other, user=self.rep_north, user_id=self.rep_north.id)
        self._begin_save(order)
        order.client_order_ref = 'go'
        self.env.flush_all()
        self.assertEqual(rule.run_ids.outcome, 'done', rule.run_ids.error)
        with self.assertRefused(UserError, "its minimum price is"):
            order.with_user(self.rep_north).action_confirm()

    def test_unconfirmed_requisites(self):
        """A stage that asks for a confirmed legal entity is not entered by a rule either."""
        self.company.dealflow_gate_stage = 'block'
        self.env['dealflow.stage.requirement'].create({'stage_id': self.stage_offer.id, 'kind': 'entity_confirmed'})
        rule = self._new_rule(self._set('stage_id', record_id=self.stage_offer.id), domain="[('amount', '>', 100000)]")
        deal = self._new_deal(self.rep_north, legal_entity_id=self.partner.id)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual((deal.amount, deal.stage_id), (150000, self.stage_talk))
        self.assertIn("confirmed by accounting", rule.run_ids.error)

    def test_log_of_the_deal_stays_whole(self):
        """The log of deals stays whole when a rule changes the amount."""
        rule = self._new_rule(self._set('amount', number=7), domain="[('short_status', '=', 'cheap')]")
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.short_status = "cheap"
        self.env.flush_all()
        self.assertEqual((deal.amount, rule.run_ids.outcome), (7, 'done'))
        self.assertReconciled(deal)

    # Records that a rule takes away

    def _give_away(self, record, rule_object, field_name, values, specification):
        """Save values as the rep; return the answer of the save."""
        model = record._name
        self._new_rule(
            self._set(field_name, model, person='user', user_id=self.head_north.id),
            name=f"Give away {rule_object}",
            object=rule_object,
            watched_field_ids=[Command.set([self._get_field(model, name).id for name in values])],
            trigger='changed',
            user=self._new_user(
                f'owner_{rule_object}', 'dealflow.group_manager,dealflow.group_receipts,account.group_account_manager'
            ),
        )
        self._begin_save(record)
        [answer] = record.with_user(self.rep_north).web_save(values, specification)
        self.assertEqual(record.sudo()[field_name], self.head_north)
        return answer

    def test_records_of_each_object_survive_being_given_away(self):
        """The form of a record that the rep may not read any more is answered, and not with an error."""
        own = {'user_id': self.rep_north.id}
        person = {'user_id': {'fields': {'display_name': {}}}}
        client = self._new_partner("Own client", **own)
        deal = self._new_deal(self.rep_north, **own)
        records = {
            'deal': self._new_deal(self.rep_north, **own),
            'opportunity': self._new_lead(self.rep_north, **own, team_id=False),
            'order': self._new_order(client, self.product, **own),
            'claim': self._new('dealflow.claim', None, {'name': "A leg is missing", **own}),
            'receipt': self._new_receipt(deal, date_planned=date(2030, 5, 20), **own),
        }
        values = {
            'deal': {'name': "Other"},
            'opportunity': {'name': "Other"},
            'order': {'client_order_ref': "Other"},
            'claim': {'name': "Other"},
            'receipt': {'name': "Other"},
        }
        lost = []
        for key, record in records.items():
            with self.subTest(object=key):
                [name] = values[key]
                answer = self._give_away(record, key, 'user_id', values[key], {name: {}, **person})
                self.assertEqual(answer[name], "Other")
                self.assertEqual(answer['user_id']['display_name'], self.head_north.name)
                if not record.with_user(self.rep_north).has_access('read'):
                    lost.append(key)
        self.assertLessEqual({'deal', 'opportunity', 'order'}, set(lost), "the case is real")

    # Imports

    def test_importer_is_told_beforehand(self):
        """Opening the file tells which rules act on its rows (base_import)."""

        def open_file():
            self.env.cr.flush()
            before = self.env['bus.bus'].search([])
            wizard = (
                self.env['base_import.import']
                .with_user(self.importer)
                .create(
                    {
                        'res_model': 'dealflow.deal',
                        'file': b"name\nChairs",
                        'file_type': 'text/csv',
                        'file_name': 'a.csv',
                    }
                )
            )
            preview = wizard.parse_preview({'quoting': '"', 'has_headers': True, 'separator': ','})
            self.assertFalse(preview.get('error'))
            self.env.cr.flush()
            return ''.join((self.env['bus.bus'].search([]) - before).mapped('message'))

        self.assertNotIn("rows that you import", open_file())
        rule = self._new_rule(self._to_head(), name="Large ones", domain="[('amount', '>', 100)]")
        self.assertIn("leave such rows alone", open_file())
        self.assertNotIn("Large ones", open_file())
        rule.runs_on_import = True
        self.assertIn("Large ones", open_file())

    # Fields that the firm has made

    def test_custom_field_in_condition_and_action(self):
        """A field made in Odoo's settings is a condition, is watched, and is set (C31)."""
        self.env['ir.model.fields'].create(
            {
                'name': 'x_car',
                'field_description': "Car",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'ttype': 'char',
            }
        )
        rule = self._new_rule(
            self._set('x_car', text="Audi, seen"),
            self._to_head(),
            domain="[('x_car', 'ilike', 'audi'), ('amount', '>', 1)]",
        )
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.x_car = "an Audi"
        self.env.flush_all()
        self.assertEqual((deal.sudo().x_car, deal.sudo().user_id), ("Audi, seen", self.head_north))
        self.assertEqual(rule.run_ids.outcome, 'done')

    # Bad input

    def test_rule_on_itself(self):
        """A rule that changes what it looks at acts once, and a deal that makes a deal stops after five."""
        rule = self._new_rule(self._set('amount', number=200), domain="[('amount', '>', 100)]")
        deal = self._new_deal(self.rep_north, amount=1)
        self._begin_save()
        deal.amount = 150
        self.env.flush_all()
        self.assertEqual((deal.amount, rule.run_count), (200, 1))
        rule.action_switch_off()
        again = self._new_rule({'kind': 'deal', 'with_lines': False}, name="Again", trigger='created')
        self._new_deal(self.rep_north, name="Endless")
        self.env.flush_all()
        self.assertEqual(self.env['dealflow.deal'].search_count([('name', '=', "Endless")]), 6)
        failed = again.run_ids.filtered(lambda run: run.outcome == 'failed')
        self.assertIn("Again → Again", failed.error)

    def test_archived_user_of_an_activity_plan(self):
        """A plan that was emptied or archived is named, and the save stands."""
        plan = self._new_plan()
        rule = self._new_rule({'kind': 'activity', 'activity_plan_id': plan.id}, domain="[('amount', '>', 100000)]")
        plan.active = False
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual(deal.amount, 150000)
        self.assertIn("archived or empty", rule.run_ids.error)

    def _new_plan(self, model='dealflow.deal'):
        return self.env['mail.activity.plan'].create(
            {
                'name': "Large deal",
                'res_model': model,
                'template_ids': [
                    Command.create(
                        {
                            'summary': summary,
                            'activity_type_id': self.call.id,
                            'delay_count': days,
                            'delay_from': 'after_plan_date',
                            'responsible_type': 'on_demand',
                        }
                    )
                    for summary, days in (("Visit", 0), ("Offer", 5))
                ],
            }
        )

    def test_activity_plan(self):
        """All activities of the plan, for the head, counted from the day of the rule plus its days (C35)."""
        plan = self._new_plan()
        rule = self._new_rule(
            {'kind': 'activity', 'activity_plan_id': plan.id, 'person': 'head', 'days': 2},
            domain="[('amount', '>', 100000)]",
        )
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        today = fields.Date.context_today(deal.with_user(self.manager))
        self.assertRecordValues(
            deal.sudo().activity_ids.sorted('date_deadline'),
            [
                {
                    'summary': summary,
                    'user_id': self.head_north.id,
                    'date_deadline': fields.Date.add(today, days=days),
                }
                for summary, days in (("Visit", 2), ("Offer", 7))
            ],
        )
        self.assertRecordValues(
            rule.run_ids,
            [{'deeds': f"Activity plan “Large deal” for {self.head_north.name}", 'causer_id': self.rep_north.id}],
        )

    def test_activity_plan_of_something_else(self):
        plan = self._new_plan('crm.lead')
        with self.assertRaisesRegex(Exception, "is for something else"):
            self._new_rule({'kind': 'activity', 'activity_plan_id': plan.id})
