"""What Odoo asks the bridge to do: call a number for an employee, hang up, say how it is (docs/api.md).

Odoo signs each command with what both sides have: the SHA-256 of the token. Odoo keeps no more of the token than that,
so what lies in its database signs commands, and not what the bridge says to Odoo.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone

from .ami import AmiError
from .calls import COMMAND_PREFIX

_logger = logging.getLogger('telephony-bridge')

LARGEST_HEAD, LARGEST_BODY = 8192, 16384
READ_SECONDS = 5
# Older commands are refused; by then a command is forgotten, so that it cannot be done twice.
VALID_SECONDS = 60
ABSENT_REASON = '3'
# Why the employee's phone was not lifted, by the cause of its hangup.
CAUSES = {'17': 'phone_busy', '21': 'declined', '19': 'not_picked_up', '0': 'not_picked_up', '16': 'not_picked_up'}
DEVICES = {'UNAVAILABLE': 'phone_off', 'INVALID': 'unknown_extension', 'NOT_INUSE': 'ready', 'UNKNOWN': 'ready'}
PBX_FAILURES = (AmiError, OSError, asyncio.TimeoutError, ValueError)
# A call that the PBX took and never told of again is given up after its time to ring and so many seconds.
LATEST_NEWS_SECONDS = 10
# So long after the employee's leg the outside leg has ended too, unless it goes on without the employee.
LEG_SECONDS = 0.5
STATUSES = {
    200: 'OK',
    401: 'Unauthorized',
    405: 'Method Not Allowed',
    409: 'Conflict',
    413: 'Content Too Large',
    422: 'Unprocessable Content',
}


class CommandRefused(Exception):
    """The answer to a command that was not done: a reason that Odoo puts into words, and ours for other programs."""

    def __init__(self, reason, message, status=409):
        super().__init__(message)
        self.reason, self.status = reason, status


@dataclass
class Commanded:
    """A call that Odoo asked for, until the employee's phone is lifted or the call is over."""

    token: str
    extension: str
    number: str
    began: float
    is_cancelled: bool = False
    has_rung: bool = False
    is_lifted: bool = False
    is_refused: bool = False
    has_client: bool = False
    cause: str = ''
    result: str = ''


