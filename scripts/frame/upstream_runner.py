"""Runs tests of Odoo inside Odoo's shell and writes down the result of each.

While a module is installed, Odoo runs its tests before later modules are loaded: only in the shell do they run with the
complete registry. ``DEALFLOW_UPSTREAM`` contains the settings as JSON: the ``modules`` and ``tags`` that select the
tests, ``linted``, the only module (if any) whose files test_lint reads, what is ``left out``, in the format of
test_recorder, and ``outcomes``, the file to write.
"""

import json
import os

from odoo.modules import Manifest
from odoo.tests import loader, shell
from odoo.tools import config

from frame import test_recorder

settings = json.loads(os.environ['DEALFLOW_UPSTREAM'])


def lint_only(name):
    """Limit test_lint, which reads the files of all modules, to those of one module, or to none."""
    manifests = [manifest for manifest in Manifest.all_addon_manifests() if manifest.name == name]
    Manifest.all_addon_manifests = staticmethod(lambda: manifests)
    for manifest in manifests:
        config.root_path = manifest.path


test_recorder.record(**settings['left out'])
config['test_tags'] = settings['tags']
for position in ('at_install', 'post_install'):
    # Also record tests that never start.
    loader.make_suite(settings['modules'], position)
if 'linted' in settings:
    lint_only(settings['linted'])
shell.run_tests(env, settings['tags'], modules=settings['modules'])  # noqa: F821 (the shell provides env)
with open(settings['outcomes'], 'w') as file:
    json.dump(test_recorder.outcomes, file)
