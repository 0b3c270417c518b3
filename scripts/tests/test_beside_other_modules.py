"""The module works in one database with Odoo modules that it does not depend on, installed in either order.

Those of our tests that need one of these modules are skipped elsewhere: here all of them run.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from frame.databases import Databases
from frame.paths import CHECKOUT, MODULE
from frame.test_upstream import Suite
from frame.workbench import Workbench, result

OTHERS = [
    'account_qr_code_sepa',
    'google_calendar',
    'microsoft_calendar',
    'payment_demo',
    'project',
    'purchase',
    'sale_margin',
    'sale_project',
    'sale_stock',
    'stock',
    'survey',
    'website_crm',
    'website_sale',
]
SKIPS = re.compile(r'\bself\.skipTest\(|\braise SkipTest\(')
# The requests of the web client when it opens the two lists called receipts.
OPEN_RECEIPTS = """
import json
env = env(user=env.ref('base.user_admin').id)
opened = {}
for name in ('dealflow.dealflow_receipt_action', 'stock.action_picking_tree_incoming'):
    action = env.ref(name)
    model = env[action.res_model]
    answer = model.get_views([*action.views, (action.search_view_id.id, 'search')])
    model.web_search_read([], {field: {} for field in answer['models'][model._name]['fields']}, limit=1)
    opened[action.path] = sorted({'list', 'form', 'search'} & answer['views'].keys())
print('RESULT', json.dumps(opened))
"""
TWICE = "SELECT path FROM ir_actions WHERE path IS NOT NULL GROUP BY path HAVING count(*) > 1"


class Beside:
    """A database with the module and the others, installed in one of the two orders, and Odoo's warnings and errors."""

    def __init__(self, databases, order):
        self.databases = databases
        self.order = order
        self.name = databases.server.own(f'dealflow_{order}_{os.getpid()}')
        self.complaints = []

    def make(self):
        """Create the database."""
        self.databases.copy(self.databases.template(demo=False), self.name)
        steps = [self._install_ours, self._install_others]
        for install in steps if self.order == 'first' else reversed(steps):
            self.complaints += install()
        return self

    def _install_ours(self):
        return self.databases.install_module(self.name, demo=False)

    def _install_others(self):
        return self.databases.install_addons(self.name, OTHERS)


@pytest.fixture(scope='module')
def beside():
    """Return both databases, created at the same time."""
    with Workbench.prepare() as bench:
        databases = Databases(bench)
        databases.template(demo=False)
        made = [Beside(databases, order) for order in ('first', 'last')]
        try:
            with ThreadPoolExecutor() as pool:
                yield {one.order: one for one in pool.map(Beside.make, made)}
        finally:
            for one in made:
                databases.drop(one.name)


@pytest.mark.parametrize('order', ['first', 'last'])
def test_installs_beside_other_modules_without_a_complaint(beside, order):
    one = beside[order]
    server = one.databases.server
    assert one.complaints == []
    states = server.query(
        "SELECT DISTINCT state FROM ir_module_module WHERE name = ANY(%s)", [[*OTHERS, 'dealflow']], one.name
    )
    assert states == [['installed']]
    assert server.query(TWICE, database=one.name) == []


@pytest.mark.parametrize('order', ['first', 'last'])
def test_both_lists_of_receipts_open(beside, order):
    one = beside[order]
    opened = result(one.databases.bench.run_program(one.name, OPEN_RECEIPTS))
    assert opened == {'dealflow-receipts': ['form', 'list', 'search'], 'receipts': ['form', 'list', 'search']}


def test_tests_that_skip_elsewhere_run_here(beside, tmp_path):
    """Run every test file with tests that are skipped without a module; none of them is skipped here."""
    files = [path.name for path in sorted((CHECKOUT / 'tests').glob('test_*.py')) if SKIPS.search(path.read_text())]
    assert 'test_partner_projects.py' in files
    bench = beside['last'].databases.bench
    suite = Suite(bench, tmp_path, [f'{MODULE}/tests/{name}' for name in files], whole=False)
    outcomes = suite.run(beside['last'].name, listed=())
    assert {tag.partition(':')[0].rpartition('/')[2] for tag in outcomes} == set(files)
    assert {tag: outcome for tag, outcome in outcomes.items() if outcome['outcome'] != 'passed'} == {}
