"""The addon that docs/developer.md uses as an example."""

import subprocess

from frame.paths import CHECKOUT


def test_example_is_installed_and_its_tests_pass():
    """Its requirement, its block of the start page and its history entries work, and so does the command."""
    done = subprocess.run(
        [CHECKOUT / 'scripts' / 'test', '--addons-path', CHECKOUT / 'docs' / 'examples'],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert '7 passed' in done.stdout, done.stdout


def test_folder_without_addons_is_told(tmp_path):
    done = subprocess.run(
        [CHECKOUT / 'scripts' / 'test', '--addons-path', tmp_path], text=True, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert 'There is no addon in' in done.stderr
