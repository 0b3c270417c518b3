from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRulePreview(RuleCommon):
    """What a rule would do is told before it is switched on, and nothing is written for it."""

    def _count_rows(self):
        """Return the number of rows of every table."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        counts = {}
        for [table] in self.env.cr.fetchall():
            # pylint: disable=sql-injection; the names come from the catalogue
            self.env.cr.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = self.env.cr.fetchone()[0]
        return counts

    def test_form_tells_while_it_is_filled_in_and_writes_nothing(self):
        for amount in (5, 500, 5000):
            self._new_deal(self.rep_north, amount=amount, name="Preview")
        before = self._count_rows()
        form = Form(self.rules)
        form.domain = "[('amount', '>', 100), ('name', '=', 'Preview')]"
        self.assertIn("Records that fit today: 2.", form.preview)
        form.domain = "[('amount', '>', 1000), ('name', '=', 'Preview')]"
        self.assertIn("Records that fit today: 1.", form.preview)
        form.trigger = 'stage'
        self.assertIn("choose the stage", form.preview)
        form.stage_id = self.stage_offer
        self.assertIn("would have acted on: 0", form.preview)
        self.assertEqual(self._count_rows(), before)

    def test_every_trigger_looks_back_without_writing(self):
        deal = self._new_deal(self.rep_north, name="Preview")
        deal.action_move_stage(self.stage_offer.id, "They have it", "offer")
        date_field = self._get_field('dealflow.deal', 'expected_close_date').id
        rules = [
            self._new_rule(on=False, domain="[('name', '=', 'Preview')]", **values)
            for values in (
                {'trigger': 'created'},
                {'trigger': 'saved'},
                {'trigger': 'changed'},
                {'trigger': 'stage', 'stage_id': self.stage_offer.id},
                {'trigger': 'date', 'date_field_id': date_field},
                {'trigger': 'day', 'day': fields.Date.today()},
                {'trigger': 'quiet', 'days': 3},
                {'trigger': 'received'},
                {'trigger': 'sent'},
            )
        ]
        before = self._count_rows()
        self.env.invalidate_all()
        for rule in rules:
            with self.subTest(trigger=rule.trigger):
                self.assertTrue(rule.preview)
                self.assertEqual(rule.fit_count, 1)
                rule.action_view_fitting()
        self.assertEqual(self._count_rows(), before)

    def test_moves_of_the_last_30_days(self):
        """The same as the log of deals tells, read by hand."""
        deals = [self._new_deal(self.rep_north, name=name) for name in ("Now", "Long ago", "Back again", "Never")]
        now, long_ago, back, _never = deals
        for deal in (now, long_ago, back):
            deal.action_move_stage(self.stage_offer.id, "They have it", "offer")
        back.action_move_stage(self.stage_talk.id, "Not yet", "talk")
        self.env.cr.execute(
            "UPDATE dealflow_deal_log SET date = date - interval '40 days' WHERE deal_id = %s", [long_ago.id]
        )
        self.env.invalidate_all()
        rule = self._new_rule(on=False, trigger='stage', stage_id=self.stage_offer.id)
        # Those that stand elsewhere today do not fit any more.
        self.assertEqual((rule.fit_count, rule._get_past()), (2, {now.id}))
        action = rule.action_view_past()
        self.assertEqual(self.env[action['res_model']].search(action['domain']), now.with_user(self.env.user))

    def test_tracked_changes_of_the_last_30_days(self):
        changed, old, other = (self._new_deal(self.rep_north, amount=500) for _number in range(3))
        self.env.cr.execute("UPDATE dealflow_deal SET create_date = create_date - interval '60 days'")
        self.env.flush_all()
        self.env.cr.flush()
        for deal in (changed, old):
            deal.amount = 700
        other.short_status = "hm"
        self.env.flush_all()
        self.env.cr.flush()
        domain = [('model', '=', 'dealflow.deal'), ('res_id', '=', old.id)]
        self.env['mail.message'].sudo().search(domain).date = fields.Datetime.now() - timedelta(days=31)
        self.env.flush_all()
        rule = self._new_rule(on=False, trigger='changed', domain="[('amount', '>', 100)]")
        self.assertEqual(rule._get_past() & {changed.id, old.id, other.id}, {changed.id})

    def test_past_without_dates_is_said(self):
        rule = self._new_rule(on=False, domain="[('priority', '=', '3')]")
        self.assertIsNone(rule._get_past())
        self.assertIn("is not known", rule.preview)

    def test_letters_of_the_last_30_days(self):
        deal, other = self._new_deal(self.rep_north), self._new_deal(self.rep_north)
        post = {'message_type': 'comment', 'subtype_xmlid': 'mail.mt_comment'}
        deal.message_post(body="Where are they?", author_id=self.contact.id, **post)
        other.message_post(body="On their way", partner_ids=self.contact.ids, **post)
        received = self._new_rule(on=False, trigger='received')
        sent = self._new_rule(on=False, trigger='sent')
        self.assertEqual(received._get_past() & {deal.id, other.id}, {deal.id})
        self.assertEqual(sent._get_past() & {deal.id, other.id}, {other.id})

    def test_preview_shows_what_the_person_may_see(self):
        foreign = self._new_foreigner()
        self._new_deal(self.rep_north, name="Preview")
        rule = self._new_rule(on=False, domain="[('name', '=', 'Preview')]")
        self.assertEqual(rule.fit_count, 1)
        self.assertEqual(rule.with_user(foreign).fit_count, 0)