class Commands:
    """Does what Odoo asks for, by the manager interface.

    :param settings: of the bridge
    :param get_ami: returns the connection to the PBX, or ``None`` while there is none
    :param tracker: the :class:`telephony.calls.CallTracker` that knows the channels
    :param tell: called with a kind of notice, the :class:`Commanded` and a reason
    """

    def __init__(self, settings, get_ami, tracker, tell):
        self._settings, self._get_ami = settings, get_ami
        self._tracker, self._tell = tracker, tell
        self._commanded = {}

    async def do(self, body):
        """Do one command, and return the answer.

        :raise CommandRefused:
        """
        act = {'originate': self._originate, 'hang_up': self._hang_up, 'test': self._test}.get(str(body.get('command')))
        if not act:
            raise CommandRefused('unknown_command', "Known commands are originate, hang_up, test.", 422)
        return await act(body)

    def _get_connected(self):
        ami = self._get_ami()
        if not ami:
            raise CommandRefused('pbx_away', "The PBX is not connected.")
        return ami

    async def _originate(self, body):
        extension = self._read_extension(body.get('extension'))
        number = str(body.get('number') or '')
        if not re.fullmatch(r'\+\d{7,15}', number):
            raise CommandRefused('wrong_number', "“number” must be international: +359888123456.", 422)
        token = str(body.get('call') or '')
        if not re.fullmatch(COMMAND_PREFIX + r'[0-9a-f-]{8,64}', token):
            raise CommandRefused('wrong_call', f"“call” must be {COMMAND_PREFIX} and a random name.", 422)
        if not self._settings.call_context:
            raise CommandRefused('no_context', "“context” is missing in [calls] of the settings of the bridge.")
        ami = self._get_connected()
        self._forget_lost()
        going_on = self._find(extension)
        if going_on:
            if going_on.number == number:
                # The button was pressed twice, or in two tabs: the phone rings once.
                return {'call': going_on.token, 'state': 'calling'}
            raise CommandRefused('busy', f"{extension} calls already.")
        # From here on a second command finds the first, whatever the PBX takes for its answer.
        commanded = self._commanded[token] = Commanded(token, extension, number, time.time())
        try:
            state = await self._get_state(ami, extension)
            if state in ('phone_off', 'unknown_extension'):
                raise CommandRefused(state, f"{extension}: {state}")
            # The phone shows whom it is going to call.
            name = re.sub(r'[^\w .,&-]', '', str(body.get('name') or ''))[:40].strip()
            shown = number if self._settings.call_shows == 'client' else extension
            await ami.send(
                'Originate',
                Channel=self._settings.call_channel.format(extension=extension),
                Context=self._settings.call_context,
                Exten=self._settings.call_prefix + number,
                Priority='1',
                Async='true',
                Timeout=str(self._settings.call_seconds * 1000),
                CallerID=f'"{name}" <{shown}>',
                ChannelId=token,
            )
        except PBX_FAILURES as error:
            del self._commanded[token]
            raise CommandRefused('pbx_refuses', f"The PBX refuses: {error or 'no answer'}") from None
        except BaseException:
            del self._commanded[token]
            raise
        _logger.info("%s calls somebody by a command (%s)", extension, commanded.token)
        return {'call': token, 'state': 'calling'}

    async def _hang_up(self, body):
        """End a call that was asked for. One that is over already is no mistake."""
        token, ami = str(body.get('call') or ''), self._get_connected()
        if not token.startswith(COMMAND_PREFIX):
            raise CommandRefused('wrong_call', "“call” must be the name of a call that was asked for.", 422)
        commanded, channel = self._commanded.get(token), self._tracker.channels.get(token)
        if commanded:
            commanded.is_cancelled = True
        if not channel:
            return {'call': token, 'state': 'over'}
        try:
            await ami.send('Hangup', Channel=channel.name)
        except AmiError:
            return {'call': token, 'state': 'over'}
        except PBX_FAILURES as error:
            raise CommandRefused('pbx_refuses', f"The PBX refuses: {error or 'no answer'}") from None
        return {'call': token, 'state': 'hung_up'}

    async def _test(self, body):
        """Say how the bridge is, and the phone of each extension that is named."""
        extensions = body.get('extensions') or []
        if not isinstance(extensions, list) or len(extensions) > 500:
            raise CommandRefused('wrong_extensions', "“extensions” must be a list of at most 500.", 422)
        ami = self._get_connected()
        try:
            states = {
                extension: await self._get_state(ami, extension) for extension in map(self._read_extension, extensions)
            }
        except PBX_FAILURES as error:
            raise CommandRefused('pbx_refuses', f"The PBX refuses: {error or 'no answer'}") from None
        return {'pbx': 'connected', 'may_call': bool(self._settings.call_context), 'extensions': states}

    def _read_extension(self, extension):
        if not isinstance(extension, str) or not re.fullmatch(r'[A-Za-z0-9_.-]{1,64}', extension):
            raise CommandRefused('unknown_extension', "“extension” must be as the PBX names it.", 422)
        return extension

    async def _get_state(self, ami, extension):
        """Return ``ready``, ``in_use``, ``phone_off`` or ``unknown_extension``, as the PBX knows its phone."""
        device = self._settings.call_channel.format(extension=extension)
        if device.startswith('Local/'):
            # What the dialplan makes of it, only a call can tell.
            return 'ready'
        answer = await ami.send('Getvar', Variable=f'DEVICE_STATE({device})')
        return DEVICES.get(answer.get('Value', ''), 'in_use')

    # What becomes of it

    def _find(self, extension):
        """Return the call that was asked for and goes on at an extension, if any."""
        for commanded in self._commanded.values():
            if commanded.extension == extension:
                return commanded
        return None

    def _forget_lost(self):
        """Give up calls of which the PBX told nothing for long: the connection was lost in between."""
        latest = time.time() - self._settings.call_seconds - LATEST_NEWS_SECONDS
        for token, commanded in list(self._commanded.items()):
            if commanded.began < latest and token not in self._tracker.channels:
                del self._commanded[token]

    def restore(self):
        """After a connection was made anew: take up calls that go on, and end those that are gone."""
        for token, commanded in list(self._commanded.items()):
            if token not in self._tracker.channels:
                self._end(commanded, 'lost')
        for token, channel in self._tracker.channels.items():
            if token.startswith(COMMAND_PREFIX) and channel.kind == 'employee' and token not in self._commanded:
                self._commanded[token] = Commanded(token, channel.extension, '', time.time())

    def feed(self, event):
        """Take an event of the PBX in, after the tracker has."""
        commanded = self._commanded.get(event.get('Uniqueid'))
        if not commanded:
            return
        kind = event.get('Event')
        if kind == 'Newstate' and event.get('ChannelStateDesc') == 'Ringing' and not commanded.has_rung:
            commanded.has_rung = True
            self._tell('phone_rings', commanded, '')
        elif kind == 'Hangup':
            commanded.cause = event.get('Cause', '')
            if commanded.is_refused:
                self._end(commanded, self._get_reason(commanded))
            elif commanded.is_lifted:
                self._end_soon(commanded, self._end_without_employee)
        elif kind == 'OriginateResponse':
            self._take_response(commanded, event)

    def _take_response(self, commanded, event):
        """The phone was lifted or not; the hangup with its cause comes before this or after it."""
        if event.get('Response') == 'Success':
            commanded.is_lifted = True
            self._tell('lifted', commanded, '')
            if commanded.cause:
                self._end_soon(commanded, self._end_without_employee)
        elif event.get('Reason') == ABSENT_REASON and not commanded.is_cancelled:
            self._end(commanded, 'not_picked_up')
        elif commanded.cause:
            self._end(commanded, self._get_reason(commanded))
        else:
            commanded.is_refused = True
            self._end_soon(commanded, lambda commanded: self._end(commanded, self._get_reason(commanded)))

    def complete(self, call):
        """Enter into a call of the tracker what is known of it from the command."""
        commanded = self._commanded.get(call.command)
        if commanded:
            # The dialplan may spell the number as the trunk wants it.
            call.number = commanded.number or call.number
            call.caller = commanded.extension
            commanded.has_client = True

    def note_end(self, call):
        """The outside leg has ended, and how is known."""
        commanded = self._commanded.get(call.command)
        if commanded:
            commanded.result = call.result
            # After a line that is down the dialplan may try another one.
            if call.result != 'failed':
                self._end(commanded, call.result)

    def _get_reason(self, commanded):
        return 'cancelled' if commanded.is_cancelled else CAUSES.get(commanded.cause, 'phone_off')

    def _end_soon(self, commanded, end):
        asyncio.get_running_loop().call_later(LEG_SECONDS, end, commanded)

    def _end_without_employee(self, commanded):
        """The employee has left. The outside leg has ended too by now, goes on with a colleague, or there was none."""
        reason = commanded.result or ('left' if commanded.has_client else 'not_dialled')
        self._end(commanded, 'cancelled' if commanded.is_cancelled and not commanded.has_client else reason)

    def _end(self, commanded, reason):
        if self._commanded.pop(commanded.token, None):
            self._tell('ended', commanded, reason)


