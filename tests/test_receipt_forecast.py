from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..bench.receipt_habits import Payers, mean_absolute_error
from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceiptForecast(ReceiptCommon):
    """Likely dates, the resulting cash gap, and kept promises."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2026-05-20 12:00:00"))
        self.habits = self.env['dealflow.receipt.habit']
        # Other receipts of the database must not be learned from.
        self.env['dealflow.receipt'].search([('state', '=', 'received')])._action_set_state('cancelled')
        self.habits._refresh()

    def _pay(self, slips, deal=None, **values):
        """Create received receipts with the given delays in days."""
        return self.env['dealflow.receipt'].create(
            [
                {
                    'name': "Old",
                    'deal_id': (deal or self.deal).id,
                    'amount': 10,
                    'state': 'received',
                    'date_planned': date(2026, 1, 10),
                    'date_received': date(2026, 1, 10) + timedelta(days=slip),
                    **values,
                }
                for slip in slips
            ]
        )

    def test_median_slip_of_the_legal_entity(self):
        self._pay([0, 2, 10, 12, 40])
        receipt = self._new_receipt()
        self.assertFalse(receipt.date_likely, "nothing was learned yet")
        self.habits._refresh()
        self.assertEqual(receipt.date_likely, date(2026, 5, 30))
        self.assertIn("+10 days", receipt.likely_hint)
        self.assertIn("5 paid receipts of this legal entity", receipt.likely_hint)
        self.assertIn("between +2 and +12", receipt.likely_hint)
        later = self._new_receipt(date_planned=date(2026, 6, 1))
        self.assertEqual(later.date_likely, date(2026, 6, 11), "known at once for a new receipt")
        later.action_postpone(date(2026, 6, 2), "A day later")
        self.assertEqual(later.date_likely, date(2026, 6, 12))

    def test_nothing_below_five_cases(self):
        self._pay([10] * 4)
        receipt = self._new_receipt()
        self.habits._refresh()
        self.assertFalse(self.habits.search([('level', '=', 'entity'), ('party_id', '=', self.partner.id)]))
        self.assertFalse(receipt.date_likely)
        self.assertFalse(receipt.likely_hint)
        self.assertEqual(receipt.date_expected, receipt.date_planned)

    def test_fallback_from_entity_to_partner_to_responsible_to_company(self):
        other_entity, stranger = self._new_partner("Another entity"), self._new_partner("Stranger")
        self._pay([7] * 5)
        self._pay(
            [20] * 9, self.other_deal, business_partner_id=self.other_partner.id, legal_entity_id=self.other_partner.id
        )
        self.habits._refresh()
        for values, slip in (
            ({}, 7),
            ({'legal_entity_id': other_entity.id}, 7),
            ({'legal_entity_id': stranger.id, 'business_partner_id': stranger.id}, 7),
            ({'legal_entity_id': stranger.id, 'business_partner_id': stranger.id, 'user_id': self.head.id}, 20),
        ):
            receipt = self._new_receipt(**values)
            self.assertEqual((receipt.date_likely - receipt.date_planned).days, slip, values)

    def test_old_receipts_are_forgotten(self):
        self._pay([30] * 5, date_planned=date(2021, 1, 1), date_received=date(2021, 1, 31))
        self.habits._refresh()
        self.assertFalse(self.habits.search([('level', '=', 'entity'), ('party_id', '=', self.partner.id)]))

    def test_likely_dates_beat_planned_dates_on_held_out_receipts(self):
        """Learn from payers with habits, and check the likely dates on receipts that were not learned from."""
        payers = Payers(count=30)
        entities = self.env['res.partner'].create(
            [{'name': f"Payer {number}", 'is_company': True} for number in range(len(payers.habits))],
        )
        history = payers.make_receipts(date(2025, 1, 1), 300, 12)
        self.env['dealflow.receipt'].create(
            [
                {
                    'name': "Learned",
                    'deal_id': self.deal.id,
                    'legal_entity_id': entities[number].id,
                    'amount': 10,
                    'date_planned': planned,
                    'date_received': received,
                    'state': 'received',
                }
                for number, planned, received in history
            ]
        )
        self.habits._refresh()
        held_out = payers.make_receipts(date(2026, 6, 1), 90, 4)
        receipts = self.env['dealflow.receipt'].create(
            [
                {
                    'name': "Held out",
                    'deal_id': self.deal.id,
                    'legal_entity_id': entities[number].id,
                    'amount': 10,
                    'date_planned': planned,
                }
                for number, planned, _received in held_out
            ]
        )
        actual = [received for _number, _planned, received in held_out]
        error_planned = mean_absolute_error(zip(receipts.mapped('date_planned'), actual, strict=True))
        error_likely = mean_absolute_error(
            [(receipt.date_likely, day) for receipt, day in zip(receipts, actual, strict=True)]
        )
        self.assertLess(error_likely, error_planned * 0.6, f"{error_likely:.1f} against {error_planned:.1f} days")

    def test_sections_as_likely_and_the_cash_gap(self):
        """A receipt planned for this week and likely next month leaves a cash gap this week."""
        self._pay([20] * 5)
        before = self.env['dealflow.receipt'].get_plan_summary()
        receipt = self._new_receipt(amount=300, date_planned=date(2026, 5, 21))
        self.habits._refresh()
        self.assertEqual((receipt.bucket, receipt.bucket_likely), ('week', 'later'))
        self.assertIn(receipt, receipt.search([('bucket_likely', '=', 'later')]))
        groups = dict(receipt._read_group([('id', '=', receipt.id)], ['bucket_likely'], ['__count']))
        self.assertEqual(groups, {'later': 1})
        summary = self.env['dealflow.receipt'].get_plan_summary()
        self.assertEqual(
            [section['bucket'] for section in summary['sections']],
            ['earlier', 'month_before', 'week', 'month_after', 'later'],
        )
        self.assertEqual(summary['month']['promised'] - before['month']['promised'], 300)
        self.assertEqual(summary['month']['gap'] - before['month']['gap'], 300)

    def test_summary_of_mine_and_of_all(self):
        """Each user sees the figures of their own rights (E09, E30)."""
        self._new_receipt(amount=300, date_planned=date(2026, 5, 21))
        self._new_receipt(self.other_deal, amount=500, date_planned=date(2026, 5, 1))

        (self.rep_north + self.rep_south).group_ids |= self.env.ref('dealflow.group_receipts')

        def week_and_overdue(user, is_mine):
            summary = self.env['dealflow.receipt'].with_user(user).get_plan_summary(is_mine)
            week = next(section for section in summary['sections'] if section['bucket'] == 'week')
            return week['promised']['amount'], summary['overdue']['amount']

        self.assertEqual(week_and_overdue(self.rep_north, False), (300, 0))
        self.assertEqual(week_and_overdue(self.rep_south, True), (0, 500))
        self.assertEqual(week_and_overdue(self.head, True), (0, 0))
        self.assertGreaterEqual(week_and_overdue(self.head, False)[1], 500)

    def test_promise_is_measured_from_the_first_date(self):
        receipt = self._new_receipt(date_planned=date(2026, 5, 10))
        receipt.action_postpone(date(2026, 5, 20), "Later")
        receipt.action_set_state('received')
        self.assertRecordValues(receipt, [{'slip_days': 0, 'promise_days': 10, 'promise_kept': 0}])
        punctual = self._new_receipt(date_planned=date(2026, 5, 20))
        punctual.action_set_state('received')
        self.assertEqual(punctual.promise_kept, 100)

    def test_refresh_is_a_handful_of_statements(self):
        self._pay([5] * 50)
        self.habits._refresh()
        self.env.flush_all()
        with self.assertQueryCount(3):
            self.habits._refresh()
