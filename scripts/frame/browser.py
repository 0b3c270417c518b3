"""A Chromium without a window, driven over a pair of pipes: no other package is needed."""

import base64
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress

from frame import machine
from frame.errors import FrameError

SECONDS_TO_WAIT = 60
SECONDS_TO_STOP = 10
# Chromium expects its commands and gives its answers on the pipes of these numbers.
COMMANDS, ANSWERS = 3, 4
ARGUMENTS = [
    '--headless',
    '--remote-debugging-pipe',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-extensions',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
]


class Browser:
    """One page of a browser. Used with ``with``, which ends the browser and removes what it stored."""

    def __init__(self, width=1400, height=900):
        self._size = (width, height)
        self._numbers = itertools.count(1)
        self._unread = b''
        self._session = {}
        # What the page wrote to its console as an error, until somebody takes it.
        self._errors = []

    def __enter__(self):
        self._profile = tempfile.mkdtemp(prefix='dealflow-browser-')
        commands, self._to_browser = os.pipe()
        self._from_browser, answers = os.pipe()
        # Copies out of the way of the two numbers. The originals stay open meanwhile, so that both numbers are taken.
        high_commands, high_answers = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, answers))

        def hand_over():
            os.dup2(high_commands, COMMANDS)
            os.dup2(high_answers, ANSWERS)

        self._process = subprocess.Popen(
            [machine.browser(), *ARGUMENTS, f'--user-data-dir={self._profile}'],
            preexec_fn=hand_over,
            pass_fds=(COMMANDS, ANSWERS),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (commands, answers, high_commands, high_answers):
            os.close(end)
        target = self._send('Target.createTarget', url='about:blank')['targetId']
        self._session = {'sessionId': self._send('Target.attachToTarget', targetId=target, flatten=True)['sessionId']}
        self.resize(*self._size)
        for domain in ('Runtime', 'Log'):
            self._send(f'{domain}.enable')
        return self

    def __exit__(self, *failure):
        os.close(self._to_browser)
        try:
            # A browser whose pipe is closed ends by itself.
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._from_browser)
        shutil.rmtree(self._profile, ignore_errors=True)

    def resize(self, width, height):
        """Give the page another size."""
        self._send('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prepare(self, script):
        """Run a script at the beginning of every page that is opened from now on."""
        self._send('Page.enable')
        self._send('Page.addScriptToEvaluateOnNewDocument', source=script)

    def take_picture(self, path, part=None):
        """Store what the page shows as a PNG file, or the part of it with this left, top, width and height."""
        clip = {'clip': dict(zip(('x', 'y', 'width', 'height'), part, strict=True), scale=1)} if part else {}
        path.write_bytes(base64.b64decode(self._send('Page.captureScreenshot', format='png', **clip)['data']))

    def take_errors(self):
        """Return what the console of the page has said as an error since the last time."""
        self.evaluate('0')
        errors, self._errors = self._errors, []
        return errors

    def open(self, address):
        """Go to an address, and return when the new page has begun to load."""
        self._send('Page.navigate', url=address)

    def evaluate(self, script):
        """The value of an expression in the page, waited for when it is a promise."""
        answer = self._send('Runtime.evaluate', expression=script, awaitPromise=True, returnByValue=True)
        if 'exceptionDetails' in answer:
            details = answer['exceptionDetails']
            raise FrameError(
                f"The page refuses a script: {details.get('exception', {}).get('description') or details['text']}"
            )
        return answer['result'].get('value')

    def wait_for(self, script, purpose):
        """Return as soon as an expression counts as true."""
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < deadline:
            # A page that is being left has nothing to say.
            with suppress(FrameError):
                if self.evaluate(f'(async () => Boolean(await {script}))()'):
                    return
            time.sleep(0.1)
        raise FrameError(
            f"{purpose} is not on the page {self.evaluate('location.href')} after {SECONDS_TO_WAIT} seconds."
        )

    def press(self, key):
        """Press and release a key of the keyboard, as a person would."""
        text = {'text': '\r'} if key == 'Enter' else {}
        code = {'windowsVirtualKeyCode': {'Enter': 13, 'Tab': 9, 'Escape': 27}[key]}
        self._send('Input.dispatchKeyEvent', type='keyDown', key=key, **code, **text)
        self._send('Input.dispatchKeyEvent', type='keyUp', key=key, **code)

    def _send(self, method, **parameters):
        """Give one command and return the browser's answer to it; of events that come meanwhile, keep the errors."""
        number = next(self._numbers)
        command = {'id': number, 'method': method, 'params': parameters} | self._session
        try:
            os.write(self._to_browser, json.dumps(command).encode() + b'\0')
        except OSError as error:
            raise FrameError(f"The browser has ended: {error}") from error
        while True:
            answer = json.loads(self._read())
            if answer.get('id') == number:
                break
            self._note_error(answer.get('method'), answer.get('params', {}))
        if 'error' in answer:
            raise FrameError(f"The browser refuses {method}: {answer['error']['message']}")
        return answer['result']

    def _note_error(self, event, details):
        """Keep what an event says, when it is an error."""
        if event == 'Runtime.exceptionThrown':
            exception = details['exceptionDetails']
            self._errors.append(exception.get('exception', {}).get('description') or exception['text'])
        elif event == 'Runtime.consoleAPICalled' and details['type'] == 'error':
            self._errors.append(
                ' '.join(str(part.get('value', part.get('description', ''))) for part in details['args'])
            )
        elif event == 'Log.entryAdded' and details['entry']['level'] == 'error':
            self._errors.append(f"{details['entry']['text']} {details['entry'].get('url', '')}")

    def _read(self):
        """The next message of the browser: they end with a zero byte."""
        while b'\0' not in self._unread:
            part = os.read(self._from_browser, 1 << 20)
            if not part:
                raise FrameError("The browser has ended.")
            self._unread += part
        message, self._unread = self._unread.split(b'\0', 1)
        return message
