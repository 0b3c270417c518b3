"""A pytest plugin for scripts/test: Odoo's tags as markers, and what was checked before the tests in its summary."""

import json
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from frame.databases import link_files
from frame.odoo_server import free_port


def pytest_addoption(parser):
    parser.addoption('--verdicts', default='{}', help="the checks before the tests and whether they passed, as JSON")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session):
    """Give each process of pytest-xdist a port and files of its own, before pytest-odoo starts a server.

    pytest-odoo copies the database for each of them, but leaves them the same port and the same files: one process
    would remove the files that only the database of another one knows.
    """
    if hasattr(session.config, 'workerinput') and session.config.pluginmanager.has_plugin('odoo'):
        import pytest_odoo

        from odoo.tools import config

        config['http_port'] = free_port()
        pytest_odoo._shared_filestore = own_files
    return (yield)


@contextmanager
def own_files(name, copy_name):
    """Let the copy of a database have its own files; ``scripts/test`` drops them with it."""
    from odoo.tools import config

    if copy_name != name:
        copy = Path(config.filestore(copy_name))
        # A run that was killed leaves its files behind.
        shutil.rmtree(copy, ignore_errors=True)
        link_files(Path(config.filestore(name)), copy)
    yield


def pytest_itemcollected(item):
    """Mark the test with those of its tags that pyproject.toml registers: scripts/test -m 'not real_data'."""
    known = {line.partition(':')[0] for line in item.config.getini('markers')}
    for tag in sorted(known.intersection(getattr(getattr(item, 'cls', None), 'test_tags', ()))):
        item.add_marker(tag)


def pytest_terminal_summary(terminalreporter, config):
    """Tell the verdicts above pytest's closing line, which stays the last."""
    for title, good in json.loads(config.getoption('verdicts')).items():
        terminalreporter.write_line(f"{title}: {'in order' if good else 'NOT IN ORDER, see above'}", red=not good)
