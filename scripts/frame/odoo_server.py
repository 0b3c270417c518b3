"""Odoo serving over HTTP: started, waited for, stopped in order or killed."""

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

# Odoo with several workers answers live notifications on a second port.
LIVE_PORT_OFFSET = 3
SECONDS_TO_START = 300
SECONDS_TO_STOP = 20


class OdooServer:
    """A server of one database. Used with ``with``, which stops it whatever happens."""

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
            stop(self.process)

    def start(self):
        """Start the server, and return when it answers."""
        self.process = launch(self.bench, self.bench.configuration(self.database, logfile=self.log, **self.settings))
        try:
            wait_until_ready(self.process, self.port, self.log)
        except BaseException:
            stop(self.process)
            raise

    def kill(self):
        """End the server and all its processes at once, as a power failure of its machine would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port():
    """A port for a server of ours, with the one for its live notifications, that nobody listens on now."""
    while True:
        with socket.socket() as probe, socket.socket() as live_probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                live_probe.bind(('127.0.0.1', port + LIVE_PORT_OFFSET))
                return port


def launch(bench, configuration):
    """Start Odoo. A session of its own keeps Ctrl-C away from it: it is ended in order, its children with it."""
    return subprocess.Popen(
        bench.command(configuration),
        env=bench.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_until_ready(process, port, log):
    """Return when the server answers; raise its last words when it ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{port}/web/login', timeout=60):
                break
        except urllib.error.HTTPError as error:
            raise FrameError(
                f"Odoo answers with an error ({error}):\n{indented(last_words(log))}\nThe whole log: {log}"
            ) from error
        except OSError:
            time.sleep(0.3)
    else:
        raise FrameError(f"Odoo did not start:\n{indented(last_words(log))}\nThe whole log: {log}")
    found = problems(log)
    if found:
        complain(complaint("Odoo started", found))


def stop(process):
    """End the server in order, or by force when it does not end in time."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
    with contextlib.suppress(ProcessLookupError):
        # Also what Odoo may have left behind in its session.
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
