from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRuleStops(RuleCommon):
    """Rules that can do nothing any more stop at once and in words, and what two people see of a rule is the same."""

    def _change(self, deal, **values):
        self._begin_save()
        deal.write(values)
        self.env.flush_all()

    def assertStopped(self, rule, words, person=None):
        self.assertEqual(rule.state, 'stopped')
        task = rule.sudo().activity_ids
        self.assertRecordValues(task, [{'user_id': (person or self.manager).id, 'summary': "The rule has stopped"}])
        self.assertIn(words, task.note)

    # Fields that go

    def _new_field(self, name='x_rule_car', model='dealflow.deal'):
        field = self.env['ir.model.fields'].create(
            {
                'model_id': self.env['ir.model']._get_id(model),
                'name': name,
                'field_description': f"Car {name}",
                'ttype': 'char',
                'state': 'manual',
            }
        )
        self.addCleanup(self._forget_fields)
        return field

    def _forget_fields(self):
        self.env.registry._setup_models__(self.env.cr, ['dealflow.deal', 'res.partner'])

    def test_deleted_field(self):
        """Whatever the rule needs it for, and nothing of the rule vanishes with the field."""
        car, brand = self._new_field(), self._new_field('x_rule_brand', 'res.partner')
        day = self._get_field('dealflow.deal', 'expected_close_date')
        rules = {
            'condition': self._new_rule(self._to_head(), domain="[('x_rule_car', '=', 'Audi')]"),
            'client': self._new_rule(self._to_head(), domain="[('business_partner_id.x_rule_brand', '=', 'A')]"),
            'watched': self._new_rule(self._to_head(), watched_field_ids=[Command.set(car.ids)], trigger='changed'),
            'action': self._new_rule(
                self._set('x_rule_car', text="Audi"), self._to_head(), domain="[('amount', '>', 100)]"
            ),
        }
        other = self._new_rule(self._to_head(), trigger='date', date_field_id=day.id)
        (car | brand).unlink()
        self.env.invalidate_all()
        for name, rule in rules.items():
            with self.subTest(name):
                self.assertStopped(rule, "Car x_rule_brand" if name == 'client' else "Car x_rule_car")
        self.assertEqual(other.state, 'on')
        self.assertEqual(len(rules['action'].action_ids), 2, "the action stays, to be mended")
        with self.assertRefused(ValidationError, "choose the field"):
            rules['action'].action_switch_on()
        with self.assertRefused(ValidationError, "there is no field “x_rule_car”"):
            rules['condition'].action_switch_on()

    def test_job_finds_fields_that_went_by_another_way(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.env.cr.execute("UPDATE dealflow_rule SET domain = %s WHERE id = %s", ["[('x_gone', '=', 1)]", rule.id])
        rule.invalidate_recordset()
        self.env['dealflow.rule']._stop_broken()
        self.assertStopped(rule, "there is no field “x_gone”")

    def test_task_is_done_when_the_rule_is_switched_on_again(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        rule.sudo()._stop("Nothing works.")
        self.assertStopped(rule, "Nothing works. Mend it")
        rule.action_switch_on()
        self.assertFalse(rule.activity_ids)

    def test_rule_without_actions_is_not_on(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        rule.write({'action_ids': [Command.delete(rule.action_ids.id), Command.create(self._to_head())]})
        self.assertEqual((rule.state, len(rule.action_ids)), ('on', 1))
        rule.action_ids.unlink()
        self.assertEqual(rule.state, 'off')

    def test_object_for_which_the_action_is_not(self):
        rule = self._new_rule({'kind': 'co_add', 'person': 'head'}, on=False)
        with self.assertRefused(ValidationError, "it is for these objects: Deal"):
            rule.write({'object': 'claim'})

    # People

    def test_owner_without_full_access(self):
        for way in ('save', 'job'):
            with self.subTest(way):
                owner = self._new_user(f'owner_{way}', 'dealflow.group_manager')
                rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]", user=owner)
                owner.sudo().group_ids = [Command.set(self.env.ref('dealflow.group_user_team').ids)]
                deal = self._new_deal(self.rep_north)
                if way == 'save':
                    self._change(deal, amount=150000)
                    self.assertEqual((deal.amount, deal.user_id), (150000, self.rep_north))
                    self.assertIn("no full access any more", rule.sudo().run_ids.error)
                else:
                    self.env['dealflow.rule']._stop_broken()
                rule = rule.with_user(self.manager)
                self.assertEqual(rule.state, 'stopped')
                task = rule.sudo().activity_ids
                self.assertIn("no full access any more", task.note)
                self.assertTrue(task.user_id.has_group('dealflow.group_manager'))

    def test_person_who_left(self):
        """An activity, a co-executor and a responsible person: nobody who has left gets any of it."""
        self.team_north.user_id = self.head_north
        deal = self._new_deal(self.rep_north)
        for kind, action in (
            ('activity', {'kind': 'activity', 'activity_type_id': self.call.id, 'person': 'head'}),
            ('co-executor', {'kind': 'co_add', 'person': 'head'}),
            ('responsible', self._to_head()),
        ):
            with self.subTest(kind):
                self.head_north.active = True
                rule = self._new_rule(action, domain="[('amount', '>', 100)]")
                self.head_north.active = False
                self._change(deal, amount=deal.amount + 1000)
                self.assertEqual(rule.run_ids.outcome, 'failed')
                self.assertIn(f"{self.head_north.name} works here no more", rule.run_ids.error)
                self.assertFalse(deal.sudo().activity_ids)
                self.assertFalse(deal.sudo().co_executor_ids)
                rule.action_switch_off()

    def test_condition_is_asked_as_the_owner(self):
        """One's own deals are those of the owner, whoever saves and whoever looks."""
        rule = self._new_rule(
            self._set('short_status', text="mine"),
            domain="[('is_own', '=', True), ('amount', '>', 100)]",
        )
        own, foreign = self._new_deal(self.manager), self._new_deal(self.rep_north)
        for deal in (own, foreign):
            self._change(deal.with_user(self.rep_north if deal == foreign else self.manager), amount=500)
        self._change(own.sudo(), amount=700)
        self.assertEqual([deal.sudo().short_status or "" for deal in (own, foreign)], ["mine", ""])
        self.assertEqual(set(rule.run_ids.mapped('res_id')), {own.id})
        other = self._new_user('other_manager', 'dealflow.group_manager')
        seen = rule.with_user(other)
        self.assertEqual((rule.fit_count, seen.fit_count), (1, 1))
        self.assertEqual(seen.action_view_fitting()['domain'], [('id', 'in', own.ids)])

    def test_days_of_own_deals(self):
        """The job is nobody, and asks as the owner all the same."""
        today = fields.Date.today()
        deals = [self._new_deal(user, expected_close_date=today, amount=500) for user in (self.manager, self.rep_north)]
        rule = self._new_rule(
            self._set('short_status', text="mine"),
            trigger='date',
            date_field_id=self._get_field('dealflow.deal', 'expected_close_date').id,
            domain="[('is_own', '=', True)]",
        )
        self.assertEqual(set(rule.sudo()._get_days(today, today)), {deals[0].id})

    # Rules against each other

    def test_rules_that_undo_each_other(self):
        first = self._new_rule(self._set('short_status', text="b"), name="First", domain="[('short_status', '=', 'a')]")
        second = self._new_rule(
            self._set('short_status', text="a"), name="Second", domain="[('short_status', '=', 'b')]"
        )
        deal = self._new_deal(self.rep_north)
        self._change(deal, short_status="a")
        failed = (first | second).run_ids.filtered(lambda run: run.outcome == 'failed')
        self.assertEqual(len(failed), 1)
        self.assertIn("First → Second → First", failed.error)

    # Words

    def test_errors_in_plain_words(self):
        for words, domain in (
            ("it is no list of comparisons", "[('amount', '>', __import__('os'))]"),
            ("it is no list of comparisons", "nonsense ("),
            ("there is no field “no_such_field”", "[('no_such_field', '=', 1)]"),
            ("there is no field “no_such_field”", "[('business_partner_id.no_such_field', '=', 1)]"),
        ):
            with self.subTest(domain=domain), self.assertRefused(ValidationError, words):
                self._new_rule(self._to_head(), domain=domain)
        for action, values in (({'kind': 'set'}, {}), (self._to_head(), {'domain': "nonsense ("})):
            with self.assertRefused(ValidationError, "“My name”"):
                self._new_rule(action, name="My name", **values)
        rule = self._new_rule(self._set('expected_close_date', days=1))
        self.assertIn("a day from then", rule.action_ids.description)

    # Whoever saves

    def test_rep_is_told_who_has_the_deal(self):
        rule = self._new_rule(self._to_head(), name="Large deals", domain="[('amount', '>', 100000)]")
        deal = self._new_deal(self.rep_north, name="Machines").with_user(self.rep_north)
        self._begin_save()
        self.env.cr.precommit.run()
        before = self.env['bus.bus'].sudo().search([])
        deal.web_save({'amount': 150000}, {'amount': {}, 'user_id': {'fields': {'display_name': {}}}})
        self.assertEqual(rule.run_ids.outcome, 'done')
        self.env.cr.precommit.run()
        told = (self.env['bus.bus'].sudo().search([]) - before).filtered(
            lambda each: 'simple_notification' in each.message
        )
        self.assertEqual(len(told), 1)
        self.assertIn("Machines", told.message)
        self.assertIn(self.head_north.name, told.message)
        self.assertIn("Large deals", told.message)
