"""The command ``telephony-bridge``."""

import argparse
import asyncio
import fcntl
import logging
import signal
import sys
from pathlib import Path

from .bridge import Bridge
from .odoo import Odoo
from .settings import SettingsError, read_settings


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog='telephony-bridge', description="Follows the calls of an Asterisk PBX and tells Odoo of each."
    )
    parser.add_argument('settings', help="the file with the settings, such as /etc/dealflow/telephony-bridge.ini")
    parser.add_argument('--verbose', action='store_true', help="tell more in the log")
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO, format='%(asctime)s %(levelname)s %(message)s'
    )
    try:
        settings = read_settings(options.settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    Path(settings.state).parent.mkdir(parents=True, exist_ok=True)
    with Path(f'{settings.state}.lock').open('w', encoding='utf-8') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print(f"Another bridge uses {settings.state}.", file=sys.stderr)
            return 2
        try:
            asyncio.run(_run(settings))
        except asyncio.CancelledError:
            pass
    return 0


async def _run(settings):
    odoo = Odoo(settings.odoo, settings.token, settings.database, settings.certificates)
    task = asyncio.ensure_future(Bridge(settings, odoo).run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


if __name__ == '__main__':
    sys.exit(main())
