from datetime import datetime

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged, users

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDealLog(DealflowCommon):
    """The log is append-only and complete (rules 1 and 2)."""

    @users('test_rep_north', 'test_manager', 'test_importer')
    def test_nobody_writes_or_deletes_rows(self):
        log = self._new_deal(self.rep_north).log_ids.with_env(self.env)
        with self.assertRaises(UserError):
            log.write({'comment': "x"})
        with self.assertRaises(UserError):
            log.unlink()

    def test_the_system_writes_or_deletes_no_rows(self):
        log = self._new_deal(self.rep_north).log_ids
        with self.assertRefused(UserError, "cannot be changed"):
            log.sudo().write({'comment': "x"})
        with self.assertRefused(UserError, "cannot be deleted"):
            log.sudo().unlink()

    def test_nobody_adds_rows(self):
        log = self._new_deal(self.rep_north).log_ids
        values = {
            'deal_id': log.deal_id.id,
            'company_id': log.company_id.id,
            'user_id': self.rep_north.id,
            'kind': 'move',
            'stage_to_id': self.stage_offer.id,
            'state_to': 'open',
            'currency_id': log.currency_id.id,
        }
        with self.assertRefused(UserError, "written by the system only"):
            self.env['dealflow.deal.log'].with_user(self.manager).create(values)
        with self.assertRefused(UserError, "written by the system only"):
            self.env['dealflow.deal.log'].sudo().create(values)

    def test_rows_through_the_deal_are_refused(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRaises(UserError):
            deal.log_ids = [(5, 0, 0)]

    def test_each_change_is_one_row(self):
        deal = self._new_deal(self.rep_north)
        deal.amount = 1500
        deal.expected_close_date = '2030-05-01'
        deal.with_user(self.manager).user_id = self.rep_second
        deal.with_user(self.manager).write(
            {
                'stage_id': self.stage_offer.id,
                'amount': 1700,
                'move_comment': "comment",
                'short_status': "status",
            }
        )
        self.assertEqual(
            deal.sudo().log_ids.sorted('id').mapped('kind'), ['open', 'amount', 'deadline', 'owner', 'move']
        )
        last = deal.sudo().log_ids.sorted('id')[-1]
        self.assertEqual((last.amount_from, last.amount_to), (1500.0, 1700.0))
        self.assertReconciled(deal)

    def test_change_of_line_is_recorded(self):
        """A line changes the amount by recomputation, without a ``write`` of the deal."""
        deal = self._new_deal(self.rep_north, line_ids=[(0, 0, {'name': "Chair", 'quantity': 1, 'price_unit': 10})])
        deal.line_ids.price_unit = 12
        self.assertRecordValues(
            deal.log_ids.sorted('id'),
            [
                {'kind': 'open', 'amount_to': 10.0, 'user_id': self.rep_north.id},
                {'kind': 'amount', 'amount_to': 12.0, 'user_id': self.rep_north.id},
            ],
        )

    def test_writing_the_same_values_records_nothing(self):
        deal = self._new_deal(self.rep_north)
        deal.write({'amount': 1000.0, 'user_id': self.rep_north.id, 'stage_id': self.stage_talk.id})
        self.assertEqual(len(deal.log_ids), 1)

    def test_imported_history(self):
        """Users with that right may import the history of another system, with its dates, as rows of kind import."""
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .with_context(import_file=True)
            .load(
                [
                    'id',
                    'name',
                    'funnel_id',
                    'stage_id',
                    'lost_reason_id',
                    'opened_on',
                    'closed_on',
                    'amount',
                    'move_comment',
                ],
                [
                    [
                        '__test__.won',
                        "Won once",
                        "Test funnel",
                        "Signed",
                        "",
                        '2020-01-10',
                        '2020-03-20',
                        '300',
                        "old contract",
                    ],
                    [
                        '__test__.lost',
                        "Lost once",
                        "Test funnel",
                        "Proposal",
                        self.reason.name,
                        '2020-02-01',
                        '2020-02-09',
                        '100',
                        "",
                    ],
                    ['__test__.open', "Open still", "Test funnel", "Proposal", "", '2020-04-01', "", '50', ""],
                ],
            )
        )
        self.assertFalse(outcome['messages'])
        won, lost, still_open = self.env['dealflow.deal'].browse(outcome['ids'])
        self.assertRecordValues(
            won.log_ids.sorted('id'),
            [
                {
                    'kind': 'import',
                    'date': datetime(2020, 1, 10, 12),
                    'state_to': 'open',
                    'stage_to_id': self.stage_talk.id,
                },
                {
                    'kind': 'import',
                    'date': datetime(2020, 3, 20, 12),
                    'state_to': 'won',
                    'stage_to_id': self.stage_signed.id,
                },
            ],
        )
        self.assertEqual(won.log_ids.sorted('id')[-1].comment, "old contract")
        self.assertRecordValues(
            won + lost + still_open,
            [
                {'state': 'won', 'closed_on': fields.Date.to_date('2020-03-20')},
                {'state': 'lost', 'closed_on': fields.Date.to_date('2020-02-09')},
                {'state': 'open', 'closed_on': False},
            ],
        )
        self.assertEqual(still_open.log_ids.mapped('kind'), ['import'])
        self.assertEqual(still_open.date_last_stage_update.date(), fields.Date.to_date('2020-04-01'))
        self.assertReconciled(won + lost + still_open)

    def test_import_by_others_brings_no_history(self):
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.manager)
            .with_context(import_file=True)
            .load(
                ['name', 'funnel_id', 'stage_id', 'opened_on'],
                [["Won once", "Test funnel", "Signed", '2020-01-10']],
            )
        )
        self.assertFalse(outcome['ids'])

    def test_history_in_the_future_is_refused(self):
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .with_context(import_file=True)
            .load(
                ['name', 'funnel_id', 'opened_on'],
                [["Too early", "Test funnel", '2999-01-10']],
            )
        )
        self.assertIn("in the future", outcome['messages'][0]['message'])

    def test_time_in_stage_comes_from_the_log(self):
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .with_context(import_file=True)
            .load(
                ['name', 'funnel_id', 'stage_id', 'opened_on', 'closed_on'],
                [["Won once", "Test funnel", "Signed", '2020-01-10', '2020-01-20']],
            )
        )
        deal = self.env['dealflow.deal'].browse(outcome['ids'])
        self.assertEqual(deal.duration_tracking[str(self.stage_talk.id)], 10 * 24 * 3600)

    @freeze_time('2024-03-31 23:30:00')
    def test_row_has_the_time_of_the_change(self):
        self.assertEqual(self._new_deal(self.rep_north).log_ids.date, datetime(2024, 3, 31, 23, 30))

    def test_imported_history_with_its_rows(self):
        """The moves made in the other system are imported with their dates and comments."""
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .with_context(import_file=True)
            .load(
                [
                    'name',
                    'funnel_id',
                    'stage_id',
                    'opened_on',
                    'closed_on',
                    'amount',
                    'log_ids/date',
                    'log_ids/stage_to_id',
                    'log_ids/amount_to',
                    'log_ids/comment',
                    'log_ids/short_status',
                ],
                [
                    [
                        "Long sale",
                        "Test funnel",
                        "Signed",
                        '2020-01-10',
                        '2020-03-20',
                        '300',
                        '2020-01-10 08:00:00',
                        "Talk",
                        '100',
                        "First call",
                        "called",
                    ],
                    ["", "", "", "", "", "", '2020-03-20 10:00:00', "Signed", '300', "Signature", "signed"],
                    ["", "", "", "", "", "", '2020-02-01 09:30:00', "Proposal", '250', "Offer mailed", "offered"],
                ],
            )
        )
        self.assertFalse(outcome['messages'])
        deal = self.env['dealflow.deal'].browse(outcome['ids'])
        self.assertRecordValues(
            deal.log_ids.sorted('id'),
            [
                {'kind': 'import', 'date': datetime(2020, 1, 10, 8), 'comment': "First call", 'amount_to': 100.0},
                {'kind': 'import', 'date': datetime(2020, 2, 1, 9, 30), 'comment': "Offer mailed", 'amount_to': 250.0},
                {'kind': 'import', 'date': datetime(2020, 3, 20, 10), 'comment': "Signature", 'amount_to': 300.0},
            ],
        )
        self.assertEqual(deal.date_last_stage_update, datetime(2020, 3, 20, 10))
        self.assertReconciled(deal)

    def test_imported_history_must_end_at_the_deal(self):
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .with_context(import_file=True)
            .load(
                ['name', 'funnel_id', 'stage_id', 'opened_on', 'log_ids/date', 'log_ids/stage_to_id'],
                [["Long sale", "Test funnel", "Proposal", '2020-01-10', '2020-01-10 08:00:00', "Talk"]],
            )
        )
        self.assertIn(
            "ends in the stage Talk, but the deal is in the stage Proposal", outcome['messages'][0]['message']
        )

    def test_imported_history_must_end_with_what_the_deal_is(self):
        """Amount, deadline, responsible person and reason of the deal must match the last imported row."""
        columns = ['name', 'funnel_id', 'stage_id', 'opened_on', 'amount', 'expected_close_date', 'user_id/.id']
        deal = ["Long sale", "Test funnel", "Talk", '2020-01-10', '300', '2020-06-30', str(self.rep_north.id)]
        deals = self.env['dealflow.deal'].with_user(self.importer).with_context(import_file=True)
        north, south = self.rep_north.name, self.rep_south.name
        for column, told, message in (
            ('amount_to', '250', "“Amount”: 250.0, but the deal has: 300.0"),
            ('amount_to', '0', "“Amount”: 0.0, but the deal has: 300.0"),
            ('deadline_to', '2020-07-31', ": 2020-07-31, but the deal has: 2020-06-30"),
            ('owner_to_id/.id', str(self.rep_south.id), f": {south}, but the deal has: {north}"),
            ('lost_reason_id/.id', str(self.reason.id), f": {self.reason.name}, but the deal has: . Correct"),
        ):
            with self.subTest(column=column, told=told):
                outcome = deals.load(
                    [*columns, 'log_ids/date', 'log_ids/stage_to_id', f'log_ids/{column}'],
                    [[*deal, '2020-01-10 08:00:00', "Talk", told]],
                )
                self.assertFalse(outcome['ids'])
                self.assertIn(message, outcome['messages'][0]['message'])
        told = {'amount_to': '300', 'deadline_to': '2020-06-30', 'owner_to_id/.id': str(self.rep_north.id)}
        for cells in (told, dict.fromkeys(told, '')):
            outcome = deals.load(
                [*columns, 'log_ids/date', 'log_ids/stage_to_id', *(f'log_ids/{column}' for column in cells)],
                [[*deal, '2020-01-10 08:00:00', "Talk", *cells.values()]],
            )
            self.assertFalse(outcome['messages'])
            self.assertReconciled(self.env['dealflow.deal'].browse(outcome['ids']))

    def test_history_only_by_import_and_right(self):
        values = {'log_ids': [(0, 0, {'date': '2020-01-10 08:00:00', 'stage_to_id': self.stage_talk.id})]}
        for user, context in ((self.manager, {'import_file': True}), (self.importer, {})):
            deals = self.env['dealflow.deal'].with_user(user).with_context(**context)
            with self.assertRefused(UserError, "Only a file import"):
                deals.create({'name': "Forged", 'funnel_id': self.funnel.id, **values})
