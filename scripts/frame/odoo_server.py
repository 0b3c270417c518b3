"""An Odoo HTTP server: started, waited for, stopped gracefully or killed."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from frame.console import complain, indented
from frame.databases import complaint
from frame.errors import FrameError
from frame.processes import undisturbed
from frame.workbench import last_words, problems

# With several workers, Odoo serves live notifications on a second port.
LIVE_PORT_OFFSET = 3
SECONDS_TO_START = 300
SECONDS_TO_STOP = 20


class OdooServer:
    """An Odoo server of one database, used as a context manager that always stops it."""

    def __init__(self, bench, database, port=None, **settings):
        self.bench = bench
        self.database = database
        self.port = port or free_port()
        self.log = bench.log_file(f'{database}-server')
        self.settings = {'http_port': self.port, 'gevent_port': self.port + LIVE_PORT_OFFSET, **settings}
        self.process = None

    def __enter__(self):
        self.log.write_text('')
        self.start()
        return self

    def __exit__(self, *failure):
        with undisturbed():
            self.stop()

    def start(self):
        """Start the server, and return when it answers."""
        # In its own session, so that Ctrl-C does not reach it and it is stopped with its children.
        self.process = subprocess.Popen(
            self.bench.command(
                self.bench.configuration(self.database, logfile=self.log, **self.settings),
                starts_itself=bool(self.settings.get('workers')),
            ),
            env=self.bench.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Stop the server gracefully, or kill it when it does not stop in time."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(SECONDS_TO_STOP)
        with contextlib.suppress(ProcessLookupError):
            # Including processes that Odoo may have left in its session.
            self.kill()
        self.process.wait()

    def kill(self):
        """Kill the server and all its processes at once, as a power failure would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _wait_until_ready(self):
        """Wait until the server answers; raise its last log lines when it stops or takes too long."""
        deadline = time.monotonic() + SECONDS_TO_START
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f'http://127.0.0.1:{self.port}/web/login', timeout=60):
                    break
            except urllib.error.HTTPError as error:
                raise self._failure(f"Odoo answers with an error ({error})") from error
            except OSError:
                time.sleep(0.3)
        else:
            raise self._failure("Odoo did not start")
        found = problems(self.log)
        if found:
            complain(complaint("Odoo started", found))

    def _failure(self, words):
        """Return an error with the last lines of the log."""
        return FrameError(f"{words}:\n{indented(last_words(self.log))}\nThe whole log: {self.log}")


def free_port():
    """Return a free port for the server; the port of its live notifications is free as well."""
    while True:
        with socket.socket() as probe, socket.socket() as live_probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                live_probe.bind(('127.0.0.1', port + LIVE_PORT_OFFSET))
                return port
