"""The programs of scripts/package.json: installed once for each set of versions, kept in the cache."""

import json
import os
import shutil

from frame import packages
from frame.console import step
from frame.errors import FrameError
from frame.locks import only_one
from frame.paths import CHECKOUT, cache_folder, short_hash
from frame.processes import clean_environment, run_quietly

PACKAGES = CHECKOUT / 'scripts' / 'package.json'


def prepare():
    """Return the folder with the programs, installing them if needed."""
    need_node()
    folder = cache_folder() / 'node' / short_hash(PACKAGES.read_text())
    with only_one('node'):
        if not folder.exists():
            unfinished = folder.with_name('unfinished')
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            shutil.copy(PACKAGES, unfinished)
            with step("Adding the tools for JavaScript and XML"):
                # No lock file, which would name the registry; no install scripts of packages.
                run_quietly(
                    ['npm', 'install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'],
                    "Installing the packages of scripts/package.json failed. The last words of npm:",
                    cwd=unfinished,
                    env=clean_environment(),
                )
            unfinished.rename(folder)
    return folder / 'node_modules'


def command(program, *arguments):
    """Return the command line of a program, and the environment in which its configuration finds plugins."""
    modules = prepare()
    return [modules / '.bin' / program, *arguments], clean_environment() | {'NODE_PATH': str(modules)}


def need_node():
    """Make sure that there is a Node.js with npm that is new enough for the packages."""
    if not (shutil.which('node') and shutil.which('npm')):
        packages.install(['nodejs', 'npm'], "Node.js (prettier and eslint run on it)")
    version = run_quietly(['node', '--version'], "Node.js does not start. Its last words:").strip()
    oldest = json.loads(PACKAGES.read_text())['engines']['node'].removeprefix('>=')
    if _numbers(version.removeprefix('v')) < _numbers(oldest):
        raise FrameError(
            f"Node.js {version} ({os.path.realpath(shutil.which('node'))}) is too old: scripts/lint needs {oldest} "
            "or later. Install a newer one, or remove it on Debian 12, whose own is new enough."
        )


def _numbers(version):
    """Return the first two numbers of a version, for comparison."""
    return tuple(int(number) for number in version.split('.')[:2])
