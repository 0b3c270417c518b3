"""The server is killed while it works, or two users do the same at once: every change is complete or absent.

An operation is stopped at the worst moment: the test holds a lock that the operation needs after many writes.
PostgreSQL tells which tables the stopped transaction has written; then the server is killed.
"""

import os
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg2
import pytest

from bench import reconciliation
from frame.databases import Databases
from frame.odoo_server import OdooServer
from frame.rpc import Refused, Session
from frame.workbench import Workbench, result

COUNT = 40
# Three for each of five deals.
RECEIPTS = 15
SECONDS = 180
# Separate records for each operation, so that none finds changes of another.
MAKE_RECORDS = """
import json
from odoo.fields import Command
from odoo.tests import new_test_user

env = env['base'].with_context(no_reset_password=True, tracking_disable=True).env
COUNT = %(count)s
env['account.chart.template'].try_loading('generic_coa', env.company, install_demo=False)
env.company.dealflow_receipt_autoclose = True
for login, groups in (
    ('seller', 'dealflow.group_user'),
    ('colleague', 'dealflow.group_user'),
    ('importer', 'dealflow.group_manager,dealflow.group_stage_override'),
    ('accountant', 'dealflow.group_user,dealflow.group_receipts,account.group_account_invoice'),
):
    new_test_user(env, login=login, password=login, groups=f'base.group_user,{groups}')
seller = env['res.users'].search([('login', '=', 'seller')])
client = env['res.partner'].create({'name': "Client", 'is_company': True})
product = env['product.product'].create({'name': "Chair", 'list_price': 300, 'type': 'service', 'taxes_id': False})
funnel = env.ref('dealflow.funnel_default')
# Deals are won here without an order: what is looked at is what becomes of the move.
funnel.enforces_requirements = False
stages = funnel.stage_ids.sorted('sequence')

def make_deals(name, count=COUNT, **values):
    return env['dealflow.deal'].create([
        {'name': f"{name} {number}", 'user_id': seller.id, 'business_partner_id': client.id, 'amount': 100 + number}
        | values for number in range(count)
    ])

def make_leads(name, count=COUNT):
    return env['crm.lead'].create([
        {'name': f"{name} {number}", 'type': 'opportunity', 'user_id': seller.id, 'partner_id': client.id,
         'expected_revenue': 100 + number} for number in range(count)
    ])

def make_receipts(name):
    deals = make_deals(name, 5)
    orders = env['sale.order'].create([{
        'partner_id': client.id, 'deal_id': deal.id, 'user_id': seller.id,
        'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': 1})],
    } for deal in deals])
    orders.action_confirm()
    invoices = orders._create_invoices(grouped=True)
    invoices.action_post()
    return invoices, env['dealflow.receipt'].create([
        {'name': f"{name} {number}", 'deal_id': deal.id, 'amount': 100, 'date_planned': '2031-01-15'}
        for deal in deals for number in range(3)
    ])

linked_invoices, linked = make_receipts("Linked")
paid_invoices, paid = make_receipts("Paid")
paid.action_link_invoices()
common_lead = make_leads("Of two deals", 1)
late_invoices, late = make_receipts("Late")
env.cr.flush()
print('RESULT', json.dumps({
    'stages': stages.ids,
    'reason': env['crm.lost.reason'].search([], limit=1).id,
    'client': client.id,
    'leads': make_leads("Converted").ids,
    'other_leads': make_leads("Converted too").ids,
    'moved': make_deals("Moved").ids,
    'other_moved': make_deals("Moved too").ids,
    'hasty_deals': make_deals("Hasty").ids,
    'linked': linked.ids,
    'linked_invoices': linked_invoices.ids,
    'paid': paid.ids,
    'paid_invoices': paid_invoices.ids,
    'contended': make_deals("Contended", 2).ids,
    'of_one_lead': make_deals("Of one lead", 2, lead_id=common_lead.id).ids,
    'common_lead': common_lead.id,
    'late': late.ids,
    'late_invoices': late_invoices.ids,
}))
env.cr.commit()
"""


