from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRuleTime(RuleCommon):
    """Rules that wait for a day, and rules on letters (C50, C52)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deed = {'kind': 'activity', 'activity_type_id': cls.call.id}

    def _start(self, rule, day):
        """Let a rule be on since a day."""
        self.env.cr.execute("UPDATE dealflow_rule SET started_on = %s WHERE id = %s", [day, rule.id])
        rule.invalidate_recordset()

    def _run_job(self, day):
        """Run the job at noon of a day; return the names of the records on which rules acted, and their days."""
        before = self.env['dealflow.rule.run'].search([])
        self._begin_save()
        with (
            freeze_time(datetime.combine(day, datetime.min.time()) + timedelta(hours=12)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref('dealflow.ir_cron_rule_run_time_rules').method_direct_trigger()
        self.env.invalidate_all()
        runs = self.env['dealflow.rule.run'].search([]) - before
        return sorted((run.record_name, run.occasion, run.outcome) for run in runs)

    def _new_dated_deal(self, name, day):
        return self._new_deal(self.rep_north, name=name, expected_close_date=day)

    def _new_date_rule(self, **values):
        rule = self._new_rule(
            self.deed,
            trigger='date',
            date_field_id=self._get_field('dealflow.deal', 'expected_close_date').id,
            **{'direction': 'before', 'days': 3, **values},
        )
        self._start(rule, '2026-03-10 08:00:00')
        return rule

    def test_days_before_a_date(self):
        """A deal is taken once, on its day, and none of the past at the first run (C50)."""
        for name, day in (("Long ago", 1), ("Yesterday", 12), ("Today", 13), ("Tomorrow", 14)):
            self._new_dated_deal(name, date(2026, 3, day))
        self._new_date_rule()
        self.assertEqual(self._run_job(date(2026, 3, 10)), [("Today", '2026-03-10', 'done')])
        self.assertEqual(self._run_job(date(2026, 3, 10)), [])
        self.assertEqual(self._run_job(date(2026, 3, 11)), [("Tomorrow", '2026-03-11', 'done')])

    def test_days_after_a_date(self):
        self._new_dated_deal("Closed", date(2026, 3, 8))
        self._new_date_rule(direction='after', days=5)
        self.assertEqual(self._run_job(date(2026, 3, 12)), [])
        self.assertEqual(self._run_job(date(2026, 3, 13)), [("Closed", '2026-03-13', 'done')])

    def test_nothing_is_lost_when_the_job_was_late(self):
        """Days on which no job ran are made up for, and a date that moves back is taken too."""
        self._new_dated_deal("Late", date(2026, 3, 15))
        moved = self._new_dated_deal("Moved", date(2026, 12, 1))
        self._new_date_rule()
        self.assertEqual(self._run_job(date(2026, 3, 20)), [("Late", '2026-03-12', 'done')])
        moved.expected_close_date = date(2026, 3, 14)
        self.assertEqual(self._run_job(date(2026, 3, 20)), [("Moved", '2026-03-11', 'done')])
        moved.expected_close_date = date(2026, 3, 23)
        self.assertEqual(self._run_job(date(2026, 3, 20)), [("Moved", '2026-03-20', 'done')], "a day of its own")

    def test_one_failing_record_does_not_stop_the_others(self):
        self.team_south.user_id = False
        self._new_deal(self.rep_south, name="Nobody", expected_close_date=date(2026, 3, 13))
        self._new_dated_deal("Somebody", date(2026, 3, 13))
        rule = self._new_date_rule()
        rule.action_ids.person = 'head'
        self.assertEqual(
            self._run_job(date(2026, 3, 10)),
            [("Nobody", '2026-03-10', 'failed'), ("Somebody", '2026-03-10', 'done')],
        )

    def test_condition_and_owner_count(self):
        self._new_dated_deal("Small", date(2026, 3, 13)).amount = 5
        self._new_dated_deal("Large", date(2026, 3, 13)).amount = 500
        rule = self._new_date_rule(domain="[('amount', '>', 100)]")
        self.assertEqual(self._run_job(date(2026, 3, 10)), [("Large", '2026-03-10', 'done')])
        self.assertEqual(rule.run_ids.owner_id, self.manager)
        self.assertFalse(rule.run_ids.causer_id, "nobody's change set it off")

    def test_day_is_that_of_the_owner(self):
        """At 12:00 in London it is the next day already in Kiritimati."""
        self.manager.tz = 'Pacific/Kiritimati'
        self._new_dated_deal("Chairs", date(2026, 3, 14))
        self._new_date_rule()
        self.assertEqual(self._run_job(date(2026, 3, 10)), [("Chairs", '2026-03-11', 'done')])

    def test_moment_in_the_time_of_the_owner(self):
        event = self._new_event(self.rep_north, name="Call", start=datetime(2026, 3, 13, 23, 30))
        rule = self._new_rule(
            {'kind': 'message', 'text': "Tomorrow"},
            object='event',
            trigger='date',
            date_field_id=self._get_field('calendar.event', 'start').id,
            direction='before',
            days=1,
        )
        self.manager.tz = 'Europe/Sofia'
        self._start(rule, '2026-03-10 08:00:00')
        self.assertEqual(self._run_job(date(2026, 3, 12)), [])
        self.assertEqual(self._run_job(date(2026, 3, 13)), [(event.display_name, '2026-03-13', 'done')])

    def test_certain_day(self):
        self._new_deal(self.rep_north, name="Chairs", amount=500)
        rule = self._new_rule(
            self.deed, trigger='day', day=date(2026, 3, 12), domain=f"[('funnel_id', '=', {self.funnel.id})]"
        )
        self._start(rule, '2026-03-10 08:00:00')
        self.assertEqual(self._run_job(date(2026, 3, 11)), [])
        self.assertEqual(self._run_job(date(2026, 3, 12)), [("Chairs", '2026-03-12', 'done')])
        self.assertEqual(self._run_job(date(2026, 3, 13)), [])

    def test_no_event_for_days(self):
        """A deal without an event for five days, counted from its last event or its creation."""
        quiet, busy, planned, new = deals = self.env['dealflow.deal'].union(
            *(self._new_deal(self.rep_north, name=name) for name in ("Quiet", "Busy", "Planned", "New"))
        )
        for deal, day in ((quiet, 5), (quiet, 6), (busy, 9), (planned, 6), (planned, 25)):
            self._new_event(self.rep_north, deal_id=deal.id, start=datetime(2026, 3, day, 9))
        rule = self._new_rule(self.deed, trigger='quiet', days=5, domain=f"[('id', 'in', {deals.ids})]")
        self._start(rule, '2026-03-10 08:00:00')
        self.env.cr.execute("UPDATE dealflow_deal SET create_date = '2026-03-01' WHERE id IN %s", [tuple(deals.ids)])
        self.env.cr.execute("UPDATE dealflow_deal SET create_date = '2026-03-08 12:00' WHERE id = %s", [new.id])
        self.assertEqual(self._run_job(date(2026, 3, 10)), [])
        self.assertEqual(self._run_job(date(2026, 3, 11)), [("Quiet", '2026-03-11', 'done')])
        self.assertEqual(
            self._run_job(date(2026, 3, 14)), [("Busy", '2026-03-14', 'done'), ("New", '2026-03-13', 'done')]
        )
        self.assertEqual(self._run_job(date(2026, 3, 15)), [])
        self._new_event(self.rep_north, deal_id=quiet.id, start=datetime(2026, 3, 15, 9))
        self.assertEqual(self._run_job(date(2026, 3, 20)), [("Quiet", '2026-03-20', 'done')])

    def test_overdue_receipt(self):
        """Money that has come is not asked for."""
        deal = self._new_deal(user_id=self.rep_north.id, opened_on=date(2026, 1, 1))
        late, paid = (self._new_receipt(deal, name=name, date_planned=date(2026, 3, 10)) for name in ("Late", "Paid"))
        # Without this right the owner sees the receipts of own deals only, and so does the rule.
        self.manager.group_ids += self.env.ref('dealflow.group_receipts')
        rule = self._new_rule(self.deed, object='receipt', trigger='overdue', days=2)
        self._start(rule, '2026-03-10 08:00:00')
        paid.action_set_state('received')
        self.assertEqual(self._run_job(date(2026, 3, 11)), [])
        self.assertEqual(self._run_job(date(2026, 3, 12)), [(late.display_name, '2026-03-12', 'done')])
        self.assertEqual(late.activity_ids.user_id, self.rep_north)

    # Letters

    def test_letter_from_the_client(self):
        """A letter of the client sets off the rule; notes and own comments do not, and the condition counts (C52)."""
        rule = self._new_rule(self.deed, trigger='received', domain="[('amount', '>', 100)]")
        small, large = self._new_deal(self.rep_north, amount=5), self._new_deal(self.rep_north, amount=500)
        self._begin_save()
        for deal in (small, large):
            deal.message_post(
                body="Where are the chairs?",
                message_type='email',
                author_id=self.contact.id,
                subtype_xmlid='mail.mt_comment',
            )
        large.message_post(body="a note", subtype_xmlid='mail.mt_note')
        large.message_post(body="On their way", message_type='comment', subtype_xmlid='mail.mt_comment')
        self.assertEqual(rule.run_ids.mapped('res_id'), [large.id])
        self.assertEqual(large.sudo().activity_ids.activity_type_id, self.call)

    def test_absence_note_is_no_letter(self):
        """What a program has answered sets off nothing; the letter of the person does."""
        rule = self._new_rule(self.deed, trigger='received')
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        for number, header in enumerate(
            ("Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: bulk", "Auto-Submitted: no")
        ):
            self._begin_save()
            self.assertFalse(rule.run_ids)
            letters = len(deal.message_ids)
            self.env['mail.thread'].message_process(
                'dealflow.deal',
                f"From: {self.contact.email}\nTo: sales@example.com\nSubject: Re: Chairs\n{header}\n"
                f"Message-Id: <rule-{number}@example.com>\n\nI am away.\n",
                thread_id=deal.id,
            )
            self.assertEqual(len(deal.message_ids), letters + 1)
        self.assertEqual(rule.run_ids.res_id, deal.id)

    def test_letter_to_the_client(self):
        """Only what goes outside counts, not what colleagues write to each other."""
        rule = self._new_rule(self.deed, trigger='sent')
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        post = {'message_type': 'comment', 'subtype_xmlid': 'mail.mt_comment'}
        deal.message_post(body="Look here", partner_ids=self.head_north.partner_id.ids, **post)
        self.assertFalse(rule.run_count)
        deal.message_post(body="Dear client", partner_ids=self.contact.ids, **post)
        self.assertEqual(rule.run_ids.causer_id, self.rep_north)
