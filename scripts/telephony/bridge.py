"""The bridge: follows the calls of one PBX and tells Odoo of each that has ended."""

import asyncio
import functools
import json
import logging
import re
import time
from dataclasses import asdict
from datetime import datetime, timezone

from .ami import AmiClient, AmiError
from .calls import OUTSIDE, Call, CallTracker, get_moment
from .commands import Commands, CommandServer
from .odoo import ANSWER_SECONDS, OdooAway, OdooRefuses
from .outbox import Outbox

_logger = logging.getLogger('telephony-bridge')

SENT_AT_ONCE = 50
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 30
ROUTES_SECONDS = 600
# A notice that comes later helps nobody.
NOTICE_SECONDS = 3
# A clock of the PBX that differs by less counts as that of the bridge.
TOLERATED_SECONDS = 2
# Routes are compared by so many of the last digits: the PBX spells numbers as it likes.
COMPARED_DIGITS = 9
# The dialplan must have begun before its channel can be sent elsewhere.
REDIRECT_DELAY = 0.05


class Bridge:
    """One process for one PBX.

    :param settings: as :func:`telephony.settings.read_settings` returns them
    :param odoo: a :class:`telephony.odoo.Odoo`
    """

    def __init__(self, settings, odoo):
        self._settings, self._odoo = settings, odoo
        self._outbox = Outbox(settings.state)
        self._tracker = CallTracker(settings.trunks, settings.employees, self._end_call, self._notice, self._keep_open)
        self._commands = Commands(settings, lambda: self._ami, self._tracker, self._tell_of_command)
        self._ami = None
        self._offset = None
        self._wake = asyncio.Event()
        self._routes = {}
        self._tasks, self._last_notices = set(), {}
        self._early = []
        self._is_seeded = False
        self.state = {'pbx': "not connected", 'odoo': "not asked yet", 'told': 0, 'lost_connections': 0}

    async def run(self):
        for saved in self._outbox.get_open():
            call = Call(**{**saved['call'], 'talks': [tuple(talk) for talk in saved['call']['talks']]})
            self._tracker.restore(call, saved['channel'], saved['is_caller'], saved['is_up'])
        parts = [self._follow_pbx(), self._tell_odoo(), self._fetch_routes()]
        if self._settings.health_port:
            parts.append(self._serve_health())
        if self._settings.command_port:
            server = CommandServer(self._settings.token, self._outbox, self._commands.do)
            parts.append(server.serve(self._settings.command_host, self._settings.command_port))
        try:
            await asyncio.gather(*parts)
        finally:
            self._outbox.close()

    # The PBX

    async def _follow_pbx(self):
        pause = SHORTEST_PAUSE
        while True:
            ami = AmiClient(
                self._settings.ami_host,
                self._settings.ami_port,
                self._settings.ami_user,
                self._settings.ami_secret,
                self._take_event,
            )
            self._is_seeded, self._early, self._offset = False, [], None
            try:
                await ami.connect()
                rows = await ami.list('CoreShowChannels', 'CoreShowChannel')
                self._seed(rows)
                self._ami, pause = ami, SHORTEST_PAUSE
                self.state['pbx'] = "connected"
                _logger.info("Connected to the PBX at %s:%s", self._settings.ami_host, self._settings.ami_port)
                await ami.run()
                reason = "it has closed the connection"
            except (OSError, AmiError, asyncio.TimeoutError) as error:
                reason = str(error) or "it does not answer"
            finally:
                self._ami = None
                await ami.close()
            self.state['pbx'] = f"not connected: {reason}"
            self.state['lost_connections'] += 1
            _logger.warning("The PBX is not connected: %s. Next try in %d s.", reason, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _seed(self, rows):
        """Take up the calls that are going on; events that came meanwhile are newer than the list."""
        now = time.time() - self._get_offset()
        self._tracker.seed(rows, now)
        self._commands.restore()
        self._is_seeded = True
        early, self._early = self._early, []
        for event in early:
            self._feed(event)

    def _take_event(self, event):
        if 'Timestamp' in event:
            delay = event['received'] - get_moment(event)
            # What the way takes only adds to the difference of the clocks.
            self._offset = delay if self._offset is None else min(self._offset, delay)
        if self._is_seeded:
            self._feed(event)
        else:
            self._early.append(event)

    def _feed(self, event):
        try:
            self._tracker.feed(event)
            self._commands.feed(event)
        except Exception:
            # A strange event must not end the bridge, nor the other calls.
            _logger.exception("The event %s was not understood", event.get('Event'))

    def _get_offset(self):
        """Return by how many seconds our clock is ahead of that of the PBX."""
        return self._offset if self._offset and abs(self._offset) > TOLERATED_SECONDS else 0.0

    # Calls

    def _keep_open(self, call, channel):
        if channel is None:
            self._outbox.forget_open(call.uniqueid)
            return
        self._commands.complete(call)
        self._outbox.keep_open(
            call.uniqueid,
            {
                'call': asdict(call),
                'channel': channel.name,
                'is_caller': channel.is_caller,
                'is_up': channel.is_up,
            },
        )

    def _end_call(self, call):
        self._outbox.put(call.uniqueid, get_told(call, self._get_offset()))
        self._wake.set()
        self._commands.note_end(call)

    def _notice(self, kind, call, extension, _moment):
        if kind == 'arrived':
            if self._settings.route_context and call.dialled in self._settings.route_extensions:
                self._begin(self._redirect(call))
        elif extension != OUTSIDE and (kind != 'client_rings' or call.command):
            self._begin(
                self._tell_notice(
                    kind=kind,
                    uniqueid=call.uniqueid,
                    direction=call.direction,
                    number=call.number,
                    name=call.name,
                    extension=extension,
                    rang=call.rang,
                    command=call.command,
                )
            )

    def _tell_of_command(self, kind, commanded, reason):
        self._begin(
            self._tell_notice(
                kind=kind,
                direction='outgoing',
                number=commanded.number,
                extension=commanded.extension,
                command=commanded.token,
                reason=reason,
            )
        )

    def _begin(self, work):
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_notice(self, **notice):
        """Tell Odoo at once that a phone rings or is answered; when Odoo is away nobody misses it later.

        What is told of one call that Odoo asked for arrives in its order.
        """
        command = notice.get('command')
        before = self._last_notices.get(command)
        if command:
            self._last_notices[command] = asyncio.current_task()
        if before:
            await asyncio.wait({before})
        try:
            await self._call_odoo('notices', NOTICE_SECONDS, **notice)
        except (OdooAway, OdooRefuses) as error:
            _logger.debug("A notice was not told: %s", error)
        finally:
            if self._last_notices.get(command) is asyncio.current_task():
                del self._last_notices[command]

    async def _redirect(self, call):
        """Send a call that waits in the dialplan to the person responsible; else the dialplan goes on by itself."""
        extensions = self._routes.get(_get_compared(call.number))
        channel = self._tracker.channels.get(call.uniqueid)
        if not extensions or not channel or not self._ami:
            return
        await asyncio.sleep(REDIRECT_DELAY)
        extension = get_free_extension(extensions, self._tracker.channels.values())
        if not extension:
            return
        try:
            await self._ami.send(
                'Redirect',
                Channel=channel.name,
                Context=self._settings.route_context,
                Exten=extension,
                Priority='1',
            )
        except (AmiError, OSError, asyncio.TimeoutError, ValueError) as error:
            _logger.info("A call was not redirected: %s", error or "no answer")

    # Odoo

    async def _tell_odoo(self):
        pause = SHORTEST_PAUSE
        while True:
            self._wake.clear()
            waiting = self._outbox.get_first(SENT_AT_ONCE)
            if not waiting:
                await self._wake.wait()
                continue
            try:
                await self._send(waiting)
                pause = SHORTEST_PAUSE
                self.state['odoo'] = "answers"
            except OdooAway as error:
                self.state['odoo'] = f"does not take calls: {error}"
                _logger.warning("Odoo does not take calls: %s. Next try in %d s.", error, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _send(self, waiting):
        try:
            await self._call_odoo('calls', calls=[content for _number, content in waiting])
        except OdooRefuses as error:
            if len(waiting) > 1:
                # Find the one that is refused; the others go their way.
                for each in waiting:
                    await self._send([each])
                return
            [(number, content)] = waiting
            _logger.error("Odoo refuses the call %s: %s. It is set aside.", content['uniqueid'], error)
            self._outbox.set_aside(number)
            return
        self._outbox.remove([number for number, _content in waiting])
        self.state['told'] += len(waiting)

    async def _call_odoo(self, what, seconds=ANSWER_SECONDS, **body):
        if what == 'calls':
            body['sent'] = _get_text(time.time())
        call = functools.partial(self._odoo.call, what, seconds, **body)
        return await asyncio.get_running_loop().run_in_executor(None, call)

    async def _fetch_routes(self):
        if not self._settings.route_context:
            return
        while True:
            try:
                routes, after = {}, 0
                while after is not False:
                    part = await self._call_odoo('routes', after=after)
                    routes.update(part['routes'])
                    after = part['next']
                self._routes = get_compared_routes(routes)
                pause = ROUTES_SECONDS
            except (OdooAway, OdooRefuses) as error:
                _logger.warning("The table of routes is not renewed: %s", error)
                pause = LONGEST_PAUSE
            await asyncio.sleep(pause)

    # Health

    async def _serve_health(self):
        server = await asyncio.start_server(self._answer_health, self._settings.health_host, self._settings.health_port)
        async with server:
            await server.serve_forever()

    async def _answer_health(self, reader, writer):
        try:
            await asyncio.wait_for(reader.readline(), 5)
            health = self.get_health()
            content = json.dumps(health, indent=1).encode()
            status = '200 OK' if health['is_well'] else '503 Service Unavailable'
            writer.write(
                f'HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n'
                'Connection: close\r\n\r\n'.encode()
                + content
            )
            await writer.drain()
        except (OSError, asyncio.TimeoutError, ValueError):
            pass
        finally:
            writer.close()

    def get_health(self):
        """Return what the health page says; no number of a client, no password."""
        return {
            'is_well': self.state['pbx'] == "connected" and not self.state['odoo'].startswith('does not'),
            **self.state,
            'open_calls': len(self._tracker.open_calls),
            'channels': len(self._tracker.channels),
            'waiting_calls': self._outbox.count('waiting'),
            'refused_calls': self._outbox.count('refused'),
            'routes': len(self._routes),
        }


def get_told(call, offset):
    """Return what Odoo is told of a call, as docs/api.md describes it.

    :param float offset: the seconds by which the clock of the bridge is ahead of that of the PBX
    """
    legs = [{'kind': 'called', 'extension': call.caller}] if call.caller else []
    legs += [{'kind': 'rang', 'extension': extension} for extension in call.rang]
    legs += [{'kind': 'declined', 'extension': extension} for extension in call.declined]
    legs += [
        {
            'kind': 'talked',
            'extension': '' if extension == OUTSIDE else extension,
            'from': _get_text(since + offset),
            'until': _get_text(until + offset),
        }
        for extension, since, until in call.talks
    ]
    return {
        'uniqueid': call.uniqueid[:128],
        'direction': call.direction,
        'result': call.result,
        'number': call.number[:128],
        'name': call.name[:128],
        'dialled': call.dialled[:128],
        'queue': call.queue[:128],
        'forwarded_to': call.forwarded_to[:128],
        'started': _get_text(call.started + offset),
        'ended': _get_text(call.ended + offset),
        'legs': legs,
        'partial': call.is_partial,
    }


def get_free_extension(extensions, channels):
    """Return the first of the extensions at which nobody talks, or nothing: then the dialplan goes on by itself."""
    busy = {channel.extension for channel in channels if channel.kind == 'employee' and channel.is_up}
    return next((extension for extension in extensions if extension not in busy), None)


def get_compared_routes(routes):
    """Return the table of routes by the last digits of numbers, without those that would be ambiguous."""
    found, ambiguous = {}, set()
    for number, extensions in routes.items():
        key = _get_compared(number)
        if found.setdefault(key, extensions) != extensions:
            ambiguous.add(key)
    return {key: extensions for key, extensions in found.items() if key and key not in ambiguous}


def _get_compared(number):
    return re.sub(r'\D', '', number)[-COMPARED_DIGITS:]


def _get_text(moment):
    return datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec='milliseconds')
