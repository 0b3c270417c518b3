import base64
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .marketing_common import MarketingCommon

VCARDS = b"""BEGIN:VCARD
VERSION:3.0
FN:Anna of Alpha
EMAIL:ANNA@alpha.example.com
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Carla New
TEL:+49 30 901820
ORG:Alpha
END:VCARD
"""


@tagged('post_install', '-at_install')
class TestMarketingEvent(MarketingCommon):
    """Planning a marketing event: dates, costs, participants, materials (E46-E49, C68-C71)."""

    def _import(self, text=False, file=None, file_name=None, state='invited'):
        wizard = (
            self.env['dealflow.marketing.participant.import']
            .with_user(self.marketer)
            .create(
                {
                    'event_id': self.fair.id,
                    'text': text,
                    'state': state,
                    'file_name': file_name,
                    'file': base64.b64encode(file) if file else False,
                }
            )
        )
        wizard.action_import()
        return wizard

    def test_dates(self):
        with self.assertRaisesRegex(ValidationError, "ends on"):
            self.fair.date_end = date(2024, 2, 1)

    def test_search_by_name(self):
        events = self.env['dealflow.marketing.event'].with_user(self.rep)
        self.assertEqual(events.search([('title', 'ilike', 'spring')]), self.fair)

    def test_archived_with_its_campaign(self):
        self.fair.with_user(self.marketer).action_archive()
        self.assertFalse(self.fair.campaign_id.active)
        self.assertNotIn(self.fair, self.env['dealflow.marketing.event'].search([]))

    def test_copy_is_an_event_of_its_own(self):
        copy = self.fair.copy()
        self.assertNotEqual(copy.campaign_id, self.fair.campaign_id)
        self.assertEqual(copy.title, "Spring fair (copy)")

    @mute_logger('odoo.sql_db')
    def test_one_campaign_is_one_event(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env['dealflow.marketing.event'].create({'campaign_id': self.fair.campaign_id.id})

    # Costs

    def _new_cost(self, **values):
        return self.env['dealflow.marketing.cost'].create({'name': "Rent", 'event_id': self.fair.id, **values})

    def test_cost_is_converted_at_its_day(self):
        cost = self._new_cost(
            planned_amount=100,
            actual_amount=80,
            currency_id=self.foreign.id,
            date=date(2024, 3, 31),
        )
        self.assertRecordValues(cost, [{'planned_amount_company': 50.0, 'actual_amount_company': 40.0}])
        cost.date = date(2024, 4, 1)
        self.assertRecordValues(cost, [{'planned_amount_company': 40.0, 'actual_amount_company': 32.0}])

    def test_bill_counts_when_posted_and_its_credit_note_is_taken_off(self):
        bill = self._new_bill({"Rent": 300}, date(2024, 2, 20), post=False)
        cost = self._new_cost(bill_id=bill.id, actual_amount=999)
        self.assertEqual((cost.actual_amount_company, cost.date), (0.0, date(2024, 2, 20)))
        bill.action_post()
        self.assertEqual(cost.actual_amount_company, 300.0)
        refund = bill._reverse_moves([{'invoice_date': date(2024, 3, 1), 'date': date(2024, 3, 1)}])
        refund.invoice_line_ids.price_unit = 40
        self.assertEqual(cost.actual_amount_company, 300.0)
        refund.action_post()
        self.assertEqual(cost.actual_amount_company, 260.0)
        refund.button_draft()
        self.assertEqual(cost.actual_amount_company, 300.0)
        bill.button_cancel() if bill.state == 'draft' else bill.button_draft()
        self.assertEqual(cost.actual_amount_company, 0.0)

    def test_lines_of_bills_and_of_credit_notes(self):
        bill = self._new_bill({"A": 400, "B": 100}, date(2024, 4, 10), currency_id=self.foreign.id)
        credit_note = self._new_bill(
            {"Back": 50}, date(2024, 4, 10), currency_id=self.foreign.id, move_type='in_refund'
        )
        lines = bill.invoice_line_ids
        costs = self._new_cost(bill_line_id=lines[0].id) | self._new_cost(bill_line_id=credit_note.invoice_line_ids.id)
        self.assertEqual(costs.mapped('actual_amount_company'), [160.0, -20.0])

    def test_a_bill_counts_once(self):
        bill = self._new_bill({"A": 400, "B": 100}, date(2024, 4, 10))
        self._new_cost(bill_id=bill.id)
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._new_cost(bill_id=bill.id)
        with self.assertRaisesRegex(ValidationError, "counts once"):
            self._new_cost(event_id=self.webinar.id, bill_line_id=bill.invoice_line_ids[0].id)
        refund = bill._reverse_moves([{'invoice_date': date(2024, 5, 1)}])
        with self.assertRaisesRegex(ValidationError, "counts once"):
            self._new_cost(bill_line_id=refund.invoice_line_ids[0].id)

    def test_marketer_without_accounting_keeps_costs_that_have_a_bill(self):
        bill = self._new_bill({"Rent": 300}, date(2024, 2, 20))
        cost = self._new_cost(bill_id=bill.id).with_user(self.marketer)
        with self.assertRaises(AccessError):
            bill.with_user(self.marketer).read(['amount_total'])
        cost.write({'name': "Rent of the stand", 'planned_amount': 320})
        [values] = cost.web_read({'actual_amount_company': {}, 'bill_id': {'fields': {'display_name': {}}}})
        self.assertEqual((values['actual_amount_company'], values['bill_id']['id']), (300.0, bill.id))

    def test_only_vendor_bills_are_costs(self):
        invoice = self._new_invoice(self.partner_a, post=True)
        with self.assertRaisesRegex(ValidationError, "not a vendor bill"):
            self._new_cost(bill_id=invoice.id)
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self._new_cost(actual_amount=-1)

    def test_budget_left(self):
        self.fair.budget = 500
        self._new_cost(actual_amount=120)
        self.assertEqual(self.fair.with_user(self.marketer).budget_left, 380)

    # Participants

    def test_import_of_a_pasted_list(self):
        wizard = self._import(
            "\n".join(
                [
                    "name;email;phone;company",
                    "Anna;ANNA@alpha.example.com;;Alpha",
                    "Arno;;0047 22334455;Alpha",
                    "Carla;carla@gamma.example.com;;Gamma",
                    "Nobody;;;Gamma",
                    "Wrong;not an address;;",
                    "Carla again;carla@gamma.example.com;;",
                ]
            )
        )
        self.assertEqual(
            wizard.line_ids.mapped('outcome'), ['matched', 'matched', 'created', 'refused', 'refused', 'refused']
        )
        self.assertEqual((wizard.created_count, wizard.matched_count, wizard.refused_count), (1, 2, 3))
        carla = self.fair.participant_ids.partner_id - self.anna - self.arno
        self.assertRecordValues(
            carla,
            [
                {
                    'name': "Carla",
                    'email': 'carla@gamma.example.com',
                    'company_name': "Gamma",
                    'mailing_consent': 'unknown',
                }
            ],
        )
        self.assertRegex(wizard.line_ids[3].reason, "Neither an e-mail nor a phone")
        self.assertRegex(wizard.line_ids[4].reason, "is not an e-mail address")
        self.assertRegex(wizard.line_ids[5].reason, "twice")

    def test_import_without_headings(self):
        self._import("Dora Dahl, dora@example.com, +47 99 88 77 66, Dahl AS\nBoris <boris@example.com>")
        self.assertEqual(sorted(self.fair.participant_ids.partner_id.mapped('name')), ["Boris", "Dora Dahl"])
        dora = self.fair.participant_ids.partner_id.filtered(lambda partner: partner.name == "Dora Dahl")
        self.assertEqual((dora.phone, dora.company_name), ('+47 99 88 77 66', "Dahl AS"))

    def test_import_of_vcards(self):
        wizard = self._import(file=VCARDS, file_name='guests.vcf', state='attended')
        self.assertEqual(wizard.line_ids.mapped('outcome'), ['matched', 'created'])
        self.assertEqual(self.fair.participant_ids.mapped('state'), ['attended', 'attended'])
        carla = self.fair.participant_ids.partner_id - self.anna
        self.assertEqual((carla.name, carla.parent_id), ("Carla New", self.alpha))

    def test_import_of_a_broken_file(self):
        with self.assertRaisesRegex(UserError, "not a valid vCard"):
            self._import(file=b"BEGIN:VCARD\nnonsense without a colon\nEND:VCARD", file_name='guests.vcf')
        with self.assertRaisesRegex(UserError, "nobody to import"):
            self._import(" \n ")
        self.assertFalse(self.fair.participant_ids)

    def test_import_of_somebody_who_fits_two_contacts(self):
        self.env['res.partner'].create({'name': "Anna twice", 'email': 'anna@alpha.example.com'})
        wizard = self._import("Anna, anna@alpha.example.com")
        self.assertEqual(wizard.line_ids.outcome, 'refused')
        self.assertRegex(wizard.line_ids.reason, "Fits several contacts: .*Anna twice")

    def test_second_import_only_changes_the_status(self):
        self._import("Anna, anna@alpha.example.com")
        self._import("Anna, anna@alpha.example.com", state='attended')
        self.assertRecordValues(self.fair.participant_ids, [{'partner_id': self.anna.id, 'state': 'attended'}])

    def test_import_asks_the_database_the_same_for_one_and_for_many(self):
        def match(numbers):
            wizard = self.env['dealflow.marketing.participant.import'].create({'event_id': self.fair.id})
            people = wizard._read_rows("\n".join(f"P{number}, p{number}@example.com" for number in numbers))
            wizard._match_people(people)

        match([0])
        self.assertEqual(self._count_queries(lambda: match([1])), self._count_queries(lambda: match(range(2, 60))))

    def test_import_is_refused_to_sellers(self):
        with self.assertRaises(AccessError):
            self.env['dealflow.marketing.participant.import'].with_user(self.rep).create({'event_id': self.fair.id})

    # Segment

    def test_invite_the_segment(self):
        event = self.fair.with_user(self.marketer)
        with self.assertRaisesRegex(UserError, "has no segment"):
            event.action_invite_segment()
        event.segment_domain = repr([('parent_id', '=', self.alpha.id)])
        self.assertEqual(event.segment_count, 2)
        event.action_invite_segment()
        self.assertEqual(event.participant_ids.partner_id, self.anna + self.arno)
        with self.assertRaisesRegex(UserError, "participants already"):
            event.action_invite_segment()

    def test_segment_that_cannot_be_understood(self):
        with self.assertRaisesRegex(ValidationError, "cannot be understood"):
            self.fair.segment_domain = "[('no_such_field', '=', 1)]"

    # Buttons

    def test_opportunities_from_attendees_once(self):
        attendee = self._attend(self.fair, self.anna)
        self.env['dealflow.marketing.participant'].create({'event_id': self.fair.id, 'partner_id': self.berta.id})
        self.alpha.user_id = self.rep
        event = self.fair.with_user(self.marketer)
        event.action_create_opportunities()
        self.assertRecordValues(
            attendee.lead_id,
            [
                {
                    'type': 'opportunity',
                    'partner_id': self.anna.id,
                    'campaign_id': self.fair.campaign_id.id,
                    'marketing_event_id': self.fair.id,
                    'user_id': self.rep.id,
                    'company_id': self.company.id,
                }
            ],
        )
        with self.assertRaisesRegex(UserError, "nobody to make an opportunity from"):
            event.action_create_opportunities()
        self.assertEqual(event.lead_count, 1)

    def test_mailing_goes_to_those_who_agreed_and_is_not_sent(self):
        (self.anna + self.berta).mailing_consent = 'given'
        for partner in (self.anna, self.arno, self.berta):
            self._attend(self.fair, partner)
        self.berta.mailing_consent = 'refused'
        event = self.fair.with_user(self.marketer)
        before = self.env['mailing.mailing'].search_count([])
        context = event.action_mail_participants()['context']
        self.assertEqual(self.env['mailing.mailing'].search_count([]), before)
        mailing = (
            self.env['mailing.mailing']
            .with_context(**context)
            .create(
                {
                    'subject': context['default_subject'],
                }
            )
        )
        self.assertEqual(mailing.state, 'draft')
        self.assertEqual(mailing.campaign_id, self.fair.campaign_id)
        self.assertEqual(mailing._get_recipients(), self.anna.ids)
        self.anna.mailing_consent = 'refused'
        self.assertFalse(mailing._get_recipients())
        with self.assertRaisesRegex(UserError, "consent"):
            event.action_mail_participants()

    def test_follow_up_by_plan(self):
        event = self.fair.with_user(self.marketer)
        with self.assertRaisesRegex(UserError, "Nobody is marked as attended"):
            event.action_schedule_activities()
        self.env['mail.activity.plan'].search([('res_model', '=', 'dealflow.marketing.participant')]).active = False
        self.env['mail.activity.plan'].with_user(self.marketer).create(
            {
                'name': "After the fair",
                'res_model': 'dealflow.marketing.participant',
                'template_ids': [
                    Command.create(
                        {
                            'summary': summary,
                            'responsible_type': 'on_demand',
                            'activity_type_id': self.env.ref('mail.mail_activity_data_call').id,
                        }
                    )
                    for summary in ("Thank", "Call")
                ],
            }
        )
        attendees = self._attend(self.fair, self.anna) | self._attend(self.fair, self.berta)
        action = event.action_schedule_activities()
        wizard = (
            self.env['mail.activity.schedule']
            .with_user(self.marketer)
            .with_context(**action['context'])
            .create(
                {
                    'plan_on_demand_user_id': self.marketer.id,
                }
            )
        )
        wizard.action_schedule_plan()
        attendees.invalidate_recordset(['activity_ids'])
        self.assertEqual(attendees.mapped(lambda attendee: len(attendee.activity_ids)), [2, 2])

    def test_survey_when_there_is_one(self):
        self.assertEqual(self.fair.has_surveys, 'survey.survey' in self.env)
        if not self.fair.has_surveys:
            with self.assertRaisesRegex(UserError, "First choose the survey"):
                self.fair.action_send_survey()
            return
        self.anna.mailing_consent = 'given'
        self._attend(self.fair, self.anna)
        self._attend(self.fair, self.berta)
        self.env.user.group_ids |= self.env.ref('survey.group_survey_manager')
        survey = self.env['survey.survey'].create(
            {
                'title': "How was it?",
                'question_and_page_ids': [Command.create({'title': "Good?", 'question_type': 'text_box'})],
            }
        )
        self.fair.survey_ref = survey
        action = self.fair.action_send_survey()
        self.assertEqual(action['context']['default_partner_ids'], [Command.set(self.anna.ids)])

    # Materials

    def test_library_of_materials(self):
        materials = self.env['dealflow.marketing.material'].with_user(self.marketer)
        with self.assertRaisesRegex(ValidationError, "neither a file nor a link"):
            materials.create({'name': "Nothing"})
        leaflet = materials.create(
            {
                'name': "Leaflet",
                'url': 'https://example.com',
                'description': "Oak desks",
                'event_ids': self.fair.ids,
            }
        )
        self.assertEqual(self.fair.material_ids, leaflet)
        self.assertEqual(materials.search([('description', 'ilike', 'oak')]), leaflet)
        seller = self._new_user('seller', 'dealflow.group_user')
        with self.assertRaises(AccessError):
            leaflet.with_user(seller).read(['name'])

    # Timeline

    def test_timeline_of_a_year(self):
        self._new_marketing_event("Turn of the year", date_start=date(2023, 12, 20), date_end=date(2024, 1, 10))
        self._new_marketing_event("Next year", date_start=date(2025, 1, 1))
        self.fair.state = 'done'
        timeline = self.env['dealflow.marketing.event'].with_user(self.rep).get_timeline(2024)
        rows = [row for row in timeline['rows'] if row['title'] in ("Turn of the year", "Spring fair", "Chair webinar")]
        self.assertEqual(
            [(row['title'], row['date_start'], row['date_end'], row['is_open']) for row in rows],
            [
                ("Turn of the year", '2023-12-20', '2024-01-10', True),
                ("Spring fair", '2024-03-01', '2024-03-03', False),
                ("Chair webinar", '2024-05-01', '2024-05-01', True),
            ],
        )
        self.assertNotIn("Next year", [row['title'] for row in timeline['rows']])

    def test_calls_and_meetings_at_the_event(self):
        """The form counts and opens the calls and meetings of the event; new ones are linked to it (B38)."""
        fair = self.fair.with_user(self.rep)
        values = fair.action_dealflow_new_event()['context']
        self.assertEqual(values['default_marketing_event_id'], fair.id)
        talk = (
            self.env['calendar.event']
            .with_user(self.rep)
            .create(
                {
                    'name': "Talk at the stand",
                    'start': '2024-03-01 10:00:00',
                    'stop': '2024-03-01 10:30:00',
                    'event_type_id': self.env.ref('dealflow.event_type_meeting').id,
                    'client_contact_id': self.anna.id,
                    'marketing_event_id': fair.id,
                }
            )
        )
        self.assertEqual(fair.client_event_count, 1)
        self.assertEqual(self.webinar.with_user(self.rep).client_event_count, 0)
        self.assertEqual(talk.search(fair.action_dealflow_view_client_events()['domain']), talk)
