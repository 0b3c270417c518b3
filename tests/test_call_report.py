from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_telephony import NUMBER, TelephonyCommon

UNKNOWN = '+359888000000'
REPORTS = ('dealflow.call.report', 'dealflow.call.deal.report', 'dealflow.call.response.report')


@tagged('post_install', '-at_install')
class TestCallReport(TelephonyCommon):
    """Calls per person, who was reached, what was missed and called back, and what calls did for sales."""

    def _read(self, model, user, group_by, measures, domain=()):
        self.env.flush_all()
        rows = (
            self.env[model]
            .with_user(user)
            ._read_group([*domain, ('company_id', 'in', [self.env.company.id, False])], group_by, measures)
        )
        return {row[: len(group_by)]: row[len(group_by) :] for row in rows}

    def test_calls_by_person(self):
        self._tell('1', talks=[('101', 1, 4)], direction='outgoing')
        self._tell('2', after=20, direction='outgoing', result='no_answer', legs=[{'kind': 'rang', 'extension': '101'}])
        self._tell('3', after=40, talks=[('102', 0, 1)])
        self._tell('4', after=60)
        measures = ['__count', 'talk_minutes:sum', 'average_talk:avg', 'reached:avg', 'taken:avg', 'missed:sum']
        found = self._read('dealflow.call.report', self.seller_all, ['user_id'], measures)
        nobody = self.env['res.users']
        self.assertEqual(found[self.rep_north,], (1, 3, 3, 100, False, 0))
        self.assertEqual(found[self.rep_south,], (1, 1, 1, False, 100, 0))
        self.assertEqual(found[nobody,], (2, 0, False, 0, 0, 1))

    def test_reached_by_hour_and_region(self):
        region = self.env['dealflow.region'].create({'name': "Coast"})
        self.partner.region_id = region
        self.env.company.resource_calendar_id.tz = 'Europe/Sofia'
        self._tell('1', talks=[('101', 1, 4)], direction='outgoing')
        self._tell('2', after=20, direction='outgoing', result='busy')
        self._tell('3', after=120, direction='outgoing', result='no_answer')
        found = self._read('dealflow.call.report', self.seller_all, ['hour', 'region_id'], ['reached:avg'])
        self.assertEqual(found, {(12, region): (50,), (14, region): (0,)})

    def test_missed_and_called_back(self):
        self._tell('1')
        self._tell('2', after=30)
        self._tell('3', after=90, direction='outgoing', talks=[('101', 1, 2)])
        self._tell('4', number=UNKNOWN)
        measures = ['missed:sum', 'to_call_back:sum', 'waiting:sum', 'called_back:avg', 'callback_hours:avg']
        found = self._read('dealflow.call.report', self.seller_all, ['direction'], measures)
        self.assertEqual(found['incoming',], (3, 2, 1, 50, 1.5))

    def test_comments_by_person(self):
        """Each person has the open debts, the oldest of them, and the share that was commented (E59, E61)."""
        self.start = fields.Datetime.now() - timedelta(days=3, hours=1)
        first = self._tell('1', talks=[('101', 1, 4)])
        self._tell('2', after=60, talks=[('101', 1, 4)])
        self._tell('3', after=120, talks=[('101', 1, 4)], number=UNKNOWN)
        self._tell('4', after=180, talks=[('102', 1, 4)])
        first.with_user(self.rep_north).log_comment({'text': "Wants two variants"})
        measures = ['to_comment:sum', 'commented:avg', 'debts:sum', 'debt_days:max']
        everybody = self._read('dealflow.call.report', self.seller_all, ['user_id'], measures)
        self.assertEqual(everybody[self.rep_north,], (2, 50, 1, 3))
        self.assertEqual(everybody[self.rep_south,], (1, 0, 1, 2))
        team = self._read('dealflow.call.report', self.head_north, ['user_id'], measures)
        self.assertEqual(set(team), {(self.rep_north,)}, "the head of a team evaluates the own people")
        own = self._read('dealflow.call.report', self.rep_south, ['user_id'], measures)
        self.assertEqual(set(own), {(self.rep_south,)})

    def test_nobody_evaluates_more_than_they_may_read(self):
        self._tell('1', talks=[('101', 1, 4)], number=UNKNOWN)
        self._tell('2', after=20, number=UNKNOWN, legs=[{'kind': 'rang', 'extension': '101'}])
        self._tell('3', after=40)
        calls = self.env['dealflow.call']
        for user in (self.rep_north, self.rep_south, self.head_north, self.seller_all, self.viewer, self.manager):
            rows = self._read('dealflow.call.report', user, ['call_id'], [])
            readable = calls.with_user(user).search([])
            self.assertFalse(calls.union(*(call for [call] in rows)) - readable, user.login)
        self.assertEqual(len(self._read('dealflow.call.report', self.viewer, ['call_id'], [])), 1)
        outsider = self._new_user('outsider', 'base.group_user')
        for model in REPORTS:
            with self.assertRaises(AccessError):
                self._read(model, outsider, ['user_id'], [])

    # Sales

    def _win(self, opened, closed, **values):
        return self._import_deal(opened_on=opened, closed_on=closed, stage_id=self.stage_signed.id, **values)

    def test_calls_of_a_won_deal(self):
        deal = self._win('2024-03-04', '2024-03-05', user_id=self.rep_north.id)
        early = self._win('2024-01-01', '2024-01-02', user_id=self.rep_north.id)
        self._tell('0', after=-24 * 60, talks=[('101', 1, 4)])
        self._tell('1', talks=[('101', 1, 4)])
        self._tell('2', after=20, direction='outgoing', result='busy')
        self._tell('3', after=24 * 60, talks=[('101', 1, 2)])
        self._tell('4', after=3 * 24 * 60, talks=[('101', 1, 2)])
        other = self._new_deal(user_id=self.rep_north.id)
        elsewhere = self._tell('5', after=30, talks=[('101', 1, 4)]).with_user(self.rep_north)
        elsewhere.log_comment({'text': "About the other deal", 'deal_id': other.id})
        measures = ['calls:avg', 'talks:avg', 'talk_minutes:avg']
        found = self._read('dealflow.call.deal.report', self.rep_north, ['deal_id'], measures)
        self.assertEqual(found, {(deal,): (3, 2, 4)})
        self.assertNotIn((early,), found, "there was no register")
        self.assertEqual(self._read('dealflow.call.deal.report', self.rep_south, ['deal_id'], measures), {})
        self.stage_signed.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertEqual(self._read('dealflow.call.deal.report', self.rep_north, ['deal_id'], measures), {})

    def test_time_from_a_request_to_the_first_call(self):
        self.start = datetime(2024, 3, 4, 10)
        self._tell('0', number=UNKNOWN)
        with freeze_time('2024-03-04 11:00:00'):
            known = self._new_lead(partner_id=self.partner.id, user_id=self.rep_north.id)
            stranger = self._new_lead(
                phone='0888 111 111', country_id=self.env.ref('base.bg').id, user_id=self.rep_north.id
            )
            silent = self._new_lead(phone='0888 222 222', user_id=self.rep_north.id)
            during = self._new_lead(partner_id=self.other_partner.id, user_id=self.rep_north.id)
        self.other_partner.phone = '+359888333333'
        leads = known + stranger + silent + during
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2024-03-04 11:00:00' WHERE id IN %s", [leads._ids])
        self._tell('1', after=30, talks=[('101', 1, 4)])
        self._tell('2', after=120, direction='outgoing', result='no_answer')
        self._tell('3', after=240, direction='outgoing', talks=[('101', 1, 4)])
        self._tell('4', after=90, direction='outgoing', result='busy', number='+359888111111')
        self._tell('5', after=45, talks=[('101', 0, 5)], number='+359888333333')
        self._tell('6', after=60, number='+359888222222')
        measures = ['call_hours:avg', 'talk_hours:avg', 'called:avg']
        report = 'dealflow.call.response.report'
        found = self._read(report, self.rep_north, ['lead_id'], measures, [('lead_id', 'in', leads.ids)])
        self.assertEqual(
            found,
            {
                (known,): (1, 3, 100),
                (stranger,): (0.5, False, 100),
                (silent,): (False, False, 0),
                (during,): (0, 0, 100),
            },
        )
        self.assertEqual(self._read(report, self.rep_south, ['lead_id'], [], [('lead_id', 'in', leads.ids)]), {})

    def test_reports_open_for_everybody_who_sees_telephony(self):
        self._tell('1', talks=[('101', 1, 4)])
        for user in (self.viewer, self.rep_north, self.head_north, self.manager):
            for model in REPORTS:
                records = self.env[model].with_user(user)
                for view in ('pivot', 'graph', 'list', 'search'):
                    self.assertIn(f'<{view}', records.get_view(view_type=view)['arch'])
                self.assertLessEqual(len(records.search_read([], limit=5)), 5)


