"""What became of tests of Odoo, by their test tags. Used inside Odoo's processes too."""

import re

# Why a test was not run that could have been.
BROWSER_LEFT_OUT = "drives a browser"
TIME_LEFT_OUT = "the tests of the module have taken their time"


def take_second(outcomes, failed, second):
    """Of tests that failed, note in the outcomes what came out well at the second attempt."""
    for tag in failed:
        if tag.startswith('setUpClass ') and tag not in second:
            del outcomes[tag]
        elif tag in second and not has_failed(second[tag]):
            outcomes[tag] = second[tag] | {'first attempt': outcomes[tag]}


def module_of(tag):
    """The module whose tests a test tag chooses."""
    return re.split('[/:,]', tag.partition('/')[2])[0]


def has_failed(outcome):
    """Whether a test failed, or never ran because what it needs could not be made."""
    return outcome['outcome'] in ('failed', 'not run')
