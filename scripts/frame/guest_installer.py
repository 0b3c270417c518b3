"""Runs an Odoo server until it stops, with the arguments of its command, and writes its test results to a file.

python guest_installer.py FILE SETTINGS -d DATABASE -i MODULES --test-tags TAGS --stop-after-init …

``SETTINGS`` is JSON: the tests to leave out, in the format of test_recorder.
Tests that Odoo runs while a module is installed only see the modules installed before it.
"""

import json
import sys
from pathlib import Path

if __name__ == '__main__':
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from odoo.cli import main

from frame import test_recorder


def run(path, settings):
    """Run Odoo and write the test results, even if it fails."""
    test_recorder.record(**json.loads(settings))
    try:
        main()
    finally:
        Path(path).write_text(json.dumps(test_recorder.outcomes))


if __name__ == '__main__':
    run(sys.argv.pop(1), sys.argv.pop(1))
