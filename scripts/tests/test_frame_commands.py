"""Command lines, and readable errors."""

import os
import socket
import subprocess
import sys

import pytest

from frame import packages, postgresql, private_cluster, run, serve, testing, translations, workbench
from frame.errors import FrameError
from frame.paths import CHECKOUT


@pytest.mark.parametrize('command', sorted(run.COMMANDS))
def test_every_command_explains_itself(command):
    done = subprocess.run([CHECKOUT / 'scripts' / command, '--help'], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert f'scripts/{command}' in done.stdout


@pytest.mark.parametrize(
    ('newest', 'code', 'words'), [(13, 0, "run.py serve --port 8"), (12, 1, "that is no Python 3.10 to 3.13")]
)
def test_named_python_is_taken_or_refused(tmp_path, newest, code, words):
    """A Python 3.13 comes last of those that are found, but not when it is named."""
    python = tmp_path / 'python'
    python.write_text(f'#!/bin/sh\nif [ "$1" = -c ]; then [ "$3" = {newest} ]; else echo "$@"; fi\n')
    python.chmod(0o755)
    done = subprocess.run(
        [CHECKOUT / 'scripts' / 'serve', '--port', '8'],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=os.environ | {'DEALFLOW_PYTHON': str(python)},
    )
    assert done.returncode == code
    assert words in done.stdout


def test_foreseen_failure_is_words_and_exit_code(capsys):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run.main(['serve', '--port', str(port)]) == 1
    complaint = capsys.readouterr().err
    assert f'Port {port} cannot be used' in complaint
    assert 'Traceback' not in complaint


@pytest.mark.parametrize('name', ['Deal', 'deal-flow', '1deal', 'deal"; --', 'x' * 60])
def test_unfit_database_name_is_refused(name, capsys):
    with pytest.raises(SystemExit):
        serve.parse(['--db', name])
    assert 'no name for a database' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('arguments', 'part'),
    [
        ([], False),
        (['-x', '-q'], False),
        (['--tb', 'short'], False),
        (['-k', 'receipt'], True),
        (['-kreceipt'], True),
        (['--lf'], True),
        (['scripts/tests/test_frame_files.py'], True),
    ],
)
def test_selection_of_tests_is_recognised(arguments, part):
    _options, paths, others = testing.parse(arguments)
    assert testing.selects(paths, others) is part


def test_paths_of_tests_are_told_through_the_name_of_the_module():
    test = str(CHECKOUT / 'scripts/tests/test_frame_files.py') + '::test_x'
    options, paths, others = testing.parse(['-k', 'scripts', test, '-x', '--keep'])
    assert options.keep
    assert paths == ['dealflow/scripts/tests/test_frame_files.py::test_x']
    assert others == ['-k', 'scripts', '-x']


@pytest.mark.parametrize(
    ('arguments', 'part', 'processors', 'expected'),
    [
        ([], False, 2, 2),
        ([], False, 64, testing.MOST_WORKERS),
        ([], False, 1, 1),
        (['-k', 'receipt'], True, 2, 1),
        (['-k', 'receipt', '--workers', '3'], True, 2, 3),
    ],
)
def test_whole_run_uses_the_processors(monkeypatch, arguments, part, processors, expected):
    monkeypatch.setattr(os, 'cpu_count', lambda: processors)
    options, _paths, _others = testing.parse(arguments)
    assert testing.count_workers(options, part) == expected


def test_files_of_tests_are_spread_over_processes(tmp_path):
    for name in ('one', 'two'):
        (tmp_path / f'test_{name}.py').write_text(
            f"import os\n\n\ndef test_{name}():\n    print(os.environ['PYTEST_XDIST_WORKER'])\n    assert False\n"
        )
    done = pytest_with_plugin(*testing.spread(2), tmp_path)
    assert '2 failed' in done.stdout
    assert {'gw0', 'gw1'} <= set(done.stdout.split())
    assert testing.spread(1) == []


