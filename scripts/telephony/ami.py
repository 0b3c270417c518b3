"""A small client of the Asterisk Manager Interface: log in, send actions, receive events."""

import asyncio
import itertools
import time

LINE_LIMIT = 1 << 20
ANSWER_SECONDS = 5
PING_SECONDS = 20


class AmiError(Exception):
    """The PBX refused something; the message holds no password."""


class AmiClient:
    """One connection. ``on_event`` is called for each event, in the order of the PBX, with a dictionary of texts."""

    def __init__(self, host, port, user, secret, on_event):
        self.host, self.port, self.user = host, port, user
        self._secret, self._on_event = secret, on_event
        self._numbers, self._answers, self._lists = itertools.count(1), {}, {}
        self._reader = self._writer = None

    async def connect(self):
        """Connect and log in.

        :raise OSError: nobody listens there
        :raise AmiError: user or password are wrong
        """
        self._reader, self._writer = await asyncio.wait_for(
            asyncio.open_connection(self.host, self.port, limit=LINE_LIMIT), ANSWER_SECONDS
        )
        await asyncio.wait_for(self._reader.readline(), ANSWER_SECONDS)
        self._reading = asyncio.ensure_future(self._read())
        await self.send('Login', Username=self.user, Secret=self._secret, Events='on')

    async def close(self):
        if self._writer:
            self._reading.cancel()
            self._writer.close()

    async def run(self):
        """Wait until the connection ends. A PBX that does not answer for a while counts as gone."""
        while not self._reading.done():
            await asyncio.wait({self._reading}, timeout=PING_SECONDS)
            if not self._reading.done():
                await self.send('Ping')
        if not self._reading.cancelled() and self._reading.exception():
            raise self._reading.exception()

    async def send(self, action, **values):
        """Send an action and return its answer.

        :raise AmiError: the PBX refuses
        :raise ValueError: a value holds a line break, which would begin another action
        """
        number = str(next(self._numbers))
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            await self._write(action, number, values)
            message = await asyncio.wait_for(answer, ANSWER_SECONDS)
        finally:
            self._answers.pop(number, None)
        if message.get('Response') not in ('Success', 'Goodbye'):
            raise AmiError(f"{action}: {message.get('Message', 'refused')}")
        return message

    async def list(self, action, item, **values):
        """Send an action that answers a list, and return its events of the kind ``item``."""
        number = str(next(self._numbers))
        ended = asyncio.get_running_loop().create_future()
        self._lists[number] = ended, item, []
        try:
            await self._write(action, number, values)
            return await asyncio.wait_for(ended, 2 * ANSWER_SECONDS)
        finally:
            self._lists.pop(number, None)

    async def _write(self, action, number, values):
        lines = [f'{key}: {value}' for key, value in {'Action': action, 'ActionID': number, **values}.items()]
        if any('\r' in line or '\n' in line for line in lines):
            message = "A value for the PBX cannot hold a line break."
            raise ValueError(message)
        self._writer.write(('\r\n'.join(lines) + '\r\n\r\n').encode())
        await self._writer.drain()

    async def _read(self):
        message = {}
        while line := await self._reader.readline():
            text = line.decode('utf-8', 'replace').rstrip('\r\n')
            if text:
                key, _colon, value = text.partition(':')
                # Of a repeated key (variables, output) the first value is enough here.
                message.setdefault(key, value.lstrip(' '))
                continue
            if message:
                self._take(message)
            message = {}
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the PBX has closed the connection"))

    def _take(self, message):
        number = message.get('ActionID')
        if 'Event' not in message:
            answer = self._answers.get(number)
            if answer and not answer.done():
                answer.set_result(message)
            elif number in self._lists and message.get('Response') == 'Error' and not self._lists[number][0].done():
                self._lists[number][0].set_exception(AmiError(message.get('Message', 'refused')))
            return
        if number in self._lists:
            ended, item, rows = self._lists[number]
            if message['Event'] == item:
                rows.append(message)
                return
            if message.get('EventList') == 'Complete' and not ended.done():
                ended.set_result(rows)
                return
        self._on_event({'received': time.time(), **message})