class Stand:
    """A database with its own records, and access to it without Odoo."""

    def __init__(self, bench, name):
        self.name = name
        self.server = bench.server
        self.records = result(bench.run_program(name, MAKE_RECORDS % {'count': COUNT}))

    def connect(self):
        settings = self.server.settings
        return psycopg2.connect(
            dbname=self.name, host=settings.get('PGHOST'), port=settings.get('PGPORT'), user=settings.get('PGUSER')
        )

    def query(self, statement, *values, **named_values):
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, named_values or values)
            return cursor.fetchall()

    def count(self, statement, *values, **named_values):
        return self.query(f'SELECT count(*) FROM {statement}', *values, **named_values)[0][0]

    @contextmanager
    def held(self, lock, **named_values):
        """Hold a lock during the block."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(lock, named_values)
            yield

    def wait_for_waiting(self, *calls):
        """Return the processes of the calls once each of them waits for a lock."""

        def find():
            for call in calls:
                assert call.is_alive(), f"Ended instead of waiting: {call.error or call.answer}"
            found = [
                row[0]
                for row in self.query(
                    "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", self.name
                )
            ]
            return len(found) == len(calls) and found

        return wait_for(find)

    def written_tables(self, process):
        """Return the tables that an unfinished transaction has written."""
        return {
            row[0]
            for row in self.query(
                "SELECT relation::regclass::text FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
                " WHERE pid = %s AND mode = 'RowExclusiveLock' AND granted AND relkind = 'r'",
                process,
            )
        }

    def wait_until_gone(self, *processes):
        """Wait until PostgreSQL has noticed that the processes are gone."""
        wait_for(lambda: not self.count('pg_stat_activity WHERE pid = ANY(%s)', list(processes)))

    def contradictions(self):
        return reconciliation.contradictions(self.server, self.name)


def wait_for(condition):
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(0.05)
    return found


class Call(threading.Thread):
    """A call that runs while the test does something else."""

    def __init__(self, function, *arguments):
        super().__init__(daemon=True)
        self._function = function
        self._arguments = arguments
        self.answer = self.error = None
        self.start()

    def run(self):
        try:
            self.answer = self._function(*self._arguments)
        except Exception as error:  # noqa: BLE001 - the test checks any error
            self.error = error

    def finish(self):
        self.join(SECONDS)
        assert not self.is_alive()
        return self


@dataclass
class Fault:
    """An operation, where it is stopped, and what it would leave behind. Statements refer to the records by name."""

    words: str
    login: str
    # The call of the web client: takes a session and the records, returns Odoo's result.
    operation: object
    # A lock that the operation needs, and the tables it has written by the time it waits for the lock.
    lock: str
    written: set
    # Table and condition of the rows that it creates, and their number when it is complete.
    trace: str
    whole: int


def convert(session, records, name='leads'):
    return session.call('crm.lead', 'action_convert_to_deal', records[name])


def move(session, records, name='moved', stage=1):
    return session.call(
        'dealflow.deal', 'action_move_stage', records[name], records['stages'][stage], "They asked for it", "Asked"
    )


def link_invoices(session, records, name='linked'):
    return session.call('dealflow.receipt', 'action_link_invoices', records[name])


def pay(session, records, invoices='paid_invoices'):
    """Register payments as accounting does: one for each selected invoice, reconciled with it."""
    context = {'active_model': 'account.move', 'active_ids': records[invoices]}
    dialog = session.call('account.payment.register', 'create', [{'group_payment': False}], context=context)
    return session.call('account.payment.register', 'action_create_payments', dialog, context=context)


def import_deals(session, records):
    """Import deals of the past from a file, as the button «Import» does."""
    rows = [
        f'Imported {number},I{number:03},{10 + number},2020-01-{1 + number % 28:02},Contract,2020-03-05'
        for number in range(COUNT)
    ]
    columns = ['name', 'number', 'amount', 'opened_on', 'stage_id', 'closed_on']
    content = '\n'.join([','.join(columns), *rows])
    wizard = session.call(
        'base_import.import',
        'create',
        [
            {
                'res_model': 'dealflow.deal',
                'file_name': 'deals.csv',
                'file_type': 'text/csv',
                'file': content,
            }
        ],
    )
    answer = session.call(
        'base_import.import',
        'execute_import',
        wizard,
        columns,
        columns,
        {
            'has_headers': True,
            'quoting': '"',
            'separator': ',',
            'float_thousand_separator': ' ',
            'float_decimal_separator': '.',
            'date_format': '%Y-%m-%d',
            'datetime_format': '',
            'encoding': 'utf-8',
            'advanced': False,
            'keep_matches': False,
            'sheets': [],
            'import_skip_records': [],
            'fallback_values': {},
            'name_create_enabled_fields': {},
            'import_set_empty_fields': [],
        },
    )
    assert not answer.get('messages'), answer['messages']
    return answer


MESSAGES = 'LOCK TABLE mail_message IN SHARE MODE'
DEALS_AND_HISTORY = {'dealflow_deal', 'dealflow_deal_log'}
FAULTS = [
    Fault(
        "conversion of opportunities, with the deals written and their history not",
        'seller',
        convert,
        lock='SELECT 1 FROM res_partner WHERE id = %(client)s FOR UPDATE',
        written={'dealflow_deal'},
        trace='dealflow_deal WHERE lead_id = ANY(%(leads)s)',
        whole=COUNT,
    ),
    Fault(
        "conversion of opportunities, before they are told of it",
        'seller',
        partial(convert, name='other_leads'),
        lock=MESSAGES,
        written=DEALS_AND_HISTORY,
        trace='dealflow_deal WHERE lead_id = ANY(%(other_leads)s)',
        whole=COUNT,
    ),
    Fault(
        "mass move, with the history written and half of the deals not",
        'seller',
        move,
        lock='SELECT 1 FROM dealflow_deal WHERE id = (%(moved)s::int[])[20] FOR NO KEY UPDATE',
        written=DEALS_AND_HISTORY,
        trace="dealflow_deal_log WHERE kind = 'move' AND deal_id = ANY(%(moved)s)",
        whole=COUNT,
    ),
    Fault(
        "mass move, before its messages",
        'seller',
        partial(move, name='other_moved'),
        lock=MESSAGES,
        written=DEALS_AND_HISTORY,
        trace="dealflow_deal_log WHERE kind = 'move' AND deal_id = ANY(%(other_moved)s)",
        whole=COUNT,
    ),
    Fault(
        "receipts linked with invoices, half of them",
        'accountant',
        link_invoices,
        lock='SELECT 1 FROM dealflow_receipt WHERE id = (%(linked)s::int[])[8] FOR NO KEY UPDATE',
        written={'dealflow_receipt_invoice_rel', 'dealflow_receipt'},
        trace='dealflow_receipt_invoice_rel WHERE receipt_id = ANY(%(linked)s)',
        whole=RECEIPTS,
    ),
    Fault(
        "payments that close receipts, half of them",
        'accountant',
        pay,
        lock='SELECT 1 FROM dealflow_receipt WHERE id = (%(paid)s::int[])[8] FOR NO KEY UPDATE',
        written={'account_payment', 'account_partial_reconcile', 'dealflow_receipt'},
        trace="dealflow_receipt WHERE state = 'received' AND matched_amount = 100 AND id = ANY(%(paid)s)",
        whole=RECEIPTS,
    ),
    Fault(
        "import of deals with their history, before its messages",
        'importer',
        import_deals,
        lock=MESSAGES,
        written=DEALS_AND_HISTORY,
        trace="dealflow_deal_log JOIN dealflow_deal ON dealflow_deal.id = deal_id"
        " WHERE kind = 'import' AND name LIKE 'Imported %%'",
        whole=2 * COUNT,
    ),
]


@pytest.fixture(scope='module')
def stand():
    with Workbench.prepare() as bench:
        name = bench.server.own(f'dealflow_faults_{os.getpid()}')
        databases = Databases(bench)
        try:
            databases.install(name, demo=False)
            stand = Stand(bench, name)
            with OdooServer(bench, name, max_cron_threads=0) as stand.odoo:
                yield stand
        finally:
            databases.drop(name)


@pytest.fixture
def log_in(stand):
    """Return sessions of users by login."""
    return lambda login: Session(stand.odoo.port, stand.name, login, login)


@pytest.mark.parametrize('fault', FAULTS, ids=lambda fault: fault.words)
def test_killed_in_the_middle(stand, log_in, fault):
    """After a restart nothing of the operation remains, and it can be repeated."""

    def trace():
        return stand.count(fault.trace, **stand.records)

    messages = stand.count('mail_message')
    with stand.held(fault.lock, **stand.records):
        call = Call(fault.operation, log_in(fault.login), stand.records)
        [process] = stand.wait_for_waiting(call)
        assert fault.written <= stand.written_tables(process)
        stand.odoo.kill()
    stand.wait_until_gone(process)
    assert isinstance(call.finish().error, OSError), call.error
    assert (trace(), stand.count('mail_message')) == (0, messages)
    assert stand.contradictions() == []

    stand.odoo.start()
    fault.operation(log_in(fault.login), stand.records)
    assert trace() == fault.whole
    assert stand.contradictions() == []


@pytest.mark.parametrize('part', [0.3, 0.8])
def test_killed_at_a_moment_that_nobody_chose(stand, log_in, part):
    """A move of many deals is complete or absent, at whatever moment the server is killed."""
    deals = stand.records['hasty_deals']
    moves = "dealflow_deal_log WHERE kind = 'move' AND deal_id = ANY(%s)"
    session = log_in('seller')
    started = time.monotonic()
    move(session, stand.records, 'hasty_deals', stage=2)
    seconds = time.monotonic() - started
    before = stand.count(moves, deals)
    call = Call(move, session, stand.records, 'hasty_deals')
    time.sleep(seconds * part)
    stand.odoo.kill()
    call.finish()
    wait_for(lambda: not stand.count("pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", stand.name))
    assert stand.count(moves, deals) - before in (0, COUNT)
    assert stand.contradictions() == []
    stand.odoo.start()
    move(log_in('seller'), stand.records, 'hasty_deals', stage=0)


# Two users at once


def test_two_move_the_same_deal(stand, log_in):
    """The second move continues from the stage set by the first one; neither user notices the server's retry."""
    deal, stages = stand.records['contended'][0], stand.records['stages']
    with stand.held(MESSAGES):
        calls = []
        for login, stage in (('seller', 1), ('colleague', 2)):
            calls.append(
                Call(
                    log_in(login).call,
                    'dealflow.deal',
                    'action_move_stage',
                    [deal],
                    stages[stage],
                    f"Moved by {login}",
                    "Moved",
                )
            )
            stand.wait_for_waiting(*calls)
    assert [(call.finish().answer, call.error) for call in calls] == [(True, None)] * 2
    assert stand.query(
        "SELECT stage_from_id, stage_to_id, comment FROM dealflow_deal_log WHERE kind = 'move' AND deal_id = %s"
        " ORDER BY id",
        deal,
    ) == [(stages[0], stages[1], "Moved by seller"), (stages[1], stages[2], "Moved by colleague")]
    assert stand.contradictions() == []


