"""Programs that Odoo calls: a browser for tests, a PDF printer."""

import platform
import shutil
from pathlib import Path

from frame import packages
from frame.console import say
from frame.errors import FrameError

# Names under which Odoo's tests look for a browser.
BROWSERS = ['google-chrome', 'chromium', 'chromium-browser', 'google-chrome-stable']
BROWSERS_OF_MACOS = ['/Applications/Google Chrome.app', '/Applications/Chromium.app']


def browser():
    """Return the path of Chromium or Chrome, ``None`` when it is not installed."""
    if platform.system() == 'Darwin':
        return next((path for path in BROWSERS_OF_MACOS if Path(path).exists()), None)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def need_browser():
    """Make sure that Odoo's tests find Chromium or Chrome."""
    if browser():
        return
    if platform.system() == 'Darwin':
        raise FrameError("The tests need Google Chrome or Chromium in /Applications.")
    packages.install(['chromium', 'fonts-liberation'], "Chromium (the tests drive a real browser)")


def need_pdf_printer(required=False):
    """Make sure that Odoo can print PDF files; without root access, fail only for tests."""
    if shutil.which('wkhtmltopdf'):
        return
    try:
        packages.install(['wkhtmltopdf'], "wkhtmltopdf (Odoo prints PDF files with it)")
    except FrameError as error:
        if required:
            raise
        say(f"Note: {error}\nEverything but printing works without it.")
