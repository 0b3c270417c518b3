"""Reports of scripts/test-guests. Nothing is installed: test results and refusals are given."""

import pytest

from frame import guest_table, guests, test_guests
from frame.errors import FrameError
from frame.guest_table import HEADER, RULE, Row
from frame.outcomes import BROWSER_LEFT_OUT, TIME_LEFT_OUT
from frame.test_guests import Findings, Party, find_culprit, parse, read_roles

PAGE = f"""# Beside other apps

## Apps of Odoo

{HEADER}
{RULE}
| mrp | 19.0.2.0 | before and after | yes | 12 pass | Written by a person |
| stock | 19.0.1.1 | before and after | yes | not run |  |

## Addons of OCA

{HEADER}
{RULE}
"""
BATCH = '/stock/tests/test_batch.py:TestBatch.test_batch'
MOVE = '/stock/tests/test_move.py:TestMove.test_move'
LOTS = '/stock/tests/test_move.py:TestMove.test_lots'
PASSED = {'outcome': 'passed'}
FAILED = {'outcome': 'failed', 'failures': {'': 'Traceback\nAssertionError: 2 != 3'}}


ALL = {'browser': True, 'seconds': None}


class Met(Party):
    """Guests whose results are all known."""

    def __init__(self, names, without, first, tests=ALL, only_tests=False, **found):
        self.only_tests = only_tests
        self.without, self.first, self.last = 'without', 'first', 'last'
        self.names = names
        self.tests = tests
        self.known = {'without': {}, 'with': {}}
        self.found = Findings(
            outcomes={'without': without, 'first': first},
            versions=dict.fromkeys(names, '19.0.1.1'),
            **{'refused': {'without': {}, 'first': {}}, **found},
        )


def refusal(what='form', guests=(), error="AccessError: no"):
    return {'role': 'rep', 'model': 'sale.order', 'what': what, 'error': error, 'guests': list(guests)}


def test_row_tells_what_fails_only_with_the_module():
    met = Met(['stock'], {BATCH: PASSED, MOVE: FAILED, LOTS: PASSED}, {BATCH: PASSED, MOVE: FAILED, LOTS: FAILED})
    [row] = met.rows()
    assert row.tests == "1 pass, 1 fail without Dealflow too, 1 fail only with Dealflow"
    assert (row.installs, row.opens) == ("before and after", "yes")
    assert met.comparison().new_failures() == [LOTS]


def test_row_tells_what_was_left_out():
    outcomes = {
        BATCH: {'outcome': 'skipped', 'reason': BROWSER_LEFT_OUT},
        MOVE: {'outcome': 'skipped', 'reason': TIME_LEFT_OUT},
        LOTS: {'outcome': 'skipped', 'reason': "no library"},
    }
    [row] = Met(['stock'], {}, outcomes).rows()
    assert row.tests == "0 pass, 1 skipped, 1 in a browser left out, 1 left out for time"


def test_run_of_tests_only_leaves_the_other_columns():
    met = Met(['mrp', 'stock'], {}, {MOVE: PASSED}, only_tests=True, refused={'first': {'mrp': "no library"}})
    assert met.rows() == [Row('stock', '19.0.1.1', tests="1 pass")]
    assert met.problems() == [], "whether mrp is refused because of the module was not looked at"
    text = guest_table.update(PAGE, "Apps of Odoo", met.rows())
    assert "| stock | 19.0.1.1 | before and after | yes | 1 pass |  |" in text


class Repeated(Met):
    """Guests that return the given results one after the other when tests are run again."""

    def __init__(self, *answers, **outcomes):
        super().__init__(['stock'], {}, outcomes['first'])
        self.ours = 'ours'
        self.answers = list(answers)
        self.asked = []

    def _run_again(self, template, names, tests):
        self.asked.append((template, tests))
        return self.answers.pop(0)


def test_what_failed_is_run_without_the_module_and_what_is_new_once_more():
    met = Repeated(
        {MOVE: FAILED, LOTS: PASSED, BATCH: PASSED},
        {LOTS: PASSED, BATCH: FAILED},
        first={MOVE: FAILED, LOTS: FAILED, BATCH: FAILED},
    )
    met._compare('template', ['stock'])
    assert met.asked == [('template', [MOVE, LOTS, BATCH]), ('ours', [LOTS, BATCH])]
    assert met.comparison().new_failures() == [BATCH]
    [row] = met.rows()
    assert row.tests == "1 pass, 1 fail without Dealflow too, 1 fail only with Dealflow"


