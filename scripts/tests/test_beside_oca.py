"""Usual work with OCA addons next to ours, in one database with the pinned ones."""

import subprocess

from frame import guests
from frame.paths import CHECKOUT


def test_every_addon_is_pinned_with_a_reason():
    reason = False
    for line in guests.REQUIREMENTS.read_text().split('\n\n', 1)[1].splitlines():
        if line.startswith('#'):
            reason = True
        elif line:
            name, _equals, version = line.partition('==')
            # Python packages that addons require have no Odoo series.
            assert version.startswith('19.0.') or version and not name.startswith('odoo-'), line
            assert reason, f"{line}: say above it why it is here"


def test_what_companies_do_with_both_works():
    """Bank statements in both modes, by CAMT; revisions, merged and recurring invoices, reviews, two-part names."""
    done = subprocess.run(
        [CHECKOUT / 'scripts' / 'test', '--addons-path', CHECKOUT / 'scripts' / 'guests', '--guests'],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
