from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEventRegister(EventCommon):
    """Where events are shown: on forms, in the list, in schedules, in the history, in the user's day."""

    # Forms and lists

    def test_cards_count_their_events(self):
        """Contact, partner, legal entity, opportunity and deal show their events (X40, B38)."""
        entity = self._new_partner("OOO Romashka", counterparty_role='entity')
        self._link(self.partner, entity)
        lead = self._new_lead(partner_id=self.contact.id, user_id=self.rep_north.id)
        deal = self._new_deal(self.rep_north)
        self._new_event(self.rep_north, deal_id=deal.id, opportunity_id=lead.id, legal_entity_id=entity.id)
        self._new_event(self.rep_north)
        self._new_event(self.rep_north, event_type_id=False, client_contact_id=False, partner_ids=self.contact.ids)
        for document, count in (
            (self.partner, 2),
            (self.contact, 2),
            (entity, 1),
            (lead, 1),
            (deal, 1),
            (self.other_partner, 0),
        ):
            document = document.with_user(self.viewer)
            self.assertEqual(document.client_event_count, count)
            action = document.action_dealflow_view_client_events()
            self.assertEqual(self.env['calendar.event'].search_count(action['domain']), count)

    def test_event_is_added_from_one_card(self):
        deal = self._new_deal(contact_ids=self.contact.ids)
        context = deal.with_user(self.rep_north).action_dealflow_new_event()['context']
        self.assertEqual(context['default_deal_id'], deal.id)
        self.assertEqual(context['default_client_contact_id'], self.contact.id)
        self.assertEqual(context['default_business_partner_id'], self.partner.id)
        self.assertEqual(
            self.contact.action_dealflow_new_event()['context']['default_business_partner_id'], self.partner.id
        )

    def test_events_are_added_from_a_list(self):
        """One action creates the same event for all selected rows of a list (X41)."""
        partners = self.partner | self.other_partner
        action = partners.with_user(self.rep_north).action_dealflow_new_event()
        self.assertEqual(action['res_model'], 'dealflow.event.plan')
        wizards = self.env['dealflow.event.plan'].with_user(self.rep_north).with_context(**action['context'])
        with Form(wizards) as dialog:
            self.assertEqual(dialog.document_count, 2)
            dialog.event_type_id = self.call_type
            dialog.name = "New prices"
            dialog.start = self.tomorrow
            dialog.user_id = self.rep_second
        dialog.record.action_apply()
        events = self.env['calendar.event'].search([('name', '=', "New prices")])
        self.assertEqual(events.business_partner_id, partners)
        self.assertEqual(events.user_id, self.rep_second)
        self.assertEqual(events.partner_ids, self.rep_second.partner_id)

    # Schedules

    def test_schedule_shows_whose_work_one_may_see(self):
        """Users see their own schedule, and those of others as far as their rights on deals go (P35, P39)."""
        own = self._new_event(self.rep_north)
        colleague = self._new_event(self.rep_second)
        south = self._new_event(self.rep_south)
        for user, shown in (
            (self.rep_north, own),
            (self.head_north, own | colleague),
            (self.seller_all, own | colleague | south),
            (self.viewer, own | colleague | south),
        ):
            domain = self.env['calendar.event'].with_user(user).action_dealflow_view_schedule()['domain']
            self.assertEqual(self.env['calendar.event'].search(domain) & (own | colleague | south), shown)
        domain = self.env['calendar.event'].with_user(self.rep_north).action_dealflow_view_my_schedule()['domain']
        self.assertEqual(self.env['calendar.event'].search(domain) & (own | colleague | south), own)

    def test_schedule_leaves_out_types_that_are_not_shown_in_it(self):
        self.call_type.in_calendar = False
        call = self._new_event(self.rep_north)
        for action in (
            self.env['calendar.event'].with_user(self.rep_north).action_dealflow_view_my_schedule(),
            self.env['calendar.event'].with_user(self.rep_north).action_dealflow_view_schedule(),
        ):
            self.assertNotIn(call, self.env['calendar.event'].search(action['domain']))

    # My day

    def test_day_shows_current_above_and_overdue_below(self):
        """Events planned for today are shown first, overdue ones below (P22, P23, C06, C07)."""
        now = fields.Datetime.now().replace(microsecond=0)
        later = self._new_event(self.rep_north, start=now, stop=now + timedelta(minutes=1), crm_priority='2')
        overdue = self._new_event(
            self.seller_all,
            user_id=self.rep_north.id,
            start=self.yesterday,
            client_contact_id=False,
            business_partner_id=self.other_partner.id,
        )
        self._new_event(self.rep_north, start=self.yesterday, event_status_id=self.done.id)
        near = self._new_event(self.rep_north, start=now + timedelta(days=3))
        self._new_event(self.rep_north, start=now + timedelta(days=9))
        self._new_event(self.rep_second, start=now)
        day = self.env['calendar.event'].with_user(self.rep_north).dealflow_get_my_day()
        self.assertEqual([section['state'] for section in day['sections']], ['current', 'coming', 'overdue'])
        self.assertEqual([section['count'] for section in day['sections']], [1, 1, 1])
        self.assertEqual([section['rows'][0]['id'] for section in day['sections']], [later.id, near.id, overdue.id])
        self.assertEqual([section['rows'][0]['set_by'] for section in day['sections']], ['', '', self.seller_all.name])
        self.assertEqual(day['sections'][0]['rows'][0]['client'], self.partner.display_name)
        self.assertEqual(day['client_count'], 2)
        self.call_type.on_start_page = False
        day = self.env['calendar.event'].with_user(self.rep_north).dealflow_get_my_day()
        self.assertEqual([section['count'] for section in day['sections']], [0, 0, 0])

    @freeze_time('2026-06-10 09:00:00')
    def test_day_shows_what_a_superior_has_set(self):
        """My day lists near activities set by the user or a superior, with or without a document, by date (P22)."""
        deal = self._new_deal(self.rep_north)
        on_deal = {'res_model_id': self.env['ir.model']._get_id('dealflow.deal'), 'res_id': deal.id}
        for name, user, day, document in (
            ("Own", self.rep_north, '2026-06-10', {}),
            ("Late", self.rep_north, '2026-06-09', on_deal),
            ("Far", self.rep_north, '2026-06-18', {}),
            ("Near", self.head_north, '2026-06-17', on_deal),
            ("Asked", self.head_north, '2026-06-10', on_deal),
        ):
            self.env['mail.activity'].with_user(user).create(
                {
                    'summary': name,
                    'user_id': self.rep_north.id,
                    'date_deadline': day,
                    'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
                    **document,
                }
            )
        self._new_event(
            self.rep_north, start=datetime(2026, 6, 11, 10), opportunity_id=self._new_lead(self.rep_north).id
        )
        self.env.invalidate_all()
        day = self.env['calendar.event'].with_user(self.rep_north).dealflow_get_my_day()
        self.assertEqual(
            {
                section['state']: [
                    (row['name'], row['client'], row['set_by'])
                    for row in section['rows']
                    if row['model'] == 'mail.activity'
                ]
                for section in day['sections']
            },
            {
                'current': [("Own", '', ''), ("Asked", "Chairs", self.head_north.name)],
                'coming': [("Near", "Chairs", self.head_north.name)],
                'overdue': [("Late", "Chairs", '')],
            },
        )
        # Odoo's own activity of an event is not listed in addition to the event.
        self.assertEqual(sum(section['count'] for section in day['sections']), 5)

    # History

    def test_history_shows_an_event_once_and_with_its_type(self):
        """A planned call is in the history of its client, though the client is no attendee (B27, B37)."""
        self._new_event(self.rep_north)
        self._new_event(self.rep_north, event_type_id=self.meeting_type.id, name="Talk")
        for partner in (self.partner, self.contact):
            self.env.flush_all()
            history = (
                self.env['dealflow.history']
                .with_user(self.rep_north)
                .search([*partner.action_dealflow_view_history()['domain'], ('kind', '=', 'event')])
            )
            self.assertEqual(
                sorted(history.mapped('summary')),
                ["Test call: Ask about the chairs. Planned", "Test meeting: Talk. Planned"],
            )
            self.assertEqual(len(set(history.ids)), 2)

    def test_history_hides_the_name_of_private_events(self):
        """An event is private by itself, or because its organizer has a private calendar."""
        self.rep_second.res_users_settings_id.calendar_default_privacy = 'private'
        self._new_event(self.rep_north, name="Secret one", privacy='private')
        self._new_event(self.rep_second, name="Secret two")
        self.env.flush_all()
        history = (
            self.env['dealflow.history']
            .with_user(self.rep_south)
            .search([*self.partner.action_dealflow_view_history()['domain'], ('kind', '=', 'event')])
        )
        self.assertEqual(history.mapped('summary'), ["Test call. Planned", "Test call. Planned"])

    # Requirements

    def test_finished_event_meets_a_requirement(self):
        """A stage may require an event that has taken place; a cancelled one does not count (B17)."""
        requirement = self.env['dealflow.stage.requirement'].create(
            {
                'stage_id': self.stage_offer.id,
                'kind': 'event_done',
                'event_type_id': self.call_type.id,
                'max_age_days': 7,
            }
        )
        self.assertIn("Test call", requirement.description)
        deal = self._new_deal(self.rep_north)
        call = self._new_event(self.rep_north, deal_id=deal.id)
        for status, is_missing in ((self.planned, True), (self.no_answer, True), (self.done, False)):
            call.event_status_id = status
            self.assertEqual(bool(requirement._get_missing(deal)), is_missing)
        call.start -= timedelta(days=30)
        self.assertTrue(requirement._get_missing(deal))
        with self.assertRefused(ValidationError, "needs a type of activity or event"):
            requirement.event_type_id = False

    def test_requirements_are_checked_when_the_event_ends(self):
        self.env['dealflow.stage.requirement'].create(
            {'stage_id': self.stage_talk.id, 'kind': 'event_done', 'event_type_id': self.call_type.id}
        )
        deal = self._new_deal(self.rep_north, co_executor_ids=self.rep_second.ids)
        deal.sudo()._refresh_requirements()
        self.assertFalse(deal.meets_requirements)
        call = self._new_event(self.rep_second, deal_id=deal.id)
        call.event_status_id = self.done
        self.assertTrue(deal.meets_requirements)

    # Forgotten clients

    def _get_reminders(self):
        return self.env['mail.activity'].search(
            [
                ('activity_type_id', '=', self.env.ref('dealflow.mail_activity_type_next_event').id),
                ('user_id', 'in', (self.rep_north | self.rep_second).ids),
            ]
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_deal_remind_forgotten').method_direct_trigger()

    def test_forgotten_clients_are_found_and_reminded_of_once(self):
        """Open deals without a next event are in a list and get one activity for each client at night (B04)."""
        first = self._new_deal(self.rep_north)
        second = self._new_deal(self.rep_north)
        colleague = self._new_deal(self.rep_second)
        lost = self._new_deal(self.rep_north, business_partner_id=self.other_partner.id)
        lost.action_lose(self.reason.id, "Too dear")
        self.assertTrue(self.partner.dealflow_is_forgotten)
        self.assertFalse(self.other_partner.dealflow_is_forgotten)
        self._run_cron()
        self._run_cron()
        reminders = self._get_reminders()
        self.assertEqual(
            {(reminder.res_id, reminder.user_id) for reminder in reminders},
            {(second.id, self.rep_north), (colleague.id, self.rep_second)},
            "one for each client and person",
        )
        self.assertIn("Ромашка", reminders[0].summary)
        self.assertNotIn(first.id, reminders.mapped('res_id'))
        call = self._new_event(self.rep_north)
        self.assertFalse(self.partner.dealflow_is_forgotten)
        self._run_cron()
        self.assertFalse(self._get_reminders())
        call.event_status_id = self.no_answer
        self.assertTrue(self.partner.dealflow_is_forgotten)

    def test_list_of_forgotten_clients_follows_the_rights_on_deals(self):
        self._new_deal(self.rep_north)
        domain = [('dealflow_is_forgotten', '=', True), ('id', '=', self.partner.id)]
        self.assertTrue(self.env['res.partner'].with_user(self.rep_north).search(domain))
        self.assertFalse(self.env['res.partner'].with_user(self.rep_south).search(domain))

    def test_reminder_can_be_switched_off(self):
        self.env['res.company'].search([]).dealflow_event_remind = False
        self._new_deal(self.rep_north)
        self._run_cron()
        self.assertFalse(self._get_reminders())

    # Speed

    def test_queries_do_not_grow_with_the_events(self):
        """The calendar week and the list need as many queries for 50 events as for 5."""

        def count_queries(number):
            for user in [self.rep_north, self.rep_second] * number:
                self._new_event(user_id=user.id)
            counts = []
            for view_type, view in (
                ('list', 'calendar_event_view_list_register'),
                ('calendar', 'calendar_event_view_calendar_schedule'),
            ):
                events = self.env['calendar.event'].with_user(self.seller_all)
                specification = self._get_specification(events, view_type, view)
                domain = [
                    ('start', '>=', self.tomorrow - timedelta(hours=1)),
                    ('event_type_id', '=', self.call_type.id),
                ]
                counts.append(
                    self._count_queries(
                        lambda events=events, domain=domain, specification=specification: events.web_search_read(
                            domain, specification, limit=200
                        )
                    )
                )
            return counts

        count_queries(1)
        few, many = count_queries(2), count_queries(25)
        self.assertEqual(many, few)

    def _get_specification(self, model, view_type, view):
        views = model.get_views([(self.env.ref(f'dealflow.{view}').id, view_type)])
        names = (
            views['models']['calendar.event']['fields']
            if view_type == 'list'
            else [
                'display_name',
                'start',
                'stop',
                'duration',
                'allday',
                'dealflow_event_color',
                'event_type_id',
                'event_status_id',
                'dealflow_state',
                'business_partner_id',
                'client_contact_id',
                'dealflow_client_phone',
                'user_id',
                'location',
                'result',
            ]
        )
        many2one = {'fields': {'display_name': {}}}
        return {
            name: many2one if model._fields[name].type == 'many2one' else {} for name in names if name in model._fields
        }