def test_screen_that_fails_without_the_module_too_is_no_problem():
    screens = {'without': [refusal()], 'first': [refusal()], 'last': [refusal('list', ['stock'], "ValueError: x")]}
    met = Met(['stock', 'mrp'], {}, {}, screens=screens)
    assert [row.opens for row in met.rows()] == ["no", "yes"]
    [problem] = met.problems()
    assert "sale.order (list) in last" in problem
    assert "ValueError: x" in problem


def test_guest_that_installs_only_without_the_module_is_a_problem():
    met = Met(['stock'], {}, {}, refused={'without': {}, 'first': {'stock': "no such field"}})
    assert met.problems() == ["stock cannot be installed: no such field"]
    assert met.rows()[0].installs == "only before Dealflow"
    met = Met(['stock'], {}, {}, refused={'without': {'stock': "no such library"}, 'first': {}})
    assert met.problems() == []
    assert met.rows()[0].installs == "not without Dealflow either"


def test_complaints_of_our_installation_are_a_problem():
    assert "WARNING" in Met(['stock'], {}, {}, complaints=["WARNING two fields"]).problems()[0]


def test_table_keeps_what_a_run_did_not_look_at():
    rows = Met(['mrp', 'stock', 'fleet'], {}, {}, tests=None).rows()
    text = guest_table.update(PAGE, "Apps of Odoo", rows)
    assert "| fleet | 19.0.1.1 | before and after | yes | not run |  |\n| mrp |" in text
    # Test results of another version are cleared; remarks written by hand are kept.
    assert "| mrp | 19.0.1.1 | before and after | yes | not run | Written by a person |" in text
    rows = [Row('stock', '19.0.1.1', tests="3 pass")]
    assert "| stock | 19.0.1.1 | before and after | yes | 3 pass |  |" in guest_table.update(text, "Apps of Odoo", rows)
    assert text.endswith(f"## Addons of OCA\n\n{HEADER}\n{RULE}\n")


def test_page_without_a_table_is_told():
    with pytest.raises(FrameError, match="no table of guests below «Apps of Odoo»"):
        guest_table.update("# Nothing\n", "Apps of Odoo", [])


def test_culprit_is_the_last_guest_that_was_loaded(tmp_path):
    log = tmp_path / 'log'
    line = '2026-01-05 10:00:00,000 1 INFO db odoo.modules.loading: Loading module {} (1/2)\n'
    log.write_text(line.format('stock') + line.format('mrp'))
    assert find_culprit(log, ['mrp', 'stock']) == 'mrp'
    log.write_text(log.read_text() + 'UserError: Unable to install module "fleet" because a library is missing.\n')
    assert find_culprit(log, ['mrp', 'stock', 'fleet']) == 'fleet'
    with pytest.raises(FrameError, match="does not say because of which"):
        find_culprit(log, ['lunch'])


def test_roles_without_the_module_have_groups_of_odoo_only():
    with_module, without = read_roles(True), read_roles(False)
    assert with_module.keys() == without.keys()
    assert with_module['rep'] == 'base.group_user,dealflow.group_user_own'
    assert without['rep'] == f'base.group_user,{test_guests.SALES}'
    assert without['employee'] == with_module['employee'].replace('dealflow.', '')
    assert not [groups for groups in without.values() if 'dealflow' in groups]


def test_both_kinds_are_met_unless_one_is_named():
    assert parse([]).kinds == ['odoo', 'oca']
    assert parse(['--oca', '--only', 'contract', 'queue_job']).kinds == ['oca']


def test_guests_tests_are_all_run_unless_told_otherwise():
    assert test_guests.choose_tests(parse([])) == ALL
    assert test_guests.choose_tests(parse(['--no-browser', '--minutes', '2'])) == {'browser': False, 'seconds': 120}
    assert test_guests.choose_tests(parse(['--no-tests'])) is None


def test_apps_of_odoo_are_told_in_order():
    assert guests.APPS == sorted(set(guests.APPS))