class CommandServer:
    """Takes commands over HTTP: each signed, not older than a minute, and done once."""

    def __init__(self, token, outbox, do):
        self._key = hashlib.sha256(token.encode()).hexdigest().encode()
        self._outbox, self._do = outbox, do

    async def serve(self, host, port):
        async with await asyncio.start_server(self._answer, host, port, limit=LARGEST_HEAD) as server:
            await server.serve_forever()

    async def _answer(self, reader, writer):
        try:
            try:
                content, signature = await asyncio.wait_for(_read_request(reader), READ_SECONDS)
                status, answer = 200, await self.take(content, signature)
            except CommandRefused as error:
                status, answer = error.status, {'reason': error.reason, 'message': str(error)}
            body = json.dumps(answer).encode()
            writer.write(
                f'HTTP/1.1 {status} {STATUSES[status]}\r\nContent-Type: application/json\r\n'
                f'Content-Length: {len(body)}\r\nConnection: close\r\n\r\n'.encode()
                + body
            )
            await writer.drain()
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.close()

    async def take(self, content, signature):
        """Check a command, do it, and return the answer.

        :raise CommandRefused:
        """
        expected = hmac.new(self._key, content, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature.encode(), f'sha256={expected}'.encode()):
            _logger.info("A command with a wrong signature was refused")
            raise CommandRefused('signature', "The signature does not belong to this body and token.", 401)
        try:
            body = json.loads(content)
            number, sent = body['id'], datetime.fromisoformat(body['sent'].replace('Z', '+00:00'))
            late = (datetime.now(timezone.utc) - sent).total_seconds()
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CommandRefused('body', "The body must be an object with “id”, “sent” and “command”.", 422) from None
        if not isinstance(number, str) or not 8 <= len(number) <= 64:
            raise CommandRefused('body', "“id” must be a text of 8 to 64 characters.", 422)
        if abs(late) > VALID_SECONDS:
            raise CommandRefused('clock', f"The command was sent {late:.0f} seconds ago by the clock here.", 401)
        if not self._outbox.note_command(number, time.time(), time.time() - 3 * VALID_SECONDS):
            raise CommandRefused('repeated', "This command was taken already.")
        return await self._do(body)


async def _read_request(reader):
    """Return the body and the signature of a POST."""
    head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
    if not head[0].startswith('POST '):
        raise CommandRefused('method', "Commands are sent by POST.", 405)
    headers = {key.strip().lower(): value.strip() for key, _colon, value in (line.partition(':') for line in head[1:])}
    length = headers.get('content-length', '')
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise CommandRefused('body', "The body is missing or too large.", 413)
    return await reader.readexactly(int(length)), headers.get('x-dealflow-signature', '')
