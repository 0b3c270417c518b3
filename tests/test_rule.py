from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .rule_common import RuleCommon

RUNNING = 'odoo.addons.dealflow.models.automation.running.dealflow_rule'


@tagged('post_install', '-at_install')
class TestRule(RuleCommon):
    """If and then (C33, C34, C51): what sets off a rule, and with whose rights it acts."""

    def test_large_deal_goes_to_the_head(self):
        """IF amount > 100,000 THEN head responsible, saved by a rep who sees own deals only (C34)."""
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        deal = self._new_deal(self.rep_north, amount=100)
        self.assertEqual(deal.user_id, self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual(deal.sudo().user_id, self.head_north)
        self.assertRecordValues(
            rule.run_ids,
            [
                {
                    'outcome': 'done',
                    'causer_id': self.rep_north.id,
                    'owner_id': self.manager.id,
                    'res_id': deal.id,
                    'deeds': f"Responsible: {self.head_north.name}",
                }
            ],
        )
        # The history of the deal says who had the right.
        self.assertEqual(deal.sudo().log_ids.filtered(lambda row: row.kind == 'owner').user_id, self.manager)

    def test_four_clicks(self):
        """A new rule asks for a condition, a field, a person, and to be switched on (C34)."""
        form = Form(self.rules)
        form.domain = "[('amount', '>', 100000)]"
        with form.action_ids.new() as action:
            action.field_id = self._get_field('dealflow.deal', 'user_id')
            action.person = 'head'
        rule = form.save()
        self.assertEqual(rule.name, "Deal is created or changed: Change data")
        rule.action_switch_on()
        self._begin_save()
        deal = self._new_deal(self.rep_north, amount=150000)
        self.assertEqual(deal.sudo().user_id, self.head_north)

    def test_rule_runs_once_per_save(self):
        """A move changes stage, state, probability and more; a rule that watches them all acts once."""
        names = ('stage_id', 'state', 'probability', 'weighted_amount', 'closed_on', 'amount')
        watched = [self._get_field('dealflow.deal', name).id for name in names]
        deal = self._new_deal(self.rep_north)
        rule = self._new_rule(
            {'kind': 'activity', 'activity_type_id': self.call.id},
            watched_field_ids=[Command.set(watched)],
            trigger='changed',
        )
        deal.write(
            {'amount': 5, 'stage_id': self.stage_signed.id, 'move_comment': "They agree", 'short_status': "signed"}
        )
        self.env.flush_all()
        self.assertEqual(rule.run_count, 1)
        self.assertEqual(len(deal.sudo().activity_ids.filtered(lambda each: each.activity_type_id == self.call)), 1)
        self._begin_save()
        deal.amount = 6
        rule.invalidate_recordset()
        self.assertEqual(rule.run_count, 2)

    def test_change_of_another_field_is_no_change(self):
        deal = self._new_deal(self.rep_north, amount=500)
        rule = self._new_rule({'kind': 'activity', 'activity_type_id': self.call.id}, domain="[('amount', '>', 100)]")
        deal.name = "Other chairs"
        self.env.flush_all()
        self.assertFalse(rule.run_count)

    def test_created_and_changed(self):
        rules = {
            trigger: self._new_rule(
                {'kind': 'activity', 'activity_type_id': self.call.id}, trigger=trigger, domain="[('amount', '>', 100)]"
            )
            for trigger in ('created', 'changed', 'saved')
        }
        deal = self._new_deal(self.rep_north, amount=500)
        self.env.flush_all()
        self.assertEqual({key: rule.run_count for key, rule in rules.items()}, {'created': 1, 'changed': 0, 'saved': 1})
        self._begin_save()
        deal.amount = 600
        self.env.flush_all()
        self.rules.invalidate_model()
        self.assertEqual({key: rule.run_count for key, rule in rules.items()}, {'created': 1, 'changed': 1, 'saved': 2})

    def test_value_that_follows_from_lines(self):
        """The amount of a deal with products is computed, and the rule sees it all the same."""
        deal = self._new_deal(self.rep_north)
        self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.env['dealflow.deal.line'].with_user(self.rep_north).create(
            {'deal_id': deal.id, 'name': "Chairs", 'quantity': 1000, 'price_unit': 200}
        )
        self.env.flush_all()
        self.assertEqual(deal.sudo().user_id, self.head_north)

    def test_stage_entered(self):
        rule = self._new_rule(
            {'kind': 'message', 'person': 'head', 'text': "Look at it"}, trigger='stage', stage_id=self.stage_offer.id
        )
        deal = self._new_deal(self.rep_north)
        self.assertFalse(rule.run_count)
        self._begin_save()
        deal.action_move_stage(self.stage_offer.id, "sent", "offer")
        message = deal.sudo().message_ids.filtered(lambda each: self.head_north.partner_id in each.partner_ids)
        message |= self.env['mail.message'].sudo().search([('partner_ids', 'in', self.head_north.partner_id.ids)])
        self.assertIn("Look at it", ''.join(message.mapped('body')))
        self.assertEqual(rule.run_ids.causer_id, self.rep_north)

    def test_stage_of_an_opportunity(self):
        stage = self.env['crm.stage'].create({'name': "Rule stage"})
        self._new_rule(
            {'kind': 'activity', 'activity_type_id': self.call.id},
            object='opportunity',
            trigger='stage',
            lead_stage_id=stage.id,
        )
        lead = self._new_lead(self.rep_north, user_id=self.rep_north.id)
        self._begin_save(lead)
        lead.stage_id = stage
        self.assertEqual(lead.sudo().activity_ids.activity_type_id, self.call)

    def test_every_object(self):
        """Each object sets off a rule when it is created (C51)."""
        deal = self._new_deal(self.rep_north)
        owner = self._new_user('owner', 'dealflow.group_manager,dealflow.group_receipts,account.group_account_invoice')
        make = {
            'opportunity': lambda: self._new_lead(),
            'deal': lambda: self._new_deal(),
            'contact': lambda: self._new_contact("Ivan", self.partner),
            'company': lambda: self._new_partner("Rule company"),
            'order': lambda: self._new_order(self.partner, self.product),
            'invoice': lambda: self._new_invoice(self.partner),
            'receipt': lambda: self._new_receipt(deal, date_planned='2030-05-20'),
            'claim': lambda: self._new('dealflow.claim', None, {'name': "A leg is missing"}),
            'contract': lambda: self._new('dealflow.contract', None, {'name': "x", 'entity_id': self.partner.id}),
            'event': lambda: self._new_event(),
        }
        self.assertEqual(set(make), set(self.rules._fields['object'].get_values(self.env)))
        for key, create in make.items():
            with self.subTest(object=key):
                rule = self._new_rule(
                    {
                        # An event has no activities.
                        'kind': 'message' if key == 'event' else 'activity',
                        'text': "Look",
                        'activity_type_id': self.call.id,
                        'person': 'user',
                        'user_id': self.head_north.id,
                    },
                    user=owner,
                    object=key,
                    trigger='created',
                )
                record = create()
                self.assertEqual(rule.run_ids.mapped('error'), [False], rule.run_ids.mapped('error'))
                self.assertEqual(rule.run_ids.res_id, record.id)
                if key != 'event':
                    self.assertIn(self.call, record.activity_ids.activity_type_id)

    # Rights

    def test_rule_may_do_what_its_owner_may(self):
        """A guard that stops the owner stops the rule; the save of the person stands."""
        self.stage_delivered.group_ids = self.env.ref('dealflow.group_stage_override')
        rule = self._new_rule(
            self._set('stage_id', record_id=self.stage_delivered.id), domain="[('amount', '>', 100000)]"
        )
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual((deal.amount, deal.stage_id), (150000, self.stage_talk))
        self.assertEqual(rule.run_ids.outcome, 'failed')
        self.assertIn("Delivered", rule.run_ids.error)

    def test_evidence_of_stages_holds(self):
        self.env['dealflow.stage.requirement'].create({'stage_id': self.stage_signed.id, 'kind': 'attachment'})
        rule = self._new_rule(self._set('stage_id', record_id=self.stage_signed.id), domain="[('amount', '>', 100000)]")
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual(deal.stage_id, self.stage_talk)
        self.assertIn("Files are attached", rule.run_ids.error)
        self.env['ir.attachment'].create({'name': "scan", 'res_model': 'dealflow.deal', 'res_id': deal.id, 'raw': b"x"})
        self._begin_save()
        deal.amount = 160000
        self.assertEqual(deal.stage_id, self.stage_signed)
        self.assertReconciled(deal)

    def test_rule_does_not_touch_what_its_owner_does_not_see(self):
        """A deal in a stage that is hidden from the owner is no concern of the rule (X52)."""
        self.stage_talk.visible_group_ids = self.env.ref('dealflow.group_user_own')
        self.stage_offer.visible_group_ids = self.env.ref('dealflow.group_stage_override')
        hidden = self._new_deal(self.importer, user_id=self.importer.id)
        hidden.with_user(self.importer).action_move_stage(self.stage_offer.id, "sent", "offer")
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        hidden.with_user(self.importer).amount = 150000
        self.assertFalse(rule.run_count)

    def test_who_decides_what_a_rule_does_owns_it(self):
        """Nobody lets a rule of the administrator do what they may not do themselves."""
        admin = self._new_user('boss', 'dealflow.group_manager,base.group_system')
        rule = self._new_rule(self._to_head(), user=admin)
        self.assertEqual(rule.owner_id, admin)
        own = rule.with_user(self.manager)
        own.name = "Other name"
        self.assertEqual(rule.owner_id, admin)
        for change in (
            lambda: own.write({'domain': "[('amount', '>', 1)]"}),
            lambda: own.action_ids.write({'person': 'responsible'}),
            lambda: own.write({'action_ids': [Command.create(self._to_head())]}),
            lambda: own.action_ids[0].unlink(),
        ):
            change()
            self.assertEqual(rule.owner_id, self.manager)
            rule.with_user(admin).write({'days': rule.days + 1})
            self.assertEqual(rule.owner_id, admin)
        for values in ({'owner_id': self.importer.id}, {'state': 'stopped'}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                own.write(values)

    def test_only_full_access_makes_rules(self):
        rule = self._new_rule(self._to_head())
        for user in (self.viewer, self.rep_north, self.seller_all):
            with self.assertRaises(AccessError):
                rule.with_user(user).read(['name'])
            with self.assertRaises(AccessError):
                self._new_rule(self._to_head(), user=user)

    def test_owner_without_the_right_cannot_switch_on(self):
        """Full access does not include vendor bills and the like: such a rule is refused when it is switched on."""
        rule = self._new_rule(self._set('date_planned', 'dealflow.receipt', days=3), object='receipt', on=False)
        rule.domain = "[('amount', '>', 5)]"
        self.env.ref('dealflow.access_dealflow_receipt_user').perm_write = False
        self.env['ir.model.access'].search([('model_id.model', '=', 'dealflow.receipt')]).perm_write = False
        with self.assertRefused(AccessError, "who has no right to do this"):
            rule.action_switch_on()

    def test_owner_who_left(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.manager.active = False
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual(deal.amount, 150000)
        self.assertIn("works here no more", rule.sudo().run_ids.error)

    def test_record_of_another_company(self):
        """The rule acts in the company of the record, if its owner works there."""
        other = self.env['res.company'].create({'name': "Elsewhere"})
        person = self._new_user(
            'foreign', 'dealflow.group_manager', company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        funnel = self._new_funnel("Other funnel", "Start", company_id=other.id)
        rule = self._new_rule(self._set('short_status', text="seen"), trigger='created')
        deals = self.env['dealflow.deal'].with_user(person)
        values = {
            'name': "Desks",
            'funnel_id': funnel.id,
            'company_id': other.id,
            'business_partner_id': self.partner.id,
        }
        deals.create(values)
        self.assertFalse(rule.run_count, "the owner does not see it")
        self.manager.company_ids += other
        rule.action_switch_off()
        rule.action_switch_on()
        self._begin_save()
        deal = deals.create(values)
        self.assertEqual(deal.short_status, "seen")
        rule.company_id = self.company
        self._begin_save()
        self.assertFalse(deals.create(values).short_status)

    # Failures

    def test_one_failure_does_not_undo_the_rest(self):
        """Each record has a savepoint: the deal without a head fails, the other one is changed, both are saved."""
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        north, south = self._new_deal(self.rep_north), self._new_deal(self.rep_south)
        self.team_south.user_id = False
        self._begin_save()
        (north + south).sudo().write({'amount': 150000})
        self.assertEqual((north + south).sudo().mapped('amount'), [150000, 150000])
        self.assertEqual((north + south).sudo().mapped('user_id'), self.head_north + self.rep_south)
        self.assertEqual(sorted(rule.run_ids.mapped('outcome')), ['done', 'failed'])
        self.assertIn("nobody as", rule.run_ids.filtered('error').error)

    def test_first_action_is_undone_with_the_second(self):
        rule = self._new_rule(
            self._set('short_status', text="large"), self._to_head(), domain="[('amount', '>', 100000)]"
        )
        self.team_south.user_id = False
        deal = self._new_deal(self.rep_south)
        self._begin_save()
        deal.write({'amount': 150000, 'name': "Large"})
        self.assertEqual((deal.name, deal.amount, deal.short_status), ("Large", 150000, False))
        self.assertEqual(rule.run_ids.outcome, 'failed')

    @mute_logger(RUNNING)
    def test_unexpected_error_does_not_reach_the_person(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.patch(self.registry['dealflow.rule.action'], '_run_set', lambda action, record: 1 / 0)
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.env.flush_all()
        self.assertEqual(deal.amount, 150000)
        self.assertIn("division by zero", rule.run_ids.error)

    def test_ten_failures_in_a_row_stop_the_rule(self):
        """The owner is told, and after switching on again ten more are needed."""
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.team_south.user_id = False
        for _round in range(2):
            for number in range(10):
                self.assertEqual(rule.state, 'on')
                self._new_deal(self.rep_south, amount=150000 + number)
            self.assertEqual(rule.state, 'stopped')
            self.assertEqual(rule.activity_ids.user_id, self.manager)
            self.assertIn("nobody as", rule.activity_ids[-1].note)
            rule.run_ids  # noqa: B018
            self._new_deal(self.rep_south, amount=150000)
            self.assertEqual(len(rule.run_ids) % 10, 0)
            self.env.cr.execute("UPDATE dealflow_rule_run SET date = date - interval '1 hour'")
            rule.action_switch_on()
            self._begin_save()

    def test_success_in_between_does_not_stop(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.team_south.user_id = False
        for number in range(24):
            self._new_deal(self.rep_north if number % 9 == 8 else self.rep_south, amount=150000)
        self.assertEqual(rule.state, 'on')

    # Chains

    def test_rules_that_set_each_other_off(self):
        """A rule that changes what another one looks at sets it off; each acts once on a record."""
        first = self._new_rule(self._set('short_status', text="large"), name="First", domain="[('amount', '>', 10000)]")
        second = self._new_rule(
            self._set('priority', selection_value_id=self._get_choice('priority', '3').id),
            name="Second",
            domain="[('short_status', '=', 'large')]",
        )
        third = self._new_rule(self._set('amount', number=20000), name="Third", domain="[('priority', '=', '3')]")
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 15000
        self.env.flush_all()
        self.assertRecordValues(deal, [{'short_status': "large", 'priority': '3', 'amount': 20000}])
        self.assertEqual([rule.run_count for rule in first + second + third], [1, 1, 1])
        self.assertEqual(third.run_ids.causing_rule_id, second)
        self.assertEqual(third.run_ids.causer_id, self.rep_north, "the person whose save began it all")

    def _get_choice(self, name, value, model='dealflow.deal'):
        return self._get_field(model, name).selection_ids.filtered(lambda choice: choice.value == value)

    # Bad input

    def test_half_configured_rules_are_refused(self):
        call = {'kind': 'activity', 'activity_type_id': self.call.id}
        for message, actions, values in (
            ("choose the field", [{'kind': 'set'}], {}),
            ("say what .Short Status. becomes", [self._set('short_status')], {}),
            ("choose a person who still works", [self._set('user_id', person='user')], {}),
            ("choose the type of activity", [{'kind': 'activity'}], {}),
            ("write the message", [{'kind': 'message'}], {}),
            ("cannot be set by a rule", [self._set('number', text="x") | {}], {}),
            ("choose the stage", [call], {'trigger': 'stage'}),
            ("choose the day", [call], {'trigger': 'day'}),
            ("choose one of its dates", [call], {'trigger': 'date'}),
            ("say how many days", [call], {'trigger': 'quiet'}),
            ("has no .is overdue.", [call], {'trigger': 'overdue'}),
            ("Choose the watched fields", [call], {'trigger': 'changed'}),
            ("cannot be understood", [call], {'domain': "[('no_such_field', '=', 1)]"}),
            ("cannot be understood", [call], {'domain': "[('amount', '>', __import__('os'))]"}),
            ("cannot be understood", [call], {'domain': "nonsense ("}),
        ):
            with self.subTest(message=message), self.assertRefused(ValidationError, message):
                self._new_rule(*actions, **values)
        with self.assertRefused(UserError, "does nothing yet"):
            self._new_rule()

    def test_field_that_vanished(self):
        """The rule fails in words, and the save stands."""
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self.env.cr.execute("UPDATE dealflow_rule SET domain = %s", ["[('amount', '>', 1), ('x_gone', '=', 1)]"])
        rule.invalidate_recordset()
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual(deal.amount, 150000)
        self.assertEqual(set(rule.run_ids.mapped('outcome')), {'failed'})
        self.assertIn("x_gone", rule.run_ids[0].error)

    def test_chosen_person_who_left(self):
        rule = self._new_rule(
            self._set('user_id', person='user', user_id=self.head_north.id), domain="[('amount', '>', 100000)]"
        )
        self.head_north.active = False
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.amount = 150000
        self.assertEqual(deal.sudo().user_id, self.rep_north)
        self.assertIn("who still works here", rule.run_ids.error)

    # Odoo's engine

    def _get_automations(self):
        """Return the model, the trigger and whether it is at work, of each automation that rules have."""
        automations = self.env['base.automation'].with_context(active_test=False)
        found = automations.search([('dealflow_runs_rules', '=', True)])
        return {(each.model_name, each.trigger): each.active for each in found}

    def test_one_automation_for_all_rules_of_a_model(self):
        """It is at work as long as one of the rules is on, whatever their number."""
        self.assertFalse(self.env['dealflow.rule'].search([('state', '=', 'on')]))
        self.env['base.automation'].search([('dealflow_runs_rules', '=', True)]).unlink()
        first, second = (self._new_rule(self._to_head(), name=name, on=False) for name in ("First", "Second"))
        self.assertFalse(self._get_automations())
        saved, received = ('dealflow.deal', 'on_create_or_write'), ('dealflow.deal', 'on_message_received')
        self.env.registry.registry_invalidated = False
        first.action_switch_on()
        self.assertEqual(self._get_automations(), {saved: True})
        self.assertTrue(self.env.registry.registry_invalidated, "other processes are told")
        second.action_switch_on()
        self.assertEqual(self._get_automations(), {saved: True})
        second.trigger = 'received'
        self.assertEqual(self._get_automations(), {saved: True, received: True})
        first.action_switch_off()
        self.assertEqual(self._get_automations(), {saved: False, received: True})
        second.active = False
        self.assertEqual(self._get_automations(), {saved: False, received: False})
        first.trigger = 'created'
        first.action_switch_on()
        self.assertEqual(self._get_automations(), {saved: True, received: False})
        first.unlink()
        self.assertEqual(self._get_automations(), {saved: False, received: False})

    def test_cost_of_rules_of_which_none_fits(self):
        """Twenty rules on the very field that is saved ask the database for the former values, and nothing else."""

        def count(amount):
            self._begin_save()
            before = self.env.cr.sql_log_count
            deal.write({'amount': amount, 'name': f"Chairs {amount}"})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        deal = self._new_deal(self.rep_north, amount=1)
        # The first one fills the caches.
        count(2)
        without = count(3)
        rules = [
            self._new_rule(self._to_head(), name=f"Rule {number}", domain=f"[('amount', '>', {10000 + number})]")
            for number in range(20)
        ]
        count(4)
        self.assertLessEqual(count(5), without + 1)
        self.assertEqual([rule.run_count for rule in rules], [0] * 20)
        deal.amount = 10005
        self.env.flush_all()
        self.rules.invalidate_model()
        self.assertEqual([rule.run_count for rule in rules], [1] + [0] * 19, "the first one gives it to the head")

    def test_rules_run_in_their_order_each_on_what_the_one_before_has_left(self):
        """The second one does not fit any more when the first one has acted."""
        deal = self._new_deal(self.rep_north)
        first = self._new_rule(self._set('short_status', text="seen"), name="First", domain="[('amount', '>', 100)]")
        second = self._new_rule(
            {'kind': 'activity', 'activity_type_id': self.call.id},
            name="Second",
            domain="[('amount', '>', 100), ('short_status', '!=', 'seen')]",
        )
        for sequences, counts in (
            ((1, 2), [1, 0]),
            ((2, 1), [2, 2]),
        ):  # Emptying the status set off the second one, too.
            (first.sequence, second.sequence) = sequences
            deal.short_status = False
            self._begin_save()
            deal.with_user(self.rep_north).amount += 500
            self.env.flush_all()
            self.rules.invalidate_model()
            self.assertEqual([first.run_count, second.run_count], counts)

    def test_automations_of_odoo_beside_rules(self):
        """An automation that is not ours still hears of every field."""
        self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        model = self.env['ir.model']._get('dealflow.deal')
        automation = self.env['base.automation'].create(
            {
                'name': "Not ours",
                'model_id': model.id,
                'trigger': 'on_create_or_write',
                'trigger_field_ids': [Command.set(self._get_field('dealflow.deal', 'name').ids)],
            }
        )
        self.env['ir.actions.server'].create(
            {
                'name': "Not ours",
                'model_id': model.id,
                'base_automation_id': automation.id,
                'usage': 'base_automation',
                'state': 'object_write',
                'update_path': 'short_status',
                'value': "renamed",
            }
        )
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.name = "Tables"
        self.assertEqual(deal.short_status, "renamed")

    def test_rule_that_has_acted_is_archived(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 100000)]")
        self._new_deal(self.rep_north, amount=150000)
        with self.assertRefused(UserError, "Archive it"):
            rule.unlink()
        rule.active = False
        self._begin_save()
        self._new_deal(self.rep_north, amount=150000)
        self.assertEqual(rule.run_count, 1)

    def test_once_per_record(self):
        deal = self._new_deal(self.rep_north)
        rule = self._new_rule(
            {'kind': 'activity', 'activity_type_id': self.call.id}, domain="[('amount', '>', 1)]", is_once=True
        )
        for amount in (10, 20):
            deal.amount = amount
            self._begin_save()
        self.assertEqual(rule.run_count, 1)

    def test_imported_rows(self):
        """Rules leave imported rows alone unless they say otherwise."""
        rules = [
            self._new_rule(
                {'kind': 'activity', 'activity_type_id': self.call.id}, trigger='created', runs_on_import=also
            )
            for also in (False, True)
        ]
        self.env['dealflow.deal'].with_user(self.manager).load(
            ['name', 'business_partner_id/.id', 'funnel_id/.id', 'amount'],
            [["Desks", str(self.partner.id), str(self.funnel.id), '5']],
        )
        self.env['dealflow.deal'].with_user(self.manager).with_context(import_file=True).create(
            {'name': "Desks", **self.deal_values}
        )
        # The rows that ``load`` is given without a file come from a program, and are no import.
        self.assertEqual([rule.run_count for rule in rules], [1, 2])

    def test_conditions_on_properties(self):
        """Additional fields are conditions too, also records and relative days (C31)."""
        self.team_north.lead_properties_definition = [
            {'name': 'boss', 'string': "Boss", 'type': 'many2one', 'comodel': 'res.partner'},
            {'name': 'visit', 'string': "Visit", 'type': 'date'},
        ]
        deed = {'kind': 'activity', 'activity_type_id': self.call.id}
        boss = self._new_rule(deed, object='opportunity', domain=f"[('lead_properties.boss', '=', {self.contact.id})]")
        past = self._new_rule(
            deed, object='opportunity', domain="[('lead_properties.visit', '<', 'today'), ('name', '=', 'Lamps')]"
        )
        lead = self._new_lead(name="Lamps", user_id=self.rep_north.id, team_id=self.team_north.id)
        self._begin_save(lead)
        lead.lead_properties = {'boss': self.contact.id, 'visit': '2999-01-01'}
        self.env.flush_all()
        self.assertEqual((boss.run_count, past.run_count), (1, 0))
        self._begin_save(lead)
        lead.lead_properties = {'boss': False, 'visit': '2020-01-01'}
        self.env.flush_all()
        (boss + past).invalidate_recordset()
        self.assertEqual((boss.run_count, past.run_count), (1, 1))

    def test_condition_on_a_related_and_a_computed_field(self):
        """The region of the client, and what the client has bought (C32)."""
        self._new_rule(self._to_head(), domain="[('business_partner_id.name', '=', 'Ромашка'), ('amount', '>', 1)]")
        deal = self._new_deal(self.rep_north, amount=5)
        other = self._new_deal(self.rep_north, amount=5, business_partner_id=self.other_partner.id)
        self.assertEqual((deal + other).sudo().mapped('user_id'), self.head_north + self.rep_north)

    def test_no_change_writes_no_log(self):
        rule = self._new_rule(self._to_head(), domain="[('amount', '>', 1)]")
        self._new_deal(self.head_north, user_id=self.head_north.id, amount=5)
        self.assertFalse(rule.run_count)

    def test_dates_are_counted_from_the_day_it_acts(self):
        self._new_rule(self._set('expected_close_date', days=10), trigger='created')
        deal = self._new_deal(self.rep_north)
        self.assertEqual(deal.expected_close_date, deal.create_date.date() + timedelta(days=10))
