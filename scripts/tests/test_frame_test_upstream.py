"""What scripts/test-upstream counts as a new failure. The test results are taken from a real run."""

import json

import pytest

from frame.test_upstream import KNOWN, WITH, Comparison, Suite, module_of, parse

CONVERT = '/crm/tests/test_crm_lead_convert_mass.py:TestLeadConvertMass.test_mass_convert_performances'
SYNC = '/crm/tests/test_crm_lead.py:TestCRMLead.test_crm_lead_partner_sync_email_phone'
VAT = '/base/tests/test_res_partner.py:TestPartnerAddressCompany.test_commercial_field_sync_reset'
TOUR = '/crm/tests/test_crm_ui.py:TestUi.test_01_crm_tour'
OVERRIDES = '/test_lint/tests/test_override_signatures.py:TestLintOverrideSignatures.test_lint_override_signature'
PASSED = {'outcome': 'passed', 'seconds': 1.5}
NOTHING_KNOWN = {'without': {}, 'with': {}}


def failed(*parts, error='Traceback\nAssertionError: no'):
    return {'outcome': 'failed', 'seconds': 0.5, 'failures': dict.fromkeys(parts or [''], error)}


def test_only_what_fails_with_the_module_alone_is_new():
    comparison = Comparison(
        {CONVERT: PASSED, SYNC: PASSED, VAT: failed(), TOUR: failed()},
        {CONVERT: PASSED, SYNC: failed("(login='user_sales_manager')"), VAT: failed(), TOUR: PASSED},
        NOTHING_KNOWN,
    )
    assert comparison.new_failures() == [SYNC]


@pytest.mark.parametrize('outcome', [failed(), {'outcome': 'not run'}])
def test_class_that_cannot_be_set_up_fails_all_its_tests(outcome):
    assert Comparison({CONVERT: PASSED}, {CONVERT: outcome}, NOTHING_KNOWN).new_failures() == [CONVERT]


def test_skipped_test_is_no_failure():
    skipped = {'outcome': 'skipped', 'reason': 'no eslint'}
    assert Comparison({CONVERT: PASSED}, {CONVERT: skipped}, NOTHING_KNOWN).new_failures() == []


def test_another_part_of_a_test_that_fails_anyway_is_new():
    odoo = "(module='sms', model='base', method='_sms_get_recipients_info')"
    ours = "(module='dealflow', model='res.partner', method='create')"
    assert Comparison({OVERRIDES: failed(odoo)}, {OVERRIDES: failed(odoo)}, NOTHING_KNOWN).new_failures() == []
    both = Comparison({OVERRIDES: failed(odoo)}, {OVERRIDES: failed(odoo, ours)}, NOTHING_KNOWN)
    assert both.new_failures() == [OVERRIDES]


def test_failure_with_a_listed_reason_is_not_new_but_told():
    known = {'without': {}, 'with': {CONVERT: "Counts queries."}}
    comparison = Comparison({CONVERT: PASSED}, {CONVERT: failed()}, known)
    assert comparison.new_failures() == []
    assert "Counts queries." in comparison.describe()
    assert "No new failure." in comparison.describe()


def test_listed_failures_that_came_out_well_are_told():
    known = {'without': {VAT: "VAT."}, 'with': {CONVERT: "Counts queries."}}
    comparison = Comparison({CONVERT: PASSED, VAT: PASSED}, {CONVERT: PASSED, VAT: PASSED}, known)
    assert comparison.outdated() == [VAT, CONVERT]
    assert Comparison({CONVERT: PASSED}, {CONVERT: PASSED}, known).outdated() == [CONVERT], "VAT did not run"


class RecordedSuite(Suite):
    """A suite that runs nothing: it returns the given results one after the other, and records the requests."""

    def __init__(self, *outcomes):
        super().__init__(None, None, ['crm'], whole=False)
        self.outcomes = list(outcomes)
        self.asked = []

    def _log(self, database):
        return 'no log'

    def _run(self, database, tags, **settings):
        self.asked.append(tags)
        return dict(self.outcomes.pop(0))


def test_what_fails_without_being_listed_gets_a_second_attempt():
    suite = RecordedSuite(
        {TOUR: failed(), SYNC: failed(), VAT: failed(), CONVERT: PASSED}, {TOUR: PASSED, SYNC: failed()}
    )
    outcomes = suite.run(WITH, listed={VAT: "VAT."})
    assert suite.asked == [['/crm'], [TOUR, SYNC]]
    assert outcomes == {TOUR: PASSED | {'first attempt': failed()}, SYNC: failed(), VAT: failed(), CONVERT: PASSED}
    comparison = Comparison(dict.fromkeys(outcomes, PASSED), outcomes, NOTHING_KNOWN)
    assert comparison.new_failures() == [SYNC, VAT]
    assert "Passed with Dealflow when run once more: 1" in comparison.describe()


def test_class_that_is_set_up_in_the_second_attempt_is_in_order():
    set_up = 'setUpClass (odoo.addons.crm.tests.test_crm_ui.TestUi)'
    suite = RecordedSuite({set_up: failed(), TOUR: {'outcome': 'not run'}}, {TOUR: PASSED})
    assert suite.run(WITH, listed={}) == {TOUR: PASSED | {'first attempt': {'outcome': 'not run'}}}


def test_all_well_needs_no_second_attempt():
    suite = RecordedSuite({CONVERT: PASSED})
    assert suite.run(WITH, listed={}) == {CONVERT: PASSED}
    assert suite.asked == [['/crm']]


def test_summary_counts_and_quotes_the_last_words():
    comparison = Comparison(
        {CONVERT: PASSED, VAT: failed()},
        {CONVERT: failed(error="Trace\nQuery count: 1618 > 1442"), VAT: failed()},
        NOTHING_KNOWN,
    )
    text = comparison.describe()
    assert [line.split() for line in text.splitlines()[:3]] == [
        ['without', 'with'],
        ['passed', '1', '0'],
        ['failed', '1', '2'],
    ]
    assert "New failures with Dealflow: 1" in text
    assert "1618 > 1442" in text
    assert "Failures without Dealflow that are not listed: 1" in text


@pytest.mark.parametrize(
    'tag',
    ['/crm', '/crm:TestUi', '/crm/tests/test_crm_ui.py', '/crm,-/crm/tests/test_crm_ui.py', 'click_all/crm', TOUR],
)
def test_module_of_a_choice(tag):
    assert module_of(tag) == 'crm'


def test_parts_of_modules_may_be_chosen():
    assert parse(['--modules', 'crm', 'calendar:TestCalendar', '--keep']).modules == ['crm', 'calendar:TestCalendar']


def test_every_listed_failure_has_a_cause():
    for entries in json.loads(KNOWN.read_text()).values():
        for entry in entries:
            assert entry['cause'].endswith('.')
            assert entry['tests'] and all(test.startswith('/') and '.py:' in test for test in entry['tests'])
