from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestMeetingSheet(EventCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._new_user('colleague', 'base.group_user')
        cls.attention, cls.closing = cls.env['dealflow.technique'].create(
            [
                {'name': "Number", 'code': 'test_number', 'kind': 'attention'},
                {'name': "Two variants", 'code': 'test_variants', 'kind': 'closing'},
            ]
        )

    def _new_meeting(self, **values):
        return self._new_event(self.rep_north, name="Talk about chairs", event_type_id=self.meeting_type.id, **values)

    def _new_sheet(self, meeting=None, **values):
        meeting = meeting or self._new_meeting()
        sheet = (
            self.env['dealflow.meeting.sheet']
            .with_user(self.rep_north)
            .browse(meeting.with_user(self.rep_north).action_dealflow_open_meeting_sheet()['res_id'])
        )
        sheet.write({'goal': "Two hundred chairs", **values})
        return sheet

    def assertUnreadable(self, sheet, user):
        with self.assertRefused(AccessError, "."):
            sheet.with_user(user).read(['goal'])

    # Preparation

    def test_sheet_is_made_once(self):
        meeting = self._new_meeting()
        sheet = self._new_sheet(meeting)
        self.assertEqual(meeting.action_dealflow_open_meeting_sheet()['res_id'], sheet.id)

    def test_only_meetings_have_sheets(self):
        call = self._new_event(self.rep_north)
        with self.assertRefused(ValidationError, "is not a meeting"):
            call.action_dealflow_open_meeting_sheet()

    def test_sheet_is_filled_in_from_what_is_known(self):
        """A new sheet is prefilled with the deal, its competitors and the last contact (B43, B44)."""
        deal = self._new_deal(self.rep_north, short_status="waits for the budget")
        competitor = self.env['dealflow.competitor'].create(
            {'name': "NordForm", 'strengths': "Design", 'weaknesses': "Eight weeks until delivery"}
        )
        self.env['dealflow.deal.competitor'].create({'deal_id': deal.id, 'competitor_id': competitor.id})
        self.partner.industry_id = self.env.ref('base.res_partner_industry_G')
        last = self._new_event(self.rep_north, start=self.yesterday)
        last.write({'result': "They like blue", 'next_step': "Samples"})
        sheet = (
            self.env['dealflow.meeting.sheet']
            .with_user(self.rep_north)
            .create({'event_id': self._new_meeting(deal_id=deal.id).id})
        )
        self.assertIn("waits for the budget", sheet.goal)
        self.assertIn("NordForm: Design", sheet.objections)
        self.assertIn("Eight weeks", sheet.benefits)
        self.assertIn("They like blue", sheet.attention)
        self.assertEqual(sheet.to_agree, "Samples")
        self.assertEqual(sheet.competitor_ids, competitor)
        self.assertRecordValues(
            sheet,
            [
                {
                    'name': "Talk about chairs",
                    'business_partner_id': self.partner.id,
                    'client_contact_id': self.contact.id,
                    'industry_id': self.partner.industry_id.id,
                    'event_status_id': self.planned.id,
                    'deal_id': deal.id,
                }
            ],
        )
        self.assertEqual(sheet.client_participant_ids, self.contact)
        self.assertEqual(sheet.our_participant_ids, self.rep_north.partner_id)

    def test_sheet_tells_nothing_of_a_deal_that_its_maker_may_not_read(self):
        deal = self._new_deal(self.rep_south, short_status="secret status")
        meeting = self._new_meeting()
        self.env['calendar.event'].browse(meeting.id).deal_id = deal
        sheet = self.env['dealflow.meeting.sheet'].with_user(self.rep_north).create({'event_id': meeting.id})
        self.assertFalse(sheet.goal)

    def test_statuses_of_the_meeting_stand_on_the_sheet(self):
        """The sheet lists the statuses of the meeting from before and after its creation (B46)."""
        meeting = self._new_meeting()
        sheet = self._new_sheet(meeting)
        meeting.event_status_id = self.held
        self.assertEqual(sheet.status_log_ids.status_id, self.planned | self.held)
        self.assertEqual(sheet.event_status_id, self.held)
        meeting.sudo().unlink()
        self.env.invalidate_all()
        self.assertEqual(sheet.status_log_ids.status_id, self.planned | self.held)

    # Tasks

    def test_tasks_are_given_changed_and_done_on_the_sheet(self):
        """Those who may write the sheet create, change and finish its tasks, which belong to its event (B44)."""
        sheet = self._new_sheet()
        action = sheet.with_user(self.rep_north).action_new_task()
        self.assertEqual(action['res_model'], 'mail.activity')
        self.assertEqual(action['context']['default_res_model'], 'dealflow.meeting.sheet')
        activities = self.env['mail.activity'].with_user(self.rep_north)
        with Form(activities.with_context(**action['context']), view=action['views'][0][0]) as form:
            form.summary = "Bring samples"
        task = form.record
        self.assertEqual((task.res_model, task.res_id), ('dealflow.meeting.sheet', sheet.id))
        self.assertEqual(sheet.with_user(self.rep_north).task_ids, task)
        self.assertEqual(sheet.event_id.task_ids, task)
        edit = task.with_user(self.rep_north).action_edit_dealflow_task()
        with Form(task.with_user(self.rep_north), view=edit['views'][0][0]) as form:
            form.summary = "Bring two samples"
        self.assertEqual(task.summary, "Bring two samples")
        task.with_user(self.rep_north).action_done()
        self.assertEqual(sheet.task_ids.mapped('state'), ['done'])
        with self.assertRefused(AccessError, ""):
            sheet.with_user(self.rep_south).action_new_task()

    def test_tasks_have_their_buttons_on_event_and_sheet(self):
        for model, view, new_task in (
            ('dealflow.meeting.sheet', 'dealflow.dealflow_meeting_sheet_view_form', 'action_new_task'),
            ('calendar.event', 'dealflow.calendar_event_view_form_card', 'action_dealflow_new_task'),
        ):
            arch = etree.fromstring(
                self.env[model].with_user(self.rep_north).get_view(self.env.ref(view).id, 'form')['arch']
            )
            buttons = arch.xpath("//page[@name='tasks']//button/@name")
            self.assertEqual(buttons, [new_task, 'action_edit_dealflow_task', 'action_done'], model)

    # Minutes

    def test_agreements_become_tasks(self):
        """Each agreement becomes a task: of the colleague named, or of the organizer for the client's part (B30)."""
        meeting = self._new_meeting()
        meeting.our_participant_ids |= self.rep_second.partner_id
        sheet = self._new_sheet(
            meeting,
            discussion="Much was said",
            agreement_ids=[
                Command.create(
                    {'name': "Send samples", 'partner_id': self.rep_second.partner_id.id, 'date_deadline': '2030-01-10'}
                ),
                Command.create({'name': "Send the plan", 'partner_id': self.contact.id, 'date_deadline': '2030-01-11'}),
                Command.create(
                    {
                        'name': "Check the stock",
                        'partner_id': self.colleague.partner_id.id,
                        'date_deadline': '2030-01-12',
                    }
                ),
            ],
        )
        sheet.action_finish_minutes()
        sheet.action_reopen_minutes()
        sheet.action_finish_minutes()
        self.assertEqual(sheet.state, 'minuted')
        tasks = sheet.agreement_ids.activity_id.sudo()
        self.assertRecordValues(
            tasks.sorted('date_deadline'),
            [
                {'summary': "Send samples", 'user_id': self.rep_second.id, 'res_model': 'dealflow.meeting.sheet'},
                {'summary': "Анна: Send the plan", 'user_id': self.rep_north.id, 'res_model': 'dealflow.meeting.sheet'},
                {'summary': "Check the stock", 'user_id': self.colleague.id, 'res_model': False},
            ],
        )
        self.assertEqual(tasks.dealflow_event_id, meeting)
        own = tasks.filtered(lambda task: task.user_id == self.colleague)
        self.assertEqual(own.with_user(self.colleague).summary, "Check the stock", "he reads his task")
        own.with_user(self.colleague).action_feedback()
        self.assertEqual(sheet.agreement_ids.mapped('is_done'), [False, False, True])

    def test_agreement_without_person_or_date_is_refused(self):
        sheet = self._new_sheet(agreement_ids=[Command.create({'name': "Send samples"})])
        with self.assertRefused(ValidationError, "“Send samples” needs somebody who does it and a date"):
            sheet.action_finish_minutes()
        self.assertEqual(sheet.state, 'preparation')

    def test_minutes_are_sent_after_a_look(self):
        """The email is opened with the participants and the printed minutes; nothing is sent automatically."""
        sheet = self._new_sheet(discussion="Much was said")
        mails = self.env['mail.mail'].sudo().search_count([])
        action = sheet.action_send_minutes()
        composers = self.env['mail.compose.message'].with_user(self.rep_north)
        composer = composers.with_context(**action['context']).create({})
        self.assertEqual(composer.partner_ids, self.contact)
        self.assertTrue(composer.attachment_ids)
        self.assertEqual(self.env['mail.mail'].sudo().search_count([]), mails)

    # Techniques

    def test_what_worked_is_counted_by_technique_industry_and_competitor(self):
        competitor, other = self.env['dealflow.competitor'].create([{'name': "NordForm"}, {'name': "Meblex"}])
        self.partner.industry_id = self.env.ref('base.res_partner_industry_G')
        for outcome, competitors in (('worked', competitor), ('failed', competitor | other), ('unused', other)):
            self._new_sheet(
                competitor_ids=[Command.set(competitors.ids)],
                technique_ids=[
                    Command.create({'technique_id': self.closing.id, 'outcome': outcome}),
                ],
            )
        self.env.flush_all()
        lines = self.env['dealflow.meeting.technique'].with_user(self.rep_north)
        used = [('technique_id', '=', self.closing.id), ('outcome', 'in', ('worked', 'failed'))]
        measures = ['used_count:sum', 'worked_count:sum', 'worked_share:avg']
        self.assertEqual(
            lines._read_group(used, ['technique_id', 'industry_id'], measures),
            [(self.closing, self.partner.industry_id, 2, 1, 50.0)],
        )
        self.assertCountEqual(
            lines._read_group(used, ['competitor_ids'], measures), [(other, 1, 0, 0.0), (competitor, 2, 1, 50.0)]
        )

    # Who may read

    def test_sheet_is_read_by_those_who_meet_and_those_who_lead(self):
        """Organizer, internal participants, head of the team and full access may read the sheet; nobody else."""
        meeting = self._new_meeting()
        meeting.our_participant_ids |= self.viewer.partner_id
        sheet = self._new_sheet(
            meeting,
            agreement_ids=[Command.create({'name': "Send samples"})],
            technique_ids=[Command.create({'technique_id': self.closing.id})],
        )
        for user in (self.rep_north, self.viewer, self.head_north, self.manager):
            self.assertEqual(sheet.with_user(user).goal, "Two hundred chairs")
        portal = self._new_user('portal', 'base.group_portal')
        meeting.client_participant_ids |= portal.partner_id
        for user in (self.rep_second, self.rep_south, self.seller_all, self.colleague, portal):
            for record in (sheet, sheet.agreement_ids, sheet.technique_ids):
                with self.assertRefused(AccessError, "."):
                    record.with_user(user).read(['display_name'])
        for user in (self.rep_second, self.seller_all):
            self.assertFalse(self.env['dealflow.meeting.sheet'].with_user(user).search([('goal', 'ilike', "chairs")]))
            self.assertFalse(meeting.with_user(user).meeting_sheet_ids)
            with self.assertRefused(AccessError, "is confidential. Ask its organizer"):
                meeting.with_user(user).action_dealflow_open_meeting_sheet()
        with self.assertRefused(AccessError, "not allowed to modify"):
            sheet.with_user(self.viewer).goal = "Less"

    def test_adding_oneself_to_the_event_opens_nothing(self):
        """Every employee may edit an event, so adding oneself to it does not give access to its sheet."""
        meeting = self._new_meeting()
        sheet = self._new_sheet(meeting)
        intruder = meeting.with_user(self.rep_south)
        intruder.partner_ids |= self.rep_south.partner_id
        self.assertUnreadable(sheet, self.rep_south)
        intruder.user_id = self.rep_south
        self.assertUnreadable(sheet, self.rep_south)
        self.assertEqual(sheet.user_id, self.rep_north)
        meeting.our_participant_ids |= self.rep_second.partner_id
        self.assertEqual(sheet.with_user(self.rep_second).goal, "Two hundred chairs", "invited by the organizer")
        self.assertUnreadable(sheet, self.rep_south)
        meeting.our_participant_ids -= self.rep_second.partner_id
        self.assertUnreadable(sheet, self.rep_second)

    def test_readers_are_not_written_by_hand(self):
        sheet = self._new_sheet()
        with self.assertRefused(AccessError, "“May Read” of .* cannot be set"):
            sheet.user_ids |= self.rep_south
        with self.assertRefused(AccessError, "“Organizer” of .* cannot be set"):
            sheet.with_user(self.rep_north).write({'user_id': self.rep_south.id})

    def test_strangers_make_no_sheets(self):
        """Only users who may read the sheet can create it."""
        meeting = self._new_meeting()
        sheets = self.env['dealflow.meeting.sheet'].with_user(self.rep_south)
        with self.assertRefused(AccessError, "not allowed to create|doesn't have 'create' access"):
            sheets.create({'event_id': meeting.id})
        with self.assertRefused(AccessError, "“Organizer” of .* cannot be set"):
            sheets.create({'event_id': meeting.id, 'user_id': self.rep_south.id})

    def test_sheets_of_other_companies_are_not_read(self):
        company = self.env['res.company'].create({'name': "Other"})
        sheet = self._new_sheet()
        sheet.with_env(self.env).company_id = company
        self.assertUnreadable(sheet, self.manager)

    def test_nothing_confidential_leaves_with_the_invitation(self):
        """The iCalendar file still works, and contains neither the sheet nor the result nor the next step."""
        meeting = self._new_meeting(location="Room 5")
        self._new_sheet(meeting)
        meeting.write({'result': "They would pay more", 'next_step': "Raise the price"})
        file = meeting._get_ics_file()[meeting.id].decode()
        self.assertIn("SUMMARY:Talk about chairs", file)
        self.assertIn("LOCATION:Room 5", file)
        self.assertIn("anna@example.com", file)
        for secret in ("Two hundred", "pay more", "Raise the price"):
            self.assertNotIn(secret, file)
            self.assertNotIn(secret, str(meeting.description))
            self.assertNotIn(secret, str(meeting.notes))

    # Rescheduling and deletion

    def test_sheet_survives_rescheduling_and_deletion(self):
        """The sheet follows its event, and keeps its data when the event is deleted."""
        meeting = self._new_meeting()
        sheet = self._new_sheet(meeting)
        later = self.tomorrow + timedelta(days=3)
        meeting.write({'start': later, 'stop': later + timedelta(hours=2)})
        self.assertEqual(sheet.start, later)
        meeting.name = "Talk about desks"
        meeting.unlink()
        self.env.invalidate_all()
        self.assertFalse(sheet.event_id)
        self.assertRecordValues(
            sheet,
            [
                {
                    'name': "Talk about desks",
                    'start': later,
                    'business_partner_id': self.partner.id,
                    'goal': "Two hundred chairs",
                    'user_id': self.rep_north.id,
                }
            ],
        )
        self.assertEqual(sheet.client_participant_ids, self.contact)
        self.assertUnreadable(sheet, self.rep_south)

    def _new_recurrence(self):
        meeting = self._new_meeting(recurrency=True, rrule_type='daily', end_type='count', count=4, event_tz='UTC')
        return meeting.recurrence_id.calendar_event_ids.sorted('start')

    def test_sheet_survives_a_new_time_of_all_events(self):
        """Odoo archives the events of a recurrence and creates new ones, which get the sheet, result and status log."""
        events = self._new_recurrence()
        sheet = self._new_sheet(events[2])
        task = self.env['mail.activity'].create(
            {
                'summary': "Samples",
                'user_id': self.rep_north.id,
                'dealflow_event_id': events[2].id,
                'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
            }
        )
        events[1].write({'event_status_id': self.held.id, 'result': "Agreed"})
        events[0].write(
            {
                'start': events[0].start + timedelta(hours=2),
                'stop': events[0].stop + timedelta(hours=2),
                'recurrence_update': 'all_events',
            }
        )
        present = events[0].recurrence_id.calendar_event_ids.sorted('start')
        self.assertEqual(len(present), 4)
        self.assertNotEqual(present[2], events[2])
        self.assertTrue(sheet.event_id.active)
        self.assertEqual(sheet.event_id, present[2])
        self.assertEqual(sheet.start, present[2].start)
        self.assertEqual(task.dealflow_event_id, present[2])
        self.assertEqual(present.mapped('dealflow_state'), ['current', 'done', 'current', 'current'])
        self.assertEqual(present[1].result, "Agreed")
        self.assertEqual(present[1].status_log_ids.status_id, self.planned | self.held)

    def test_sheet_survives_a_new_time_of_following_events(self):
        events = self._new_recurrence()
        sheet = self._new_sheet(events[3])
        events[2].write(
            {
                'start': events[2].start + timedelta(hours=2),
                'stop': events[2].stop + timedelta(hours=2),
                'recurrence_update': 'future_events',
            }
        )
        following = events[2].recurrence_id.calendar_event_ids.sorted('start')
        self.assertEqual(sheet.event_id, following[-1])
        self.assertTrue(sheet.event_id.active)

    def test_sheet_survives_the_deletion_of_its_recurrence(self):
        events = self._new_recurrence()
        sheet = self._new_sheet(events[2])
        with mute_logger('odoo.models.unlink'):
            events[0].action_mass_deletion('all_events')
        self.env.invalidate_all()
        self.assertFalse(sheet.event_id)
        self.assertEqual(sheet.goal, "Two hundred chairs")

    # Printed

    def test_forms_are_printed_for_the_readers_of_the_sheet_only(self):
        sheet = self._new_sheet(
            content="Chairs",
            discussion="Much was said",
            technique_ids=[Command.create({'technique_id': self.closing.id, 'plan': "Blue or grey"})],
        )
        for report, texts in (
            ('action_report_meeting_sheet_form', ("Two hundred chairs", "Blue or grey", "Анна")),
            ('action_report_meeting_sheet_summary', ("Much was said", "Talk about chairs", "Ромашка")),
        ):
            html = (
                self.env['ir.actions.report']
                .with_user(self.rep_north)
                ._render_qweb_html(f'dealflow.{report}', sheet.ids)[0]
                .decode()
            )
            for text in texts:
                self.assertIn(text, html)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env['ir.actions.report'].with_user(self.rep_south)._render_qweb_html(
                    f'dealflow.{report}', sheet.ids
                )
        summary = (
            self.env['ir.actions.report']
            .with_user(self.rep_north)
            ._render_qweb_html('dealflow.action_report_meeting_sheet_summary', sheet.ids)[0]
            .decode()
        )
        self.assertNotIn("Two hundred chairs", summary, "the preparation is not the client's to read")
