from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestConsent(DealflowCase):
    """Who agreed to mailings, on which day, and from which source (P47)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._new_user('marketer', 'dealflow.group_marketing')
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.olga = cls._new_partner("Olga", is_company=False, email='olga@example.com')
        cls.consents = cls.env['dealflow.consent'].with_user(cls.marketer)

    def _record(self, state='given', date='2026-01-10', source="Form at the fair", **values):
        return self.consents.create(
            {'partner_id': self.olga.id, 'state': state, 'date': date, 'source': source, **values}
        )

    def test_marketer_records_a_consent_with_day_and_source(self):
        consent = self._record()
        self.assertRecordValues(
            consent,
            [{'state': 'given', 'date': fields.Date.to_date('2026-01-10'), 'user_id': self.marketer.id}],
        )
        self.assertEqual(self.olga.mailing_consent, 'given')
        with self.assertRaises(AccessError):
            self.olga.with_user(self.marketer).name = "x"

    def test_what_was_said_last_counts(self):
        self._record('refused', '2026-02-01', "Letter")
        self._record('given', '2026-01-10')
        self.assertEqual(self.olga.mailing_consent, 'refused')
        self._record('given', '2026-02-01', "Called an hour later")
        self.assertEqual(self.olga.mailing_consent, 'given')

    def test_columns_have_the_names_that_the_page_for_marketers_gives(self):
        labels = self.consents.fields_get(['partner_id', 'state', 'date', 'source'], ['string'])
        self.assertEqual([label['string'] for label in labels.values()], ["Contact", "Status", "Date", "Source"])

    def test_marketer_imports_consents(self):
        result = self.consents.load(
            ['partner_id/.id', 'state', 'date', 'source'], [[str(self.olga.id), 'given', '2026-01-10', "Old list"]]
        )
        self.assertFalse(result['messages'])
        self.assertEqual(self.olga.mailing_consent, 'given')
        self.assertEqual(self.olga.consent_ids.source, "Old list")
        result = self.consents.load(
            ['partner_id/.id', 'state', 'date', 'source'], [[str(self.olga.id), 'given', '2026-01-10', ""]]
        )
        self.assertIn("how you know", result['messages'][0]['message'])

    def test_incomplete_rows_are_refused(self):
        tomorrow = fields.Date.add(fields.Date.today(), days=2)
        for values, message in (
            ({'source': " "}, "needs a contact"),
            ({'partner_id': False}, "needs a contact"),
            ({'state': 'maybe'}, "needs a contact"),
            ({'date': tomorrow}, "is in the future"),
        ):
            with self.subTest(values=values), self.assertRefused(UserError, message):
                self._record(**values)
        self.assertEqual(self.olga.mailing_consent, 'unknown')

    def test_rows_stay_as_they_are(self):
        consent = self._record()
        for refused in (
            lambda: consent.write({'source': "x"}),
            lambda: consent.sudo().unlink(),
            lambda: self.consents.with_user(self.viewer).create(
                {'partner_id': self.olga.id, 'state': 'given', 'source': "x"}
            ),
        ):
            with self.assertRefused(AccessError, "cannot be changed|cannot be deleted|not allowed"):
                refused()

    def test_who_recorded_it_is_not_chosen(self):
        self.assertEqual(self._record(user_id=self.viewer.id).user_id, self.marketer)

    def test_change_on_the_card_leaves_a_trace(self):
        rep = self._new_user('rep', 'dealflow.group_user_own')
        self.olga.with_user(rep).mailing_consent = 'refused'
        self.assertRecordValues(
            self.olga.consent_ids,
            [{'state': 'refused', 'user_id': rep.id, 'date': fields.Date.context_today(self.olga)}],
        )
        self.olga.with_user(rep).mailing_consent = 'refused'
        self.assertEqual(len(self.olga.consent_ids), 1)
        agreeing = self._new_partner("New", mailing_consent='given')
        self.assertEqual(agreeing.consent_ids.state, 'given')
