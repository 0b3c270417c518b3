"""A headless Chromium, controlled over a pair of pipes without any other package."""

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
# File descriptors from which Chromium reads commands and to which it writes answers.
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
    """A browser with one page, used as a context manager that stops it and deletes its profile."""

    def __init__(self, width=1400, height=900):
        self._size = (width, height)
        self._numbers = itertools.count(1)
        self._unread = b''
        self._session = {}
        # Errors in the console of the page that have not been read yet.
        self._errors = []

    def __enter__(self):
        self._profile = tempfile.mkdtemp(prefix='dealflow-browser-')
        commands, self._to_browser = os.pipe()
        self._from_browser, answers = os.pipe()
        # Copies with other numbers. The originals stay open meanwhile, so that nothing else gets the two numbers.
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
            # The browser stops by itself when its pipe is closed.
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._from_browser)
        shutil.rmtree(self._profile, ignore_errors=True)

    def resize(self, width, height):
        """Resize the page."""
        self._send('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prepare(self, script):
        """Run a script at the start of every page opened from now on."""
        self._send('Page.enable')
        self._send('Page.addScriptToEvaluateOnNewDocument', source=script)

    def take_picture(self, path, part=None):
        """Save the page, or the rectangle given by left, top, width and height, as a PNG file."""
        clip = {'clip': dict(zip(('x', 'y', 'width', 'height'), part, strict=True), scale=1)} if part else {}
        path.write_bytes(base64.b64decode(self._send('Page.captureScreenshot', format='png', **clip)['data']))

    def take_errors(self):
        """Return the console errors of the page since the last call."""
        self.evaluate('0')
        errors, self._errors = self._errors, []
        return errors

    def open(self, address):
        """Go to an address, and return when the new page starts to load."""
        self._send('Page.navigate', url=address)

    def log_in(self, address, login):
        """Log in a user of the demo data, whose password is the login, and return when the web client is there."""
        self.open(f'{address}/web/login')
        self.wait_for("document.querySelector('.oe_login_form')", "The login form")
        self.evaluate(f"""(() => {{
            for (const name of ['login', 'password'])
                document.querySelector(`input[name=${{name}}]`).value = '{login}';
            document.querySelector('.oe_login_form').submit();
        }})()""")
        self.wait_for("document.querySelector('.o_main_navbar')", f"The web client of the user {login}")

    def evaluate(self, script):
        """Return the value of an expression in the page, awaiting a promise."""
        answer = self._send('Runtime.evaluate', expression=script, awaitPromise=True, returnByValue=True)
        if 'exceptionDetails' in answer:
            details = answer['exceptionDetails']
            raise FrameError(
                f"The page refuses a script: {details.get('exception', {}).get('description') or details['text']}"
            )
        return answer['result'].get('value')

    def wait_for(self, script, purpose):
        """Wait until an expression is truthy."""
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < deadline:
            # A page that is being left gives no answer.
            with suppress(FrameError):
                if self.evaluate(f'(async () => Boolean(await {script}))()'):
                    return
            time.sleep(0.1)
        raise FrameError(
            f"{purpose} is not on the page {self.evaluate('location.href')} after {SECONDS_TO_WAIT} seconds."
        )

    def press(self, key):
        """Press and release a key of the keyboard, as a user would."""
        text = {'text': '\r'} if key == 'Enter' else {}
        code = {'windowsVirtualKeyCode': {'Enter': 13, 'Tab': 9, 'Escape': 27}[key]}
        self._send('Input.dispatchKeyEvent', type='keyDown', key=key, **code, **text)
        self._send('Input.dispatchKeyEvent', type='keyUp', key=key, **code)

    def _send(self, method, **parameters):
        """Send a command and return the browser's answer; keep errors from events that arrive meanwhile."""
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
        """Keep the message of an event if it is an error."""
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
        """Return the next message of the browser, which ends with a zero byte."""
        while b'\0' not in self._unread:
            part = os.read(self._from_browser, 1 << 20)
            if not part:
                raise FrameError("The browser has ended.")
            self._unread += part
        message, self._unread = self._unread.split(b'\0', 1)
        return message
