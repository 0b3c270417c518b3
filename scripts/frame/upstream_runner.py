"""Runs tests of Odoo inside Odoo's shell and writes down what became of each.

While a module is installed, Odoo runs its tests before later modules are there: only from the shell do those tests
meet the complete registry. ``DEALFLOW_UPSTREAM`` holds the settings as JSON: the ``modules`` and ``tags`` that choose
the tests, ``linted``, the only module whose files test_lint shall read, if any, what is ``left out``, as test_recorder
has it, and ``outcomes``, the file to write.
"""

import json
import os

from odoo.modules import Manifest
from odoo.tests import loader, shell
from odoo.tools import config

from frame import test_recorder

settings = json.loads(os.environ['DEALFLOW_UPSTREAM'])


def lint_only(name):
    """Let test_lint, which reads the files of all modules, read those of one module, or none."""
    manifests = [manifest for manifest in Manifest.all_addon_manifests() if manifest.name == name]
    Manifest.all_addon_manifests = staticmethod(lambda: manifests)
    for manifest in manifests:
        config.root_path = manifest.path


test_recorder.record(**settings['left out'])
config['test_tags'] = settings['tags']
for position in ('at_install', 'post_install'):
    # What is never begun is known as well.
    loader.make_suite(settings['modules'], position)
if 'linted' in settings:
    lint_only(settings['linted'])
shell.run_tests(env, settings['tags'], modules=settings['modules'])  # noqa: F821 (the shell provides env)
with open(settings['outcomes'], 'w') as file:
    json.dump(test_recorder.outcomes, file)
