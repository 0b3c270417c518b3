"""Which files count as a change of the module."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from frame import paths, postgresql


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


def test_two_people_on_one_server_have_databases_of_their_own(tmp_path, monkeypatch):
    names = []
    for person in ('anna', 'boris'):
        monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / person))
        (tmp_path / person).mkdir()
        monkeypatch.delenv('PGHOST', raising=False)
        shared = postgresql.Server()
        assert shared.own('dealflow_test') == shared.own('dealflow_test'), "kept from run to run"
        names.append(shared.own('dealflow_test'))
    assert len(set(names)) == 2


def test_databases_on_a_server_of_our_own_need_no_mark(monkeypatch):
    private = postgresql.Server({'PGHOST': '/somewhere'}, cluster=object())
    assert private.own('dealflow_test') == 'dealflow_test'
    # As for a command started by another one on its server, such as the tests of commands.
    for name, value in private.environment().items():
        monkeypatch.setenv(name, value)
    assert postgresql.Server().own('dealflow_test') == 'dealflow_test'
    monkeypatch.setenv('PGHOST', 'db.example.com')
    assert postgresql.Server().own('dealflow_test') != 'dealflow_test'


def test_commands_that_begin_at_once_agree_whose_cache_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))
    with ThreadPoolExecutor() as pool:
        assert len(set(pool.map(lambda _number: paths.cache_id(), range(50)))) == 1
    assert [path.name for path in paths.cache_folder().iterdir()] == ['id']


def test_addons_lie_beside_the_module(tmp_path, monkeypatch):
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'cache'))
    (tmp_path / 'cache').mkdir()
    addon = tmp_path / 'addons' / 'my_addon'
    addon.mkdir(parents=True)
    folder = paths.addons_folder(addons=[addon])
    assert {path.name: path.resolve() for path in folder.iterdir()} == {'dealflow': paths.CHECKOUT, 'my_addon': addon}
    assert folder != paths.addons_folder(), "the module alone stays alone"
