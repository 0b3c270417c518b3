from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEvent(EventCommon):
    # Subject

    def test_event_without_a_subject_gets_a_plain_one(self):
        """An event without a subject is named after its type and its client: from a form, over RPC and when emptied."""
        of_client = {'business_partner_id': self.partner.id}
        subject = f"Test call: {self.partner.name}"
        events = self.env['calendar.event'].with_user(self.rep_north)
        for name in (False, '', '  '):
            event = self._new_event(self.rep_north, name=name, **of_client)
            self.assertEqual(event.name, subject)
        values = {'start': self.tomorrow, 'stop': self.tomorrow, 'event_type_id': self.call_type.id}
        self.assertEqual(events.create(values).name, "Test call")
        self.assertEqual(events.with_context(default_name="Mine").create(values).name, "Mine")
        lead = self._new_lead(user_id=self.rep_north.id, name="Forty chairs")
        self.assertEqual(events.create({**values, 'opportunity_id': lead.id}).name, "Test call: Forty chairs")
        event.name = "About the offer"
        event.write({'name': '', 'event_type_id': self.meeting_type.id})
        self.assertEqual(event.name, f"Test meeting: {self.partner.name}")

    def test_subject_is_proposed_on_the_card_of_a_client(self):
        action = self.partner.with_user(self.rep_north).action_dealflow_new_event()
        planned_type = self.env['dealflow.event.type']._get_planned_type()
        events = self.env['calendar.event'].with_user(self.rep_north).with_context(**action['context'])
        dialog = Form(events, view='dealflow.calendar_event_view_form_new')
        self.assertEqual(dialog.name, f"{planned_type.name}: {self.partner.name}")
        dialog.event_type_id = self.meeting_type
        self.assertEqual(dialog.name, f"Test meeting: {self.partner.name}")
        dialog.name = False
        self.assertEqual(dialog.save().name, f"Test meeting: {self.partner.name}")
        dialog = Form(events, view='dealflow.calendar_event_view_form_new')
        dialog.name = "About the offer"
        dialog.event_type_id = self.meeting_type
        self.assertEqual(dialog.save().name, "About the offer")

    def test_copy_of_who_does_not_work_here_is_a_plain_event(self):
        """Users without Dealflow may duplicate an event in Odoo's calendar; the copy has none of our fields."""
        event = self._new_event(self.rep_north, privacy='public', business_partner_id=self.partner.id)
        self.env.flush_all()
        copy = event.with_user(self._new_user('bookkeeper', 'account.group_account_invoice')).copy()
        self.assertEqual(copy.name, event.name)
        self.assertFalse(copy.sudo().event_type_id or copy.sudo().business_partner_id)
        copy = event.with_user(self.rep_north).copy()
        self.assertEqual((copy.event_type_id, copy.business_partner_id), (self.call_type, self.partner))

    # Types and statuses

    def test_new_event_has_the_status_of_its_type(self):
        """A new event has the initial status of its type, or else the type's first status (B16, B55)."""
        call = self._new_event(self.rep_north)
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        self.assertEqual(call.event_status_id, self.planned)
        self.assertEqual(meeting.event_status_id, self.planned)
        self.assertEqual(call.crm_priority, '1')

    def test_status_of_another_type_is_refused(self):
        """Each type has its own statuses, and others are refused (B17)."""
        call = self._new_event(self.rep_north)
        with self.assertRefused(ValidationError, "Held.*none of the type “Test call”"):
            call.event_status_id = self.held
        with self.assertRefused(ValidationError, "Held"):
            self._new_event(self.rep_north, event_status_id=self.held.id)
        call.event_status_id = self.no_answer
        call.event_type_id = self.meeting_type
        self.assertEqual(call.event_status_id, self.planned)

    def test_status_in_use_stays_with_its_type(self):
        """A status in use can neither be removed from its type nor moved to another one; it is archived instead."""
        self._new_event(self.rep_north, event_status_id=self.no_answer.id)
        message = "“Test call” have the status “No answer”"
        with self.assertRefused(ValidationError, message):
            self.call_type.with_user(self.manager).status_ids = self.planned + self.done
        with self.assertRefused(ValidationError, message):
            self.no_answer.with_user(self.manager).type_ids = self.meeting_type
        self.no_answer.with_user(self.manager).active = False
        self.call_type.with_user(self.manager).prompt = "What did they say?"

    def test_default_status_belongs_to_the_type(self):
        with self.assertRefused(ValidationError, "cannot get the status “Held”"):
            self.call_type.default_status_id = self.held

    def test_done_is_finished(self):
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.done.write({'is_closed': False, 'is_done': True})

    def test_registers_are_kept_by_managers(self):
        """Only full access may edit types, statuses and categories (B55, B58, P62, P65)."""
        for model, values in (
            ('dealflow.event.type', {'name': "Fair", 'code': 'test_fair'}),
            ('dealflow.event.status', {'name': "Late", 'code': 'test_late'}),
            ('dealflow.event.category', {'name': "Care"}),
        ):
            record = self.env[model].with_user(self.manager).create(values)
            for user in (self.seller_all, self.viewer):
                self.assertEqual(record.with_user(user).name, values['name'])
                with self.assertRefused(AccessError, "not allowed to create"):
                    self.env[model].with_user(user).create({**values, 'name': "Other"})
                with self.assertRefused(AccessError, "not allowed to modify"):
                    record.with_user(user).name = "Other"

    def test_inactive_type_is_not_offered(self):
        """A type is archived, not deleted, and then not offered (P64)."""
        self._new_event(self.rep_north)
        self.call_type.active = False
        self.assertNotIn(self.call_type, self.env['dealflow.event.type'].search([]))
        with self.assertRefused(UserError, "Archive it instead"):
            self.call_type.unlink()

    # The client

    def test_contact_brings_its_client(self):
        call = self._new_event(self.rep_north)
        self.assertEqual(call.business_partner_id, self.partner)

    def test_deal_brings_client_and_legal_entity(self):
        deal = self._new_deal(self.rep_north)
        call = self._new_event(self.rep_north, deal_id=deal.id, client_contact_id=False)
        self.assertRecordValues(
            call,
            [
                {
                    'business_partner_id': self.partner.id,
                    'legal_entity_id': deal.legal_entity_id.id,
                }
            ],
        )

    def test_opportunity_brings_client_and_contact(self):
        """An event may belong to an opportunity before there is a deal (E16, P34)."""
        lead = self._new_lead(self.rep_north, partner_id=self.contact.id)
        call = self._new_event(self.rep_north, opportunity_id=lead.id, client_contact_id=False)
        self.assertRecordValues(
            call,
            [
                {
                    'business_partner_id': self.partner.id,
                    'client_contact_id': self.contact.id,
                }
            ],
        )

    def test_deal_of_another_client_is_refused(self):
        deal = self._new_deal(self.rep_north, business_partner_id=self.other_partner.id)
        with self.assertRefused(ValidationError, "belongs to Acme"):
            self._new_event(self.rep_north, deal_id=deal.id, business_partner_id=self.partner.id)

    def test_client_cannot_be_changed(self):
        """Everything but the client can be changed later, also without the form (P30)."""
        call = self._new_event(self.rep_north)
        call.write({'name': "Ask again", 'business_partner_id': self.partner.id})
        for client in (self.other_partner, self.env['res.partner']):
            with self.assertRefused(UserError, "belongs to Ромашка, which cannot be changed"):
                call.business_partner_id = client
        with self.assertRefused(UserError, "cannot be changed"):
            call.with_user(self.manager).sudo().write({'event_type_id': False, 'business_partner_id': False})
        self.call_type.client_can_change = True
        call.write({'business_partner_id': self.other_partner.id, 'client_contact_id': False})
        self.assertEqual(call.business_partner_id, self.other_partner)

    def test_client_can_be_added_later(self):
        call = self._new_event(self.rep_north, client_contact_id=False)
        self.assertFalse(call.business_partner_id)
        call.business_partner_id = self.partner
        self.assertEqual(call.business_partner_id, self.partner)

    # Invitations

    def test_planned_call_never_mails_the_client(self):
        """A call never sends mail to the client, whoever adds the client and whatever changes."""
        call = self._new_event(self.rep_north)
        self.assertEqual(call.partner_ids, self.rep_north.partner_id)
        call.partner_ids |= self.contact
        self.assertEqual(call.partner_ids, self.rep_north.partner_id)
        self.assertEqual(call.client_participant_ids, self.contact)
        call.start += timedelta(hours=2)
        other = self._new_event(self.rep_north, partner_ids=[(6, 0, self.contact.ids)])
        attendee = self.env['calendar.attendee'].create({'event_id': call.id, 'partner_id': self.contact.id})
        attendee._send_invitation_emails()
        self.assertNotIn(self.contact, self._get_notified_partners(call | other))
        self.assertEqual(other.partner_ids, self.rep_north.partner_id)
        self.assertEqual(other.client_participant_ids, self.contact)

    def test_call_planned_from_the_card_of_a_partner_mails_nobody(self):
        """Odoo would invite the partner from whose form the event was created."""
        call = (
            self.env['calendar.event']
            .with_user(self.rep_north)
            .with_context(
                active_model='res.partner',
                active_id=self.contact.id,
            )
            .create(
                {
                    'name': "Call",
                    'event_type_id': self.call_type.id,
                    'client_contact_id': self.contact.id,
                    'start': self.tomorrow,
                    'stop': self.tomorrow + timedelta(hours=1),
                }
            )
        )
        self.assertEqual(call.partner_ids, self.rep_north.partner_id)
        self.assertFalse(self.contact.activity_ids)
        self.assertNotIn(self.contact, self._get_notified_partners(call))

    def test_meeting_invites_the_client(self):
        """A type may be set to invite the client."""
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        self.assertEqual(meeting.partner_ids, self.rep_north.partner_id | self.contact)
        self.assertIn(self.contact, self._get_notified_partners(meeting))

    def test_participants_stand_in_two_tables(self):
        """Participants of the company and of the client are listed separately (P33)."""
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        meeting.our_participant_ids |= self.rep_second.partner_id
        boris = self._new_contact("Boris", self.partner)
        meeting.client_participant_ids |= boris
        self.assertEqual(meeting.our_participant_ids, (self.rep_north + self.rep_second).partner_id)
        self.assertEqual(meeting.client_participant_ids, self.contact | boris)
        self.assertEqual(meeting.attendee_ids.partner_id, meeting.partner_ids)
        self.assertIn(boris, meeting.partner_ids)
        meeting.client_participant_ids -= boris
        self.assertNotIn(boris, meeting.partner_ids)

    def test_retyped_event_takes_the_invitation_back(self):
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        meeting.event_type_id = self.call_type
        self.assertEqual(meeting.partner_ids, self.rep_north.partner_id)
        self.assertEqual(meeting.client_participant_ids, self.contact)

    def test_event_given_to_a_colleague_stands_in_his_calendar(self):
        """The responsible user takes part in the event (P22, P26)."""
        call = self._new_event(self.rep_north, user_id=self.rep_second.id)
        self.assertEqual(call.partner_ids, self.rep_second.partner_id)
        call.user_id = self.rep_south
        self.assertIn(self.rep_south.partner_id, call.partner_ids)

    # State

    def test_state_follows_time_and_status(self):
        """The state follows from time and status: planned, overdue, done or cancelled (P24)."""
        planned = self._new_event(self.rep_north)
        overdue = self._new_event(self.rep_north, start=self.yesterday)
        done = self._new_event(self.rep_north, start=self.yesterday, event_status_id=self.done.id)
        cancelled = self._new_event(self.rep_north, start=self.yesterday, event_status_id=self.no_answer.id)
        plain = self._new_event(self.rep_north, event_type_id=False, client_contact_id=False)
        events = planned | overdue | done | cancelled | plain
        by_state = {'current': planned, 'overdue': overdue, 'done': done, 'cancelled': cancelled, False: plain}
        for state, event in by_state.items():
            self.assertEqual(event.dealflow_state, state)
            self.assertEqual(events.search([('id', 'in', events.ids), ('dealflow_state', '=', state)]), event)
        self.assertEqual(
            dict(events._read_group([('id', 'in', events.ids)], ['dealflow_state'], ['__count'])),
            dict.fromkeys(by_state, 1),
        )

    def test_statuses_are_kept(self):
        """Every status is logged, and nobody can change the log (B46)."""
        call = self._new_event(self.rep_north)
        call.with_user(self.rep_second).event_status_id = self.no_answer
        self.assertRecordValues(
            call.status_log_ids.sorted('id'),
            [
                {'status_id': self.planned.id, 'user_id': self.rep_north.id},
                {'status_id': self.no_answer.id, 'user_id': self.rep_second.id},
            ],
        )
        for operation in (
            lambda: call.status_log_ids.with_user(self.manager).write({'status_id': self.done.id}),
            lambda: call.status_log_ids.with_user(self.manager).unlink(),
            lambda: (
                self.env['dealflow.event.status.log']
                .with_user(self.manager)
                .create({'event_id': call.id, 'status_id': self.done.id})
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                operation()

    def test_finished_event_finishes_the_activity_of_odoo(self):
        lead = self._new_lead(self.rep_north)
        call = (
            self.env['calendar.event']
            .with_user(self.rep_north)
            .with_context(default_opportunity_id=lead.id)
            .create(
                {
                    'name': "Call",
                    'event_type_id': self.call_type.id,
                    'start': self.tomorrow,
                    'stop': self.tomorrow + timedelta(hours=1),
                }
            )
        )
        self.assertTrue(lead.activity_ids)
        call.event_status_id = self.done
        self.assertFalse(lead.activity_ids)

    # Past events

    def test_past_event_is_finished_once_and_then_read_only(self):
        """Past events of some types are read-only once finished, and can only be deleted (X42)."""
        self.call_type.lock_past = True
        call = self._new_event(self.rep_north, start=self.yesterday)
        with self.assertRefused(UserError, "can only be viewed"):
            call.name = "Another subject"
        with self.assertRefused(UserError, "can only be viewed"):
            call.write({'result': "They agree", 'start': self.tomorrow})
        call.write({'result': "They agree", 'event_status_id': self.done.id})
        with self.assertRefused(UserError, "can only be viewed"):
            call.result = "They do not agree"
        with self.assertRefused(UserError, "can only be viewed"):
            call.with_user(self.manager).event_status_id = self.planned
        call.unlink()

    def test_coming_event_of_a_locking_type_can_be_edited(self):
        self.call_type.lock_past = True
        call = self._new_event(self.rep_north)
        call.name = "Another subject"
        self.assertFalse(call.dealflow_is_locked)

    # Rights

    def test_viewer_reads_and_changes_nothing(self):
        call = self._new_event(self.rep_north, result="They agree")
        self.assertEqual(call.with_user(self.viewer).result, "They agree")
        with self.assertRefused(AccessError, "rights to access the field"):
            call.with_user(self.viewer).result = "They do not agree"
        with self.assertRefused(AccessError, "rights to access the field"):
            self._new_event(self.viewer)

    def test_colleague_without_dealflow_keeps_his_calendar(self):
        """Events without a type stay Odoo's own for everybody: created, moved, copied, repeated."""
        colleague = self._new_user('colleague', 'base.group_user')
        event = (
            self.env['calendar.event']
            .with_user(colleague)
            .create(
                {
                    'name': "Lunch",
                    'start': self.tomorrow,
                    'stop': self.tomorrow + timedelta(hours=1),
                    'partner_ids': [(6, 0, (colleague.partner_id | self.contact).ids)],
                    'recurrency': True,
                    'rrule_type': 'daily',
                    'end_type': 'count',
                    'count': 3,
                }
            )
        )
        self.assertEqual(event.partner_ids, colleague.partner_id | self.contact)
        self.assertIn(self.contact, self._get_notified_partners(event))
        event.write({'start': self.tomorrow + timedelta(hours=1), 'recurrence_update': 'all_events'})
        copy = event.copy()
        self.assertFalse(copy.event_type_id or copy.event_status_id or copy.dealflow_state)

    def test_portal_user_reads_nothing_of_ours(self):
        """An invited portal user reads the invitation and none of our fields."""
        portal = self._new_user('portal', 'base.group_portal')
        meeting = self._new_event(
            self.rep_north,
            event_type_id=self.meeting_type.id,
            client_contact_id=portal.partner_id.id,
            business_partner_id=self.partner.id,
            start=self.yesterday,
        )
        meeting.result = "They would pay more"
        as_client = meeting.with_user(portal)
        self.assertEqual(as_client.read(['name'])[0]['name'], meeting.name)
        self.assertNotIn('result', as_client.fields_get())
        for name in ('result', 'next_step', 'deal_id', 'client_participant_ids', 'status_log_ids', 'dealflow_state'):
            with self.assertRefused(AccessError, "rights to access the field"):
                as_client.read([name])
        with self.assertRefused(AccessError, "rights to access the field"):
            as_client.search([('result', 'ilike', 'pay more')])

    # Screens

    def test_card_fixes_the_client(self):
        call = self._new_event(self.rep_north)
        with Form(call, view='dealflow.calendar_event_view_form_card') as form:
            form.next_step = "Send the offer"
            with self.assertRaises(AssertionError):
                form.business_partner_id = self.other_partner
        self.assertEqual(call.next_step, "Send the offer")

    def test_new_event_for_the_same_client(self):
        """The dialog of the next event is prefilled with the client (B26)."""
        deal = self._new_deal(self.rep_north)
        call = self._new_event(self.rep_north, deal_id=deal.id)
        action = call.action_dealflow_new_event()
        context = action['context'] | {'default_event_type_id': self.call_type.id}
        with Form(call.with_context(**context).browse(), view='dealflow.calendar_event_view_form_new') as form:
            form.name = "Once more"
        copy = form.record
        self.assertRecordValues(
            copy,
            [
                {
                    'business_partner_id': self.partner.id,
                    'client_contact_id': self.contact.id,
                    'deal_id': deal.id,
                    'event_status_id': self.planned.id,
                }
            ],
        )