def pytest_with_plugin(*arguments):
    """Run pytest with the plugin of scripts/test and without Odoo."""
    return subprocess.run(
        [sys.executable, '-m', 'pytest', '-p', 'no:odoo', '-p', 'frame.pytest_plugin', *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {'PYTHONPATH': str(CHECKOUT / 'scripts')},
    )


def test_tests_are_chosen_by_the_tags_of_odoo(tmp_path):
    (tmp_path / 'pytest.ini').write_text('[pytest]\nmarkers = real_data: loads much\n')
    (tmp_path / 'test_tags.py').write_text(
        "import unittest\n\n\n"
        "class TestMuch(unittest.TestCase):\n    test_tags = {'real_data', 'post_install'}\n\n"
        "    def test_much(self):\n        pass\n\n\n"
        "class TestLittle(unittest.TestCase):\n    def test_little(self):\n        pass\n"
    )
    for expression, chosen, other in (
        ('real_data', 'test_much', 'test_little'),
        ('not real_data', 'test_little', 'test_much'),
    ):
        done = pytest_with_plugin('--strict-markers', '-v', '-m', expression, tmp_path)
        assert f'{chosen} PASSED' in done.stdout
        assert other not in done.stdout


@pytest.mark.parametrize('quiet', [(), ('-q',)])
def test_summary_tells_the_checks_and_ends_with_the_closing_line(tmp_path, quiet):
    (tmp_path / 'test_one.py').write_text("def test_one():\n    pass\n")
    done = pytest_with_plugin('--verdicts={"ruff": true, "installation": false}', *quiet, tmp_path)
    *_others, ruff, installation, closing = done.stdout.splitlines()
    assert (ruff, installation) == ("ruff: in order", "installation: NOT IN ORDER, see above")
    assert '1 passed in ' in closing


@pytest.mark.parametrize(
    ('code', 'verdicts', 'expected'),
    [(0, {'ruff': True}, 0), (1, {'ruff': True}, 1), (0, {'ruff': False}, 1), (3, {}, 1), (5, {}, 1)],
)
def test_all_is_well_when_every_check_and_every_test_passed(code, verdicts, expected):
    assert testing.exit_code(code, verdicts) == expected


def test_warnings_of_odoo_are_found_with_their_details(tmp_path):
    log = tmp_path / 'odoo.log'
    log.write_text(
        "2025-01-01 10:00:00,000 1 INFO db odoo: fine\n"
        "2025-01-01 10:00:00,000 1 WARNING db odoo.x: bad\n  detail\n"
        "2025-01-01 10:00:00,000 1 INFO db odoo: fine again\n"
    )
    assert workbench.problems(log) == ["2025-01-01 10:00:00,000 1 WARNING db odoo.x: bad", "  detail"]


def test_missing_package_without_rights_names_the_command(monkeypatch):
    monkeypatch.setattr(packages.shutil, 'which', lambda name: '/usr/bin/apt-get')
    monkeypatch.setattr(packages, 'root_prefix', lambda: None)
    with pytest.raises(FrameError, match='sudo apt-get install chromium'):
        packages.install(['chromium'], "Chromium")


def test_missing_package_without_apt_is_named(monkeypatch):
    monkeypatch.setattr(packages.shutil, 'which', lambda name: None)
    with pytest.raises(FrameError, match='Install what your system offers for: postgresql'):
        packages.install(['postgresql'], "PostgreSQL")


def test_named_server_that_does_not_answer_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv('PGHOST', str(tmp_path))
    with pytest.raises(FrameError, match='the server named by PGHOST'):
        postgresql.choose()


def test_newest_postgresql_is_chosen(monkeypatch, tmp_path):
    for version in ('9.6', '13', '15'):
        (tmp_path / version / 'bin').mkdir(parents=True)
        (tmp_path / version / 'bin' / 'initdb').touch()
    monkeypatch.setattr(private_cluster, 'INSTALLED', tmp_path)
    assert private_cluster.find_binaries() == tmp_path / '15' / 'bin'


def test_exported_texts_carry_no_date():
    kept = '"MIME-Version: 1.0\\n"\n'
    dated = '"Project-Id-Version: Odoo Server 19.0\\n"\n"POT-Creation-Date: 2025-01-01 10:00+0000\\n"\n'
    assert translations.settle(dated + kept) == kept


def test_only_logs_of_long_ago_are_forgotten(monkeypatch, tmp_path):
    (tmp_path / 'logs' / 'screens').mkdir(parents=True)
    for name in ('old.log', 'new.log', 'screens/one.png'):
        (tmp_path / 'logs' / name).touch()
    for name in ('old.log', 'screens'):
        os.utime(tmp_path / 'logs' / name, (0, 0))
    monkeypatch.setattr(workbench, 'cache_folder', lambda: tmp_path)
    workbench.forget_old_files()
    assert [path.name for path in (tmp_path / 'logs').iterdir()] == ['new.log']
