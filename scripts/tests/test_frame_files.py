"""What counts as a change of the module."""

import pytest

from frame import paths


@pytest.fixture
def checkout(tmp_path):
    for name in (
        '__manifest__.py',
        'README.md',
        'models/deal.py',
        'static/src/deal.js',
        'static/tests/deal.test.js',
        'scripts/serve',
        'tests/test_deal.py',
        'docs/rep.md',
        'i18n/dealflow.pot',
        '.git/HEAD',
        'models/__pycache__/deal.pyc',
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def test_only_what_odoo_loads_counts(checkout):
    names = [path.relative_to(checkout).as_posix() for path in paths.loaded_files(checkout)]
    assert names == ['__manifest__.py', 'models/deal.py', 'static/src/deal.js']


@pytest.mark.parametrize('name', ['models/deal.py', '__manifest__.py', 'static/src/deal.js'])
def test_changed_content_changes_the_hash(checkout, name):
    before = paths.files_hash(checkout)
    (checkout / name).write_text('changed')
    assert paths.files_hash(checkout) != before


def test_renamed_file_changes_the_hash(checkout):
    before = paths.files_hash(checkout)
    (checkout / 'models/deal.py').rename(checkout / 'models/receipt.py')
    assert paths.files_hash(checkout) != before


@pytest.mark.parametrize('name', ['README.md', 'tests/test_deal.py', 'scripts/serve', 'i18n/dealflow.pot'])
def test_files_beside_the_module_do_not_change_the_hash(checkout, name):
    before = paths.files_hash(checkout)
    (checkout / name).write_text('changed')
    assert paths.files_hash(checkout) == before


def test_module_is_reached_by_its_name(checkout):
    assert (paths.addons_folder(checkout) / 'dealflow' / '__manifest__.py').read_text() == '__manifest__.py'