@tagged('post_install', '-at_install')
class TestCallRequirement(TelephonyCommon):
    """A stage may ask that somebody has talked with the client by phone (E65)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requirement = cls.env['dealflow.stage.requirement'].create(
            {'stage_id': cls.stage_offer.id, 'kind': 'client_talked', 'min_talk_seconds': 60, 'max_age_days': 7}
        )
        cls.deal = cls._new_deal(cls.rep_north, user_id=cls.rep_north.id)
        cls.start = fields.Datetime.now() - timedelta(days=2)

    def _move(self):
        self.deal.with_user(self.rep_north).action_move_stage(
            self.stage_offer.id, "They agreed to go on", "Waits for the board"
        )

    def _assert_refused(self):
        words = "talked with the client by phone for 60 seconds, not longer ago than, in days: 7"
        with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            self._move()

    def test_talk_of_the_last_days_meets_it(self):
        self._assert_refused()
        self._tell('missed')
        self._assert_refused()
        self._tell('short', talks=[('102', 1, 1.5)], result='answered')
        self._assert_refused()
        self._tell('other', talks=[('102', 1, 3)], number=UNKNOWN)
        self._assert_refused()
        self._tell('old', after=-8 * 24 * 60, talks=[('102', 1, 3)])
        self._assert_refused()
        item = self.deal.with_user(self.rep_north).stage_checklist[0]['items'][0]
        self.assertEqual((item['is_done'], item['action']['res_model']), (False, 'dealflow.call'))
        self._tell('good', talks=[('102', 1, 2)])
        self._move()
        self.assertEqual(self.deal.stage_id, self.stage_offer)

    def test_moves_of_the_past(self):
        """A move counts as proven from the end of the talk on, and as long as the talk is young enough."""
        self.requirement.is_enforced = False
        self._tell('good', talks=[('102', 1, 2)])
        ended_on = self.env['dealflow.call'].search([], order='id desc', limit=1).ended_on
        self._move()
        self.env.flush_all()
        row = self.deal.sudo().log_ids.filtered(lambda row: row.stage_to_id == self.stage_offer)
        for shift, verdict in ((-3600, 'stopped'), (60, 'met'), (9 * 86400, 'stopped')):
            self.env.cr.execute(
                "UPDATE dealflow_deal_log SET date = %s WHERE id = %s", [ended_on + timedelta(seconds=shift), row.id]
            )
            self.env.invalidate_all()
            [move] = self.requirement._get_past_moves()
            self.assertEqual(move['verdict'], verdict)

    def test_number_that_is_bound_meets_it(self):
        self._tell('other', talks=[('102', 1, 3)], number=UNKNOWN)
        self.env['dealflow.call'].with_user(self.rep_north).bind_number(UNKNOWN, self.contact.id)
        self._move()
        self.assertEqual(self.deal.stage_id, self.stage_offer)

    def test_deal_is_marked_again_when_somebody_has_talked(self):
        self._tell('good', talks=[('102', 1, 2)])
        self._move()
        with freeze_time(fields.Datetime.now() + timedelta(days=9)):
            self.deal._refresh_requirements()
            self.assertFalse(self.deal.meets_requirements)
            self.start = fields.Datetime.now() - timedelta(hours=1)
            now = fields.Datetime.to_string(fields.Datetime.now()).replace(' ', 'T') + 'Z'
            with self._at(fields.Datetime.now()):
                self._tell('again', talks=[('102', 1, 2)], sent=now)
            self.assertTrue(self.deal.meets_requirements)

    def _at(self, moment):
        """The moment of the transaction, by which the times of calls are judged, is not frozen."""
        return patch.object(type(self.env.cr), 'now', lambda _cursor: moment)

    def test_kind_is_offered_with_telephony_only(self):
        def get_kinds():
            field = self.env['dealflow.stage.requirement'].with_user(self.manager).fields_get(['kind'])['kind']
            return [kind for kind, _label in field['selection']]

        self.assertIn('client_talked', get_kinds())
        self.env['dealflow.telephony.provider'].search([]).active = False
        self.assertIn('client_talked', get_kinds(), "what is used stays readable")
        self.env['dealflow.stage.requirement'].search([('kind', '=', 'client_talked')]).unlink()
        self.assertNotIn('client_talked', get_kinds())

    def test_seconds_are_not_negative(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation):
            self.requirement.min_talk_seconds = -1
            self.env.flush_all()

    def test_calls_of_another_company_do_not_count(self):
        other = self.env['res.company'].create({'name': "Elsewhere", 'country_id': self.env.ref('base.bg').id})
        self.provider = self.provider.create(
            {
                'name': "Other PBX",
                'company_id': other.id,
                'country_id': self.env.ref('base.bg').id,
                'extension_ids': [Command.create({'number': '102', 'user_id': self.rep_south.id})],
            }
        )
        call = self._tell('elsewhere', talks=[('102', 1, 3)], number=NUMBER)
        self.assertEqual(call.partner_id, self.contact)
        self._assert_refused()
