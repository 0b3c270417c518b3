"""The linters do look at the code: one that has nothing to say about bad code is not at work."""

import subprocess
import sys

from frame.paths import CHECKOUT

BAD_MODEL = '''\
from odoo import fields, models
from odoo.exceptions import UserError


class BadModel(models.Model):
    _name = 'bad.model'
    _description = "Bad"

    total = fields.Float(compute='calculate')

    def write(self, values):
        self.env.cr.execute("SELECT %s" % values)
        raise UserError("not translated")
'''


def test_pylint_odoo_finds_what_it_should(tmp_path):
    (tmp_path / 'bad').mkdir()
    (tmp_path / 'bad/__manifest__.py').write_text((CHECKOUT / '__manifest__.py').read_text())
    (tmp_path / 'bad/__init__.py').write_text('from . import bad_model\n')
    (tmp_path / 'bad/bad_model.py').write_text(BAD_MODEL)

    done = subprocess.run(
        [sys.executable, '-m', 'pylint', f'--rcfile={CHECKOUT / "pyproject.toml"}', 'bad'],
        cwd=tmp_path, capture_output=True, text=True, check=False)

    for message in ('method-compute', 'method-required-super', 'sql-injection', 'translation-required'):
        assert f'({message})' in done.stdout
