"""Runs an Odoo server to its end with the arguments of its command, and writes what became of its tests into a file.

python guest_installer.py FILE SETTINGS -d DATABASE -i MODULES --test-tags TAGS --stop-after-init …

``SETTINGS`` is JSON: which tests are left out, as test_recorder has it.
Tests that Odoo runs while a module is being installed meet the modules that were there before it, and no others.
"""

import json
import sys
from pathlib import Path

if __name__ == '__main__':
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from odoo.cli import main

from frame import test_recorder


def run(path, settings):
    """Run Odoo and write the outcomes, also when it fails."""
    test_recorder.record(**json.loads(settings))
    try:
        main()
    finally:
        Path(path).write_text(json.dumps(test_recorder.outcomes))


if __name__ == '__main__':
    run(sys.argv.pop(1), sys.argv.pop(1))
