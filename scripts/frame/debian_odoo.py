"""Odoo 19 from Debian unstable, unpacked into the cache without being installed.

It uses its own apt configuration: nothing on the machine is changed, and no root access is needed. The mirror is the
one that apt of the machine already uses.
"""

import re
import shutil
from pathlib import Path

from frame.console import say, step
from frame.errors import FrameError
from frame.processes import run_quietly

PACKAGES = {
    'sid': 'odoo-19 libjs-jquery libjs-jquery-form libjs-underscore fonts-roboto-unhinted fonts-montserrat fonts-ocr-b '
    'fonts-glyphicons-halflings'.split(),
    # A newer Font Awesome series has other files than those that Odoo links to.
    'bookworm': ['fonts-font-awesome', 'fonts-inconsolata'],
}
# In Odoo's asset bundles but not in the Debian package; an empty file is enough.
ABSENT_ASSETS = ['addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js']
KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp']
OTHER_WAY = "Or take Odoo 19 from elsewhere (a source checkout will do) and name its folder in ODOO_HOME."


def package_folder(prefix):
    """Return the folder of the package ``odoo`` in an unpacked Debian package."""
    return prefix / 'usr/lib/python3/dist-packages/odoo'


def fetch(folder):
    """Return the unpacked Odoo in the given cache folder, downloading it if needed."""
    unpacked = sorted(path for path in folder.glob('19.*') if package_folder(path).is_dir())
    if unpacked:
        return unpacked[-1]
    if not shutil.which('apt-get') or not shutil.which('dpkg-deb'):
        raise FrameError(
            "There is no Odoo 19 here, and this machine cannot fetch Debian's (it has no apt-get).\n"
            "Set ODOO_HOME to the folder of an Odoo 19, for instance a source checkout."
        )
    work = folder / 'unfinished'
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        return _download(folder, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _download(folder, work):
    """Download and unpack into ``work``, then move the result to its final name in one step."""
    prefix = work / 'prefix'
    debs = work / 'debs'
    debs.mkdir()
    with step("Getting Odoo 19 (Debian package odoo-19 of unstable, about 130 MB)"):
        uri = None
        for suite, packages in PACKAGES.items():
            uri, configuration = _configure_suite(work, suite, [uri] if uri else mirrors())
            run_quietly(
                ['apt-get', '-c', configuration, 'download', *packages],
                f"Downloading {', '.join(packages)} failed. Its last words:",
                cwd=debs,
            )
    with step("Unpacking Odoo 19"):
        archives = sorted(debs.glob('*.deb'))
        for archive in archives:
            run_quietly(['dpkg-deb', '-x', archive, prefix], f"Unpacking {archive.name} failed. Its last words:")
        package = package_folder(prefix)
        for name in ABSENT_ASSETS:
            asset = package / name
            if not asset.exists():
                asset.parent.mkdir(parents=True, exist_ok=True)
                asset.touch()
        _tell_broken_links(package)
        odoo_archive = next(path for path in archives if path.name.startswith('odoo-19_'))
        final = folder / odoo_archive.name.split('_')[1]
        prefix.rename(final)
    return final


def mirrors():
    """Return the archive addresses used by the machine's apt, starting with those most likely to have all of Debian."""
    listed = run_quietly(
        ['apt-get', 'indextargets', '--format', '$(ORIGIN)|$(REPO_URI)', 'Created-By: Packages'],
        "apt-get does not tell which mirror it uses. Its last words:",
    )
    found = [line.split('|', 1) for line in listed.splitlines() if '|' in line]
    found.sort(key=lambda pair: pair[0] != 'Debian')
    addresses = [address for origin, address in found]
    # Before the first `apt-get update` there are no targets, but the addresses to update from are known.
    planned = run_quietly(['apt-get', 'update', '--print-uris'], "apt-get does not tell its mirrors. Its last words:")
    addresses += re.findall(r"^'(\S+?/)dists/", planned, re.MULTILINE)
    addresses = [address for address in dict.fromkeys(addresses) if 'security' not in address]
    if not addresses:
        raise FrameError(f"apt on this machine has no archive to download from: give it a Debian mirror.\n{OTHER_WAY}")
    return addresses


def _configure_suite(work, suite, addresses):
    """Write an apt configuration for one suite and load its package list from the first address that offers it."""
    keyring = next((path for path in KEYRINGS if Path(path).exists()), None)
    if not keyring:
        raise FrameError(f"The signatures of Debian cannot be checked: install debian-archive-keyring.\n{OTHER_WAY}")
    folder = work / suite
    for name in ('lists/partial', 'cache/archives/partial'):
        (folder / name).mkdir(parents=True)
    configuration = folder / 'apt.conf'
    configuration.write_text(f'''\
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "{folder}/lists";
Dir::Cache "{folder}/cache";
APT::Default-Release "";
APT::Sandbox::User "root";
APT::Update::Post-Invoke-Success "";
Acquire::Languages "none";
''')
    complaints = []
    for address in addresses:
        (folder / 'sources.list').write_text(f'deb [signed-by={keyring}] {address} {suite} main\n')
        try:
            run_quietly(['apt-get', '-c', configuration, 'update', '--error-on=any'], f"«{suite}» could not be read:")
            return address, configuration
        except FrameError as error:
            complaints.append(str(error))
    raise FrameError(
        "None of the archives this machine's apt uses offers Debian's «{}».\n{}\n{}".format(
            suite, '\n'.join(complaints), OTHER_WAY
        )
    )


def _tell_broken_links(package):
    """Report broken links: a sign that the packages no longer fit together."""
    broken = [path for path in package.rglob('*') if path.is_symlink() and not path.exists()]
    if broken:
        say(f"  Note: {len(broken)} links inside Odoo lead nowhere, e.g. {broken[0].relative_to(package)}")