def test_one_loses_the_deal_that_another_moves(stand, log_in):
    """The second user is told what happened to the deal, and changes nothing."""
    deal, stages = stand.records['contended'][1], stand.records['stages']
    with stand.held(MESSAGES):
        lost = Call(log_in('seller').call, 'dealflow.deal', 'action_lose', [deal], stand.records['reason'], "No money")
        stand.wait_for_waiting(lost)
        moved = Call(log_in('colleague').call, 'dealflow.deal', 'action_move_stage', [deal], stages[1], "On", "On")
        stand.wait_for_waiting(lost, moved)
    assert lost.finish().answer is True
    assert isinstance(moved.finish().error, Refused)
    assert moved.error.kind == 'odoo.exceptions.ValidationError'
    assert "Contended 1 is lost. Reopen it before you move it to the stage Offer." in str(moved.error)
    assert stand.query('SELECT kind FROM dealflow_deal_log WHERE deal_id = %s ORDER BY id', deal) == [
        ('open',),
        ('lose',),
    ]
    assert stand.contradictions() == []


def test_two_close_the_last_deals_of_an_opportunity(stand, log_in):
    """Each transaction sees the other deal still open; the opportunity still gets the outcome of both (rule 5)."""
    first, second = stand.records['of_one_lead']
    with stand.held(MESSAGES):
        won = Call(log_in('seller').call, 'dealflow.deal', 'action_win', [first], "They have signed")
        stand.wait_for_waiting(won)
        lost = Call(
            log_in('colleague').call, 'dealflow.deal', 'action_lose', [second], stand.records['reason'], "No money"
        )
        stand.wait_for_waiting(won, lost)
    assert (won.finish().answer, lost.finish().answer) == (True, True)
    assert stand.query('SELECT won_status FROM crm_lead WHERE id = %s', stand.records['common_lead']) == [('won',)]
    assert stand.contradictions() == []


def test_one_links_the_invoices_that_another_marks_as_paid(stand, log_in):
    """Payment and linking do not see each other; the receipts still get the money (rule 4)."""
    with stand.held(MESSAGES):
        paid = Call(pay, log_in('accountant'), stand.records, 'late_invoices')
        stand.wait_for_waiting(paid)
        link_invoices(log_in('seller'), stand.records, 'late')
    assert paid.finish().error is None
    assert (
        stand.count(
            "dealflow_receipt WHERE state = 'received' AND matched_amount = 100 AND id = ANY(%s)",
            stand.records['late'],
        )
        == RECEIPTS
    )
    assert stand.contradictions() == []
