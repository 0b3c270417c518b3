"""The linters report bad code: one that reports nothing is not running."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml

from frame import lint, node, xml_files
from frame.errors import FrameError
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
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
GOOD = {
    '__init__.py': 'NUMBER = 1\n',
    '__manifest__.py': "{'name': 'Good', 'version': '19.0.1.0.0', 'data': ['views/good_views.xml']}\n",
    'views/good_views.xml': f'{HEAD}<odoo>\n    <record id="good" model="res.groups"/>\n</odoo>\n',
    'static/src/good.js': 'export const good = 1;\n',
    'static/src/good.scss': '.good {\n    margin: 0;\n}\n',
    'i18n/de.po': '#. module: dealflow\n#. odoo-python\n#, python-format\nmsgid "%s deals"\nmsgstr "%s Deals"\n',
}
VIEW = f'{HEAD}<odoo>\n    <record id="view" model="ir.ui.view">\n        <field name="arch" type="xml">\n%s\n' + (
    '        </field>\n    </record>\n</odoo>\n'
)
LETTER = f'{HEAD}<odoo>\n    <template id="letter">\n%s\n    </template>\n</odoo>\n'
COMPONENT = f'{HEAD}<templates xml:space="preserve">\n    <t t-name="dealflow.Good">\n%s\n    </t>\n</templates>\n'


@pytest.fixture
def checkout(tmp_path):
    """Return a small module with the commands of this one."""
    folder = tmp_path / 'checkout'
    shutil.copytree(CHECKOUT / 'scripts', folder / 'scripts', ignore=shutil.ignore_patterns('__pycache__', 'tests'))
    for name in (
        'pyproject.toml',
        '.editorconfig',
        '.oca_hooks.cfg',
        '.pre-commit-config.yaml',
        '.prettierignore',
        '.prettierrc.cjs',
        'eslint.config.cjs',
    ):
        shutil.copy(CHECKOUT / name, folder)
    for name, content in GOOD.items():
        write(folder, name, content)
    settings = folder / 'pyproject.toml'
    settings.write_text(settings.read_text().replace('[tool.ruff]', '[tool.ruff]\nextend-exclude = ["scripts"]'))
    return folder


def write(folder, name, content):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)


def scripts_lint(folder, *arguments):
    return subprocess.run(
        [folder / 'scripts' / 'lint', *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=os.environ | {'DEALFLOW_PYTHON': sys.executable},
    )


def test_pylint_odoo_finds_what_it_should(tmp_path):
    (tmp_path / 'bad').mkdir()
    (tmp_path / 'bad/__manifest__.py').write_text((CHECKOUT / '__manifest__.py').read_text())
    (tmp_path / 'bad/__init__.py').write_text('from . import bad_model\n')
    (tmp_path / 'bad/bad_model.py').write_text(BAD_MODEL)

    done = subprocess.run(
        [sys.executable, '-m', 'pylint', f'--rcfile={CHECKOUT / "pyproject.toml"}', 'bad'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    for message in ('method-compute', 'method-required-super', 'sql-injection', 'translation-required'):
        assert f'({message})' in done.stdout


@pytest.mark.parametrize(
    ('part', 'name', 'content', 'words'),
    [
        ('ruff', 'bad.py', 'import os\n', 'F401'),
        ('ruff-format', 'bad.py', "x = {'a':1}\n", 'bad.py'),
        ('oca-checks-odoo-module', 'views/good_views.xml', f'{HEAD}<odoo><data/></odoo>\n', 'xml-deprecated-data-node'),
        (
            'oca-checks-po',
            'i18n/de.po',
            GOOD['i18n/de.po'].replace('"%s D', '"%s %s D'),
            'po-python-parse-printf',
        ),
        ('eslint', 'static/src/bad.js', 'export const bad = missing;\n', 'no-undef'),
        ('eslint', 'static/tests/bad.js', 'let bad = 1;\nexport { bad };\n', 'prefer-const'),
        ('prettier', 'static/src/bad.js', 'export const bad = [1,2]\n', 'static/src/bad.js'),
        ('prettier', 'static/src/bad.scss', '.bad { margin: .5rem }\n', 'static/src/bad.scss'),
        ('prettier', 'security/bad.xml', f'{HEAD}<odoo>\n  <data/>\n</odoo>\n', 'security/bad.xml'),
        ('xml', 'views/bad.xml', VIEW % '<form><group/></form>', 'views/bad.xml:5: <group> without a name'),
        ('xml', 'views/bad.xml', f'{HEAD}<odoo>\n', 'views/bad.xml:3: not well-formed'),
    ],
)
def test_each_part_finds_what_it_should(checkout, part, name, content, words):
    assert scripts_lint(checkout, part).returncode == 0
    write(checkout, name, content)
    done = scripts_lint(checkout, part)
    assert done.returncode == 1
    assert words in done.stdout


def test_unknown_part_is_named(checkout):
    done = scripts_lint(checkout, 'prettyer')
    assert done.returncode == 2
    assert "there is no prettyer; there are ruff, " in done.stdout


def test_fix_formats_and_repairs(checkout):
    write(checkout, 'bad.py', 'import os\nx = [1,2]\n')
    write(checkout, 'static/src/bad.js', 'let bad = [1,2]\nexport {bad}\n')
    write(checkout, 'static/src/bad.xml', COMPONENT % '  <div><b t-out="a"/><p>Two  words</p></div>')
    write(
        checkout,
        'views/good_views.xml',
        f'{HEAD}<odoo>\n{" " * 4}<template id="t"><i t-raw="x"/></template>\n</odoo>\n',
    )

    scripts_lint(checkout, '--fix', 'ruff', 'ruff-format', 'oca-checks-odoo-module', 'eslint', 'prettier')

    assert (checkout / 'bad.py').read_text() == 'x = [1, 2]\n'
    assert (checkout / 'static/src/bad.js').read_text() == 'const bad = [1, 2];\nexport { bad };\n'
    component = COMPONENT % '        <div>\n            <b t-out="a"/>\n            <p>Two  words</p>\n        </div>'
    assert (checkout / 'static/src/bad.xml').read_text() == component
    assert '        <i t-out="x"/>\n' in (checkout / 'views/good_views.xml').read_text()


def test_fix_leaves_alone_what_it_would_change_for_readers(checkout):
    content = COMPONENT % '        <div><b t-out="given"/> <b t-out="family"/></div>'
    write(checkout, 'static/src/bad.xml', content)

    done = scripts_lint(checkout, '--fix', 'prettier')

    assert done.returncode == 1
    assert "static/src/bad.xml:4: white space between </b> and <b> would change what is shown" in done.stdout
    assert (checkout / 'static/src/bad.xml').read_text() == content


def test_pre_commit_does_what_lint_does():
    configuration = yaml.safe_load((CHECKOUT / '.pre-commit-config.yaml').read_text())
    hooks = [hook for repository in configuration['repos'] for hook in repository['hooks']]
    assert [hook['entry'] for hook in hooks] == [f'scripts/lint {part}' for part in lint.PARTS]
    assert [hook['id'] for hook in hooks] == list(lint.PARTS)


def test_pre_commit_runs(checkout, tmp_path):
    variables = os.environ | {'PRE_COMMIT_HOME': str(tmp_path / 'pre-commit'), 'DEALFLOW_PYTHON': sys.executable}

    def pre_commit(*arguments):
        return subprocess.run(
            [sys.executable, '-m', 'pre_commit', 'run', '--all-files', *arguments],
            cwd=checkout,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    for command in (['init', '--quiet'], ['add', '.']):
        subprocess.run(['git', *command], cwd=checkout, check=True)
    done = pre_commit('xml')
    assert (done.returncode, 'Passed' in done.stdout) == (0, True), done.stdout
    write(checkout, 'views/good_views.xml', VIEW % '<form><group/></form>')
    done = pre_commit('xml')
    assert (done.returncode, 'without a name' in done.stdout) == (1, True), done.stdout


def test_old_node_is_refused(tmp_path, monkeypatch):
    for name in ('node', 'npm'):
        program = tmp_path / name
        program.write_text('#!/bin/sh\necho v12.22.12\n')
        program.chmod(0o755)
    monkeypatch.setenv('PATH', f'{tmp_path}{os.pathsep}{os.environ["PATH"]}')
    with pytest.raises(FrameError, match=r'Node.js v12\.22\.12 .* is too old: scripts/lint needs 18\.18'):
        node.need_node()


@pytest.mark.parametrize(
    ('before', 'after', 'changes'),
    [
        # Attributes are put on their own lines, and so are tags.
        (
            VIEW % '<form><field name="a" widget="b"/></form>',
            VIEW % '<form>\n<field\nname="a" widget="b"/>\n</form>',
            [],
        ),
        (VIEW % '<p>Two  words</p>', VIEW % '<p>Two words</p>', ["between <p> and </p>"]),
        (VIEW % '<field name="a"/>', VIEW % '<field name="b"/>', ["<field> would become <field>"]),
        (VIEW % '<a/><b/>', VIEW % '<a/>', ["<b> would become </field>"]),
        # The web client drops a line break between tags, but not a space.
        (COMPONENT % '<b/><b/>', COMPONENT % '<b/>\n<b/>', []),
        (COMPONENT % '<b/> <b/>', COMPONENT % '<b/>\n<b/>', ["between </b> and <b>"]),
        # Documents render both, except at the edge of a block and before another branch.
        (LETTER % '<b/> <b/>', LETTER % '<b/>\n<b/>', []),
        (LETTER % '<b/><b/>', LETTER % '<b/>\n<b/>', ["between </b> and <b>"]),
        (LETTER % '<b><i/></b>', LETTER % '<b>\n<i/>\n</b>', ["between <b> and <i>", "between </i> and </b>"]),
        (LETTER % '<td><b/></td>', LETTER % '<td>\n<b/>\n</td>', []),
        (LETTER % '<i t-if="a"/><i t-else=""/>', LETTER % '<i t-if="a"/>\n<i t-else=""/>', []),
        (LETTER % '<t t-call="x"><t t-set="a"/></t>', LETTER % '<t t-call="x">\n<t t-set="a"/>\n</t>', []),
    ],
)
def test_what_formatting_changes_for_readers(before, after, changes):
    found = [words for _line, words in xml_files.changes(before, after)]
    assert len(found) == len(changes)
    assert all(part in words for part, words in zip(changes, found, strict=True))


@pytest.mark.parametrize(
    ('line', 'is_found'),
    [
        (f'    <field name="{"x" * 99}"/>', False),
        (f'    <field name="{"х" * 99}"/>', False),
        (f'    <field name="{"x" * 120}"/>', True),
        (f'    domain="[{"x" * 120}]"', True),
        (f'    help="{"x" * 120}"', False),
        (f'    groups="{"x" * 120}"', False),
        (f'    >{"x" * 120}</field>', False),
        (f'    >{{{{ {"x" * 120} }}}}</field>', False),
        (f'    >[{"x" * 120}]</field>', True),
        (f'    >{"x" * 120}</p>', True),
    ],
)
def test_long_lines_that_can_be_broken_are_found(line, is_found):
    assert bool(xml_files.long_lines(f'<odoo>\n{line}\n')) is is_found


@pytest.mark.parametrize(
    ('view', 'words'),
    [
        ('<form><group name="a"><field name="b"/></group></form>', []),
        ('<form><group><group name="a"/></group></form>', ['<group> without a name']),
        ('<form><notebook><page string="Lines"/></notebook></form>', ['<page string="Lines"> without a name']),
        ('<form><div class="x oe_button_box"/></form>', ['<div> without a name']),
        ('<group name="a" position="after"><group/></group>', ['<group> without a name']),
        ('<page position="after"><page name="b"/></page>', []),
        ('<search><group><filter name="a"/></group></search>', []),
        ('<xpath expr="//search" position="inside"><group><filter name="a"/></group></xpath>', []),
    ],
)
def test_anchors_for_other_modules_have_names(view, words):
    assert [found for _line, found in xml_files.nameless(VIEW % view)] == words
