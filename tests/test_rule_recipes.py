from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRuleRecipes(RuleCommon):
    """The rules that come with the module are off; each is switched on with one press, and works (C53, X50)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recipes = cls.rules.search([('is_recipe', '=', True)])
        cls.manager.group_ids += cls.env.ref('dealflow.group_receipts')

    def _switch_on(self, name, since='2026-03-10 08:00:00'):
        rule = self.env.ref(f'dealflow.rule_{name}').with_user(self.manager)
        self.assertIn(rule, self.recipes)
        self.assertEqual(rule.state, 'off')
        rule.action_switch_on()
        self.assertEqual(rule.owner_id, self.manager)
        self.env.flush_all()
        self.env.cr.execute("UPDATE dealflow_rule SET started_on = %s WHERE id = %s", [since, rule.id])
        self._begin_save()
        return rule

    def _run_job(self, day):
        self.env.flush_all()
        with (
            freeze_time(datetime.combine(day, datetime.min.time()) + timedelta(hours=12)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref('dealflow.ir_cron_rule_run_time_rules').method_direct_trigger()
        self.env.invalidate_all()

    def _get_done(self, rule):
        self.assertEqual(rule.run_ids.filtered('error').mapped('error'), [])
        return rule.run_ids.mapped('res_id')

    def test_twelve_recipes_that_are_off(self):
        self.assertEqual(len(self.recipes), 12)
        self.assertEqual(set(self.recipes.mapped('state')), {'off'})
        self.assertEqual([rule.name for rule in self.recipes if rule._get_problem()], [])

    def test_large_deal(self):
        deal = self._new_deal(self.rep_north)
        rule = self._switch_on('large_deal')
        deal.amount = 150000
        self.assertEqual(deal.sudo().user_id, self.head_north)
        self.assertEqual(self._get_done(rule), [deal.id])

    def test_forgotten_opportunity_and_deal(self):
        lead = self._new_lead(user_id=self.rep_north.id)
        deal = self._new_deal(self.rep_north)
        for record, name, days in ((lead, 'forgotten_opportunity', 7), (deal, 'forgotten_deal', 14)):
            rule = self._switch_on(name)
            self.env.cr.execute(
                f"UPDATE {record._table} SET create_date = '2026-03-09 12:00' WHERE id = %s",  # noqa: S608
                [record.id],
            )
            self.env.invalidate_all()
            self._run_job(date(2026, 3, 9) + timedelta(days=days))
            self.assertIn(record.id, self._get_done(rule))
            rule.action_switch_off()
        self.assertEqual(lead.activity_ids.user_id, self.rep_north)

    def test_repeat_sale(self):
        """Ninety days after the sale there is a new deal with the same products (C53)."""
        deal = self._new_deal(user_id=self.rep_north.id, opened_on='2026-03-01', closed_on='2026-03-10')
        deal.write({'stage_id': self.stage_signed.id, 'move_comment': "They agree", 'short_status': "signed"})
        deal.closed_on = '2026-03-10'
        rule = self._switch_on('repeat_sale')
        self._run_job(date(2026, 6, 8))
        self.assertEqual(self._get_done(rule), [deal.id])
        self.assertRecordValues(
            deal.successor_ids, [{'user_id': self.rep_north.id, 'business_partner_id': self.partner.id}]
        )

    def test_thanks(self):
        """Letters at a won deal and at money that came (X50)."""
        deal = self._new_deal(
            user_id=self.rep_north.id, contact_ids=[Command.set(self.contact.ids)], opened_on='2026-01-01'
        )
        receipt = self._new_receipt(deal)
        self.partner.email = "office@example.com"
        won, paid = self._switch_on('thanks_for_order'), self._switch_on('thanks_for_payment')
        self._begin_save(receipt)
        deal.with_user(self.rep_north).action_win("They agree")
        receipt.with_user(self.rep_north).action_set_state('received')
        self.env.flush_all()
        self.assertEqual(self._get_done(won), [deal.id])
        self.assertEqual(self._get_done(paid), [receipt.id])
        self.assertIn("Thank you for your order", deal.message_ids.mapped('subject'))
        self.assertIn("Thank you for your payment", receipt.message_ids.mapped('subject'))

    def test_late_money(self):
        deal = self._new_deal(user_id=self.rep_north.id, opened_on='2026-01-01')
        receipt = self._new_receipt(deal, date_planned='2026-03-01')
        rule = self._switch_on('late_money')
        self._run_job(date(2026, 3, 11))
        self.assertEqual(self._get_done(rule), [receipt.id])

    def test_contract_ending(self):
        contract = self.env['dealflow.contract'].create(
            {
                'name': "Supply",
                'entity_id': self.partner.id,
                'user_id': self.rep_north.id,
                'date_start': '2026-01-01',
                'date_end': '2030-04-12',
                'state': 'active',
            }
        )
        rule = self._switch_on('contract_ending', '2030-03-10 08:00:00')
        self._run_job(date(2030, 3, 13))
        self.assertIn(contract.id, self._get_done(rule))
        call = contract.activity_ids.filtered(lambda activity: activity.activity_type_id == self.call)
        self.assertEqual(call.user_id, self.rep_north)

    def test_answer_client(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        rule = self._switch_on('answer_client')
        deal.message_post(
            body="Hello", message_type='email', author_id=self.contact.id, subtype_xmlid='mail.mt_comment'
        )
        self.assertEqual(self._get_done(rule), [deal.id])
        self.assertEqual(deal.activity_ids.summary, "Answer the client")

    def test_late_deal(self):
        deal = self._new_deal(self.rep_north, expected_close_date='2026-03-11')
        rule = self._switch_on('late_deal')
        self._run_job(date(2026, 3, 12))
        self.assertEqual(self._get_done(rule), [deal.id])

    def test_new_opportunity(self):
        rule = self._switch_on('new_opportunity')
        lead = self._new_lead(self.rep_north, user_id=self.rep_north.id)
        self.assertEqual(self._get_done(rule), [lead.id])

    def test_quotation_without_answer(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_north.id)
        order.write({'state': 'sent', 'date_order': datetime(2026, 3, 10, 12)})
        rule = self._switch_on('quotation_without_answer')
        self._run_job(date(2026, 3, 15))
        self.assertEqual(self._get_done(rule), [order.id])
