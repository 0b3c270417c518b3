from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .event_common import EventCommon
from .probe import add_probe

# Read-only registers that are not logs: their rows are recreated when their sources change, or go on, as an offer from
# the opened form to the e-mail. What the telephony said of a call is kept from everybody by ``test_telephony``.
NO_HISTORY = {
    # Rewritten whenever a card is arranged; `test_card_arrangement` keeps them from everybody.
    'dealflow.card.arrangement',
    'dealflow.card.change',
    'dealflow.call',
    'dealflow.marketing.touch',
    'dealflow.offer',
    # They go on as their steps are done; `test_process` keeps them from everybody.
    'dealflow.process',
    'dealflow.process.entry',
    'dealflow.receipt.habit',
    # Forgotten after a time, or when a rule changes.
    'dealflow.request.arrival',
    'dealflow.request.sender',
    'dealflow.request.turn',
    # The outbox of webhooks.
    'dealflow.rule.call',
}


def find_unkept_histories(env):
    """Return Dealflow tables that no group may write but that code could still change."""
    found = []
    for model_name in sorted(env.registry):
        model = env[model_name]
        if not model_name.startswith('dealflow.') or model._abstract or model._transient or not model._auto:
            continue
        is_open = env['ir.model.access'].search_count(
            [
                ('model_id.model', '=', model_name),
                '|',
                '|',
                ('perm_write', '=', True),
                ('perm_create', '=', True),
                ('perm_unlink', '=', True),
            ]
        )
        if not is_open and model_name not in NO_HISTORY and not isinstance(model, env.registry['dealflow.log.mixin']):
            found.append(model_name)
    return found


@tagged('post_install', '-at_install')
class TestAppendOnly(EventCommon):
    """Logs are written by code only, and their rows never change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.everything = new_test_user(
            cls.env,
            'test_everything',
            groups='dealflow.group_manager,dealflow.group_stage_override,'
            'dealflow.group_requisites_confirmer,account.group_account_manager,base.group_system',
        )
        cls.deal = cls._new_deal(cls.rep_north, user_id=cls.rep_north.id)
        cls.claim = cls.env['dealflow.claim'].with_user(cls.rep_north).create({'name': "A leg is missing"})
        cls.event = cls._new_event(cls.rep_north)
        cls.partner.with_user(cls.rep_north).action_submit_requisites()
        cls.receipt = (
            cls.env['dealflow.receipt']
            .with_user(cls.rep_north)
            .create({'deal_id': cls.deal.id, 'date_planned': '2030-05-20', 'amount': 300})
        )
        cls.receipt.action_postpone(fields.Date.to_date('2030-06-20'), "Holiday")
        cls.histories = [
            (cls.deal, 'log_ids'),
            (cls.claim, 'log_ids'),
            (cls.event, 'status_log_ids'),
            (cls.partner, 'requisite_log_ids'),
            (cls.receipt, 'postponement_ids'),
        ]

    def test_every_history_is_kept(self):
        self.assertEqual(find_unkept_histories(self.env), [])
        logs = {
            name
            for name, model in self.env.registry.items()
            if name.endswith('.log') and name.startswith('dealflow.') and not model._transient
        }
        self.assertGreaterEqual(
            set(self.registry['dealflow.log.mixin']._inherit_children), logs | {'dealflow.receipt.postponement'}
        )

    def test_history_that_forgets_its_guard_is_found(self):
        add_probe(self, 'dealflow.probe', name=fields.Char())
        self.assertEqual(find_unkept_histories(self.env), ['dealflow.probe'])

    def test_nobody_makes_changes_or_deletes_rows(self):
        for document, name in self.histories:
            rows = document.sudo()[name]
            self.assertTrue(rows)
            before = rows.read()
            values = rows[:1].copy_data()[0] if rows[:1] else {}
            for acting in (
                rows.with_user(self.everything),
                rows.with_user(self.everything).sudo(),
                rows.sudo(),
                rows.sudo().with_context(dealflow_log_key=True, install_mode=True, import_file=True),
            ):
                for attempt in (
                    lambda acting=acting, values=values: acting.create(values),
                    lambda acting=acting: acting[:1].copy(),
                    lambda acting=acting: acting.write({'user_id': self.everything.id}),
                    lambda acting=acting: acting.write({}),
                    lambda acting=acting: acting.unlink(),
                ):
                    with self.subTest(model=rows._name), self.assertRaises(AccessError), self.env.cr.savepoint():
                        attempt()
                result = acting.load(['.id', 'user_id/.id'], [[str(rows[0].id), str(self.everything.id)]])
                self.assertFalse(result['ids'])
            self.env.invalidate_all()
            self.assertEqual(document.sudo()[name].read(), before)

    def test_nobody_gets_at_rows_through_their_document(self):
        for document, name in self.histories:
            row = document.sudo()[name][:1]
            for command in (
                Command.create({'user_id': self.everything.id}),
                Command.update(row.id, {'user_id': 1}),
                Command.delete(row.id),
                Command.unlink(row.id),
                Command.clear(),
                Command.set([]),
            ):
                for acting in (document.with_user(self.everything), document.with_user(self.everything).sudo()):
                    with self.subTest(model=row._name), self.assertRaises(UserError), self.env.cr.savepoint():
                        acting.write({name: [command]})
            self.env.invalidate_all()
            self.assertEqual(document.sudo()[name][:1], row)

    def test_rows_tell_who_and_when(self):
        for document, name in self.histories:
            row = document.sudo()[name][:1]
            self.assertEqual(row.user_id, self.rep_north)
            self.assertEqual(row.create_uid, self.rep_north)
            self.assertTrue(row.date)
            self.assertTrue(row.create_date)

    def test_what_follows_from_rows_is_computed(self):
        self.assertEqual(self.receipt.postponement_count, 1)
        self.assertEqual(self.receipt.postponement_ids.company_id, self.env.company)
        self.assertEqual(self.partner.requisites_state, 'to_confirm')

    def test_many_rows_are_one_statement(self):
        receipts = (
            self.env['dealflow.receipt']
            .with_user(self.rep_north)
            .create([{'deal_id': self.deal.id, 'date_planned': '2030-05-20', 'amount': 300} for _number in range(5)])
        )
        self.env.flush_all()
        rows = self.env['dealflow.receipt.postponement']
        values = [
            {
                'receipt_id': receipt.id,
                'company_id': self.env.company.id,
                'date': fields.Datetime.now(),
                'user_id': self.rep_north.id,
                'date_from': '2030-05-20',
                'date_to': '2030-06-20',
                'days': 31,
                'reason': "x",
            }
            for receipt in receipts
        ]
        with self.assertQueryCount(1, flush=False):
            made = rows._append(values)
        self.assertEqual(made.receipt_id, receipts)
        self.assertEqual(receipts.mapped('postponement_count'), [1] * 5)
