"""Results of Odoo tests, by test tag. Also used inside Odoo's processes."""

import re

# Why a test that could run was not run.
BROWSER_LEFT_OUT = "drives a browser"
TIME_LEFT_OUT = "the tests of the module have taken their time"


def take_second(outcomes, failed, second):
    """Update the outcomes of failed tests that passed on the second attempt."""
    for tag in failed:
        if tag.startswith('setUpClass ') and tag not in second:
            del outcomes[tag]
        elif tag in second and not has_failed(second[tag]):
            outcomes[tag] = second[tag] | {'first attempt': outcomes[tag]}


def module_of(tag):
    """Return the module whose tests a test tag selects."""
    return re.split('[/:,]', tag.partition('/')[2])[0]


def has_failed(outcome):
    """Return whether a test failed, or never ran because its setup failed."""
    return outcome['outcome'] in ('failed', 'not run')
