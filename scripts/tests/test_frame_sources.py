"""Which Odoo is used, and the error when none fits."""

import pytest

from frame import debian_odoo, odoo_source
from frame.errors import FrameError


def make_odoo(package, series=(19, 0), addons=('base', 'crm', 'web')):
    """Create the files of an Odoo that the frame reads."""
    package.mkdir(parents=True)
    (package / 'release.py').write_text(f"version_info = ({series[0]}, {series[1]}, 0, FINAL, 0, '')\n")
    for name in addons:
        (package / 'addons' / name / 'static').mkdir(parents=True)


@pytest.mark.parametrize('inside', ['.', 'odoo', 'usr/lib/python3/dist-packages/odoo'])
def test_odoo_home_may_be_checkout_package_or_unpacked_archive(tmp_path, monkeypatch, inside):
    make_odoo(tmp_path / 'home' / inside if inside != '.' else tmp_path / 'home')
    monkeypatch.setenv('ODOO_HOME', str(tmp_path / 'home'))
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))

    found = odoo_source.find()

    assert found.package == (tmp_path / 'home' / inside).resolve()
    assert found.addons == (found.package / 'addons',)
    assert (found.import_folder() / 'odoo' / 'release.py').is_file()


def test_addons_beside_the_package_count_when_they_are_complete(tmp_path):
    make_odoo(tmp_path / 'odoo', addons=[])
    for name in ('web', 'crm'):
        (tmp_path / 'addons' / name / 'static').mkdir(parents=True)
    assert odoo_source.from_folder(tmp_path).addons == (tmp_path / 'addons',)


def test_code_only_addons_beside_the_package_are_left_out(tmp_path):
    make_odoo(tmp_path / 'odoo')
    (tmp_path / 'addons' / 'web').mkdir(parents=True)
    assert odoo_source.from_folder(tmp_path).addons == (tmp_path / 'odoo' / 'addons',)


def test_wrong_series_is_refused_by_name(tmp_path):
    make_odoo(tmp_path / 'odoo', series=(18, 0))
    with pytest.raises(FrameError, match=r'Odoo 18\.0\. Dealflow needs Odoo 19\.0'):
        odoo_source.from_folder(tmp_path)


def test_series_of_online_versions_is_read(tmp_path):
    make_odoo(tmp_path / 'odoo', series=("'saas~19'", 1))
    assert odoo_source.read_series(tmp_path / 'odoo') == 'saas~19.1'


def test_empty_odoo_home_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(FrameError, match='unset ODOO_HOME'):
        odoo_source.from_folder(tmp_path)


def test_odoo_without_its_addons_is_refused(tmp_path):
    make_odoo(tmp_path / 'odoo', addons=['base'])
    with pytest.raises(FrameError, match='addons are missing'):
        odoo_source.from_folder(tmp_path)


def test_unpacked_odoo_is_used_again(tmp_path):
    make_odoo(debian_odoo.package_folder(tmp_path / '19.0.0+dfsg-1'))
    (tmp_path / 'unfinished' / 'prefix').mkdir(parents=True)
    assert debian_odoo.fetch(tmp_path) == tmp_path / '19.0.0+dfsg-1'


def test_machine_without_apt_is_told_about_odoo_home(tmp_path, monkeypatch):
    monkeypatch.setenv('PATH', str(tmp_path))
    with pytest.raises(FrameError, match='Set ODOO_HOME'):
        debian_odoo.fetch(tmp_path)


def test_mirrors_are_those_of_the_machine_without_its_security_archive(monkeypatch):
    answers = iter(
        [
            "Other|http://other.example/\nDebian|http://mirror.example/debian/\nDebian|http://mirror.example/debian-security/\n",
            "'http://first.example/debian/dists/bookworm/InRelease' first.example_InRelease 0\n",
        ]
    )
    monkeypatch.setattr(debian_odoo, 'run_quietly', lambda *arguments, **options: next(answers))
    assert debian_odoo.mirrors() == [
        'http://mirror.example/debian/',
        'http://other.example/',
        'http://first.example/debian/',
    ]
