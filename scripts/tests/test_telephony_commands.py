"""What Odoo asks the bridge of the telephony to do: who may ask, what is done once, and what becomes of a call.

The events in ``telephony_events/outgoing`` were recorded by ``scripts/test-telephony --modes outgoing --record`` from a
real Asterisk, for calls that a real Odoo asked for.
"""

import asyncio
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from telephony.ami import AmiClient, AmiError
from telephony.bridge import Bridge
from telephony.calls import CallTracker
from telephony.commands import Commanded, CommandRefused, Commands, CommandServer
from telephony.outbox import Outbox
from telephony.settings import Settings, SettingsError, read_settings

STREAMS = sorted((Path(__file__).parent / 'telephony_events' / 'outgoing').glob('*.jsonl'))
TOKEN = 'a-token'
KEY = hashlib.sha256(TOKEN.encode()).hexdigest()
CALL = 'dealflow-0123456789abcdef'
NUMBER = '+359888123456'


def make_settings(tmp_path, **values):
    return Settings(
        **{
            'odoo': 'http://127.0.0.1:9',
            'token': TOKEN,
            'ami_user': 'crm',
            'ami_secret': 'hidden-secret',
            'trunks': ['trunk'],
            'employees': [r'(1\d\d)'],
            'state': str(tmp_path / 'state.sqlite'),
            'call_context': 'click-to-call',
            'call_seconds': 3,
            **values,
        }
    )


class Pbx:
    """Answers actions as Asterisk does; what a real one makes of them is tried by ``scripts/test-telephony``."""

    def __init__(self, **devices):
        self.devices, self.actions, self.refuses = {'101': 'NOT_INUSE', **devices}, [], False

    async def send(self, action, **values):
        await asyncio.sleep(0)
        self.actions.append((action, values))
        if action == 'Getvar':
            return {'Value': self.devices.get(values['Variable'].partition('/')[2].rstrip(')'), 'INVALID')}
        if self.refuses:
            message = f"{action}: no"
            raise AmiError(message)
        return {}

    def get(self, action):
        return [values for each, values in self.actions if each == action]


class World:
    def __init__(self, tmp_path, pbx=None, **settings):
        self.pbx, self.told, self.ended = pbx or Pbx(), [], []
        self.tracker = CallTracker(['trunk'], [r'(1\d\d)'], self._end, self._notice, self._change)
        self.commands = Commands(
            make_settings(tmp_path, **settings),
            lambda: self.pbx,
            self.tracker,
            lambda kind, commanded, reason: self.told.append(f'{kind} {reason}'.strip()),
        )

    def _end(self, call):
        self.ended.append(call)
        self.commands.note_end(call)

    def _notice(self, kind, call, _extension, _moment):
        if call.command:
            self.told.append(kind)

    def _change(self, call, channel):
        if channel:
            self.commands.complete(call)

    def feed(self, event):
        self.tracker.feed(event)
        self.commands.feed(event)

    def ask(self, **values):
        body = {'command': 'originate', 'call': CALL, 'extension': '101', 'number': NUMBER, 'name': "Ann", **values}
        return self.commands.do(body)


# What becomes of a call


def test_all_kinds_are_there():
    assert len(STREAMS) == 10


@pytest.mark.parametrize('path', STREAMS, ids=lambda path: path.stem)
def test_a_stream_tells_the_screen_and_makes_the_call_that_must_follow(path, tmp_path, monkeypatch):
    monkeypatch.setattr('telephony.commands.LEG_SECONDS', 0.01)
    head, *events = map(json.loads, path.read_text(encoding='utf-8').splitlines())
    token = next(event['Uniqueid'] for event in events if event.get('Uniqueid', '').startswith('dealflow-'))

    async def run():
        world = World(tmp_path)
        commanded = world.commands._commanded[token] = Commanded(token, '101', NUMBER, 0.0)
        commanded.is_cancelled = head['is_cancelled']
        for event in events:
            world.feed(event)
        await asyncio.sleep(0.05)
        return world

    world = asyncio.run(run())
    assert world.told == head['stages']
    assert not world.commands._commanded
    assert not world.tracker.channels
    expected = head['expected']
    assert [(call.direction, call.number, call.caller, call.result) for call in world.ended] == (
        [('outgoing', NUMBER, '101', expected['result'])] if expected else []
    )


def test_number_is_that_of_the_command_whatever_the_dialplan_makes_of_it(tmp_path):
    head, *events = map(json.loads, next(p for p in STREAMS if p.stem == 'answered').read_text().splitlines())
    assert head['expected']
    token = next(event['Uniqueid'] for event in events if event.get('Uniqueid', '').startswith('dealflow-'))
    world = World(tmp_path)
    world.commands._commanded[token] = Commanded(token, '101', NUMBER, 0.0)

    async def run():
        for event in events:
            world.feed({**event, 'DialString': event.get('DialString', '').replace(NUMBER, '00888123456')})

    asyncio.run(run())
    assert [call.number for call in world.ended] == [NUMBER]


# Commands


def test_phone_rings_once(tmp_path):
    async def run():
        world = World(tmp_path)
        first, second = await asyncio.gather(world.ask(), world.ask(call=CALL + 'f'))
        assert first == second == {'call': CALL, 'state': 'calling'}
        with pytest.raises(CommandRefused) as caught:
            await world.ask(number='+359888000000')
        assert caught.value.reason == 'busy'
        return world

    [originate] = asyncio.run(run()).pbx.get('Originate')
    assert originate == {
        'Channel': 'PJSIP/101',
        'Context': 'click-to-call',
        'Exten': NUMBER,
        'Priority': '1',
        'Async': 'true',
        'Timeout': '3000',
        'CallerID': f'"Ann" <{NUMBER}>',
        'ChannelId': CALL,
    }


def test_another_call_may_follow_when_the_first_is_over(tmp_path):
    async def run():
        world = World(tmp_path)
        await world.ask()
        world.feed({'Event': 'OriginateResponse', 'Uniqueid': CALL, 'Response': 'Failure', 'Reason': '3'})
        await world.ask(call=CALL + 'f')
        return world

    world = asyncio.run(run())
    assert world.told == ['ended not_picked_up']
    assert len(world.pbx.get('Originate')) == 2


def test_phone_that_is_off_or_unknown_is_not_rung(tmp_path):
    async def run():
        world = World(tmp_path, Pbx(**{'101': 'UNAVAILABLE', '102': 'INUSE'}))
        for extension, reason in (('101', 'phone_off'), ('999', 'unknown_extension')):
            with pytest.raises(CommandRefused) as caught:
                await world.ask(extension=extension)
            assert caught.value.reason == reason
        assert not world.commands._commanded
        return world, await world.commands.do({'command': 'test', 'extensions': ['101', '102', '999']})

    world, answer = asyncio.run(run())
    assert not world.pbx.get('Originate')
    assert answer == {
        'pbx': 'connected',
        'may_call': True,
        'extensions': {'101': 'phone_off', '102': 'in_use', '999': 'unknown_extension'},
    }


@pytest.mark.parametrize(
    ('values', 'reason'),
    [
        ({'number': '101'}, 'wrong_number'),
        ({'number': '*97'}, 'wrong_number'),
        ({'number': NUMBER + '\r\nAction: Logoff'}, 'wrong_number'),
        ({'number': None}, 'wrong_number'),
        ({'extension': '101&PJSIP/102'}, 'unknown_extension'),
        ({'extension': '101\n'}, 'unknown_extension'),
        ({'extension': ['101']}, 'unknown_extension'),
        ({'call': 'x'}, 'wrong_call'),
        ({'call': CALL + '\n'}, 'wrong_call'),
        ({'command': 'shutdown'}, 'unknown_command'),
        ({'command': ['x']}, 'unknown_command'),
    ],
)
def test_what_cannot_be_called_is_refused(tmp_path, values, reason):
    world = World(tmp_path)
    with pytest.raises(CommandRefused) as caught:
        asyncio.run(world.ask(**values))
    assert caught.value.reason == reason
    assert not world.pbx.actions


def test_name_cannot_say_more_to_the_pbx(tmp_path):
    world = World(tmp_path, call_shows='extension', call_channel='Local/{extension}@from-internal', call_prefix='9')
    asyncio.run(world.ask(name='Иван "X" <+7900>\r\nAction: Logoff'))
    [originate] = world.pbx.get('Originate')
    assert originate['CallerID'] == '"Иван X 7900Action Logoff" <101>'
    assert originate['Channel'] == 'Local/101@from-internal'
    assert originate['Exten'] == '9' + NUMBER
    assert not world.pbx.get('Getvar'), "what the dialplan makes of it only a call can tell"


def test_without_a_context_or_a_pbx_nobody_is_called(tmp_path):
    for world, reason in ((World(tmp_path, call_context=''), 'no_context'), (World(tmp_path), 'pbx_away')):
        if reason == 'pbx_away':
            world.pbx = None
        with pytest.raises(CommandRefused) as caught:
            asyncio.run(world.ask())
        assert caught.value.reason == reason
    world = World(tmp_path)
    world.pbx.refuses = True
    with pytest.raises(CommandRefused, match="The PBX refuses: Originate: no"):
        asyncio.run(world.ask())
    assert not world.commands._commanded


def test_hang_up_ends_the_channel_and_says_when_it_is_over(tmp_path):
    async def run():
        world = World(tmp_path)
        hang_up = {'command': 'hang_up', 'call': CALL}
        assert (await world.commands.do(hang_up))['state'] == 'over'
        await world.ask()
        world.feed(
            {'Event': 'Newchannel', 'Uniqueid': CALL, 'Channel': 'PJSIP/101-00000001', 'ChannelStateDesc': 'Down'}
        )
        assert (await world.commands.do(hang_up))['state'] == 'hung_up'
        world.feed({'Event': 'Hangup', 'Uniqueid': CALL, 'Cause': '26'})
        world.feed({'Event': 'OriginateResponse', 'Uniqueid': CALL, 'Response': 'Failure', 'Reason': '0'})
        with pytest.raises(CommandRefused):
            await world.commands.do({'command': 'hang_up', 'call': '1.1'})
        return world

    world = asyncio.run(run())
    assert world.pbx.get('Hangup') == [{'Channel': 'PJSIP/101-00000001'}]
    assert world.told == ['ended cancelled']


def test_after_a_lost_connection_what_goes_on_is_known_and_what_is_gone_has_ended(tmp_path):
    async def run():
        world = World(tmp_path)
        await world.ask()
        world.commands.restore()
        assert world.told == ['ended lost']
        row = {'Uniqueid': CALL, 'Channel': 'PJSIP/101-00000001', 'ChannelStateDesc': 'Up', 'Linkedid': CALL}
        world.tracker.seed([row], 1.0)
        world.commands.restore()
        with pytest.raises(CommandRefused) as caught:
            await world.ask(call=CALL + 'f')
        assert caught.value.reason == 'busy'
        await world.commands.do({'command': 'hang_up', 'call': CALL})
        return world

    assert asyncio.run(run()).pbx.get('Hangup') == [{'Channel': 'PJSIP/101-00000001'}]


def test_a_call_of_which_nothing_is_heard_blocks_nobody_for_ever(tmp_path):
    async def run():
        world = World(tmp_path)
        await world.ask()
        world.commands._commanded[CALL].began -= 60
        return await world.ask(call=CALL + 'f', number='+359888000000')

    assert asyncio.run(run())['call'] == CALL + 'f'


# Who may ask


def get_moment(**delta):
    return (datetime.now(timezone.utc) + timedelta(**delta)).isoformat()


def sign(content, key=KEY):
    return 'sha256=' + hmac.new(key.encode(), content, hashlib.sha256).hexdigest()


def make_body(**values):
    return {'id': '12345678', 'sent': get_moment(), 'command': 'test', **values}


async def with_server(tmp_path, act):
    """Run ``act(post)`` in a thread beside a server; ``post`` sends over HTTP and returns status and answer."""
    done = []

    async def do(body):
        done.append(body['id'])
        return {'done': True}

    server = CommandServer(TOKEN, Outbox(tmp_path / 'state.sqlite'), do)
    started = await asyncio.start_server(server._answer, '127.0.0.1', 0, limit=8192)
    port = started.sockets[0].getsockname()[1]

    def post(body, signature=None, method='POST'):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {'X-Dealflow-Signature': signature or sign(content)}
        request = urllib.request.Request(f'http://127.0.0.1:{port}/', content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    try:
        return await asyncio.get_running_loop().run_in_executor(None, act, post), done
    finally:
        started.close()


def test_a_signed_command_is_done_once(tmp_path, caplog):
    caplog.set_level('DEBUG')

    def act(post):
        body = make_body()
        return post(body), post(body), post({**body, 'sent': get_moment()})

    answers, done = asyncio.run(with_server(tmp_path, act))
    assert answers[0] == (200, {'done': True})
    assert [(status, answer['reason']) for status, answer in answers[1:]] == [(409, 'repeated')] * 2
    assert done == ['12345678']
    # Another process, after a kill, knows it too.
    answers, done = asyncio.run(with_server(tmp_path, lambda post: [post(make_body())]))
    assert answers[0][1]['reason'] == 'repeated'
    assert done == []
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text


def test_what_is_not_signed_well_or_too_old_is_refused(tmp_path):
    def act(post):
        body = make_body()
        return [
            post(body, sign(json.dumps(body).encode(), TOKEN)),
            post(body, 'sha256=' + '0' * 64),
            post(body, 'nothing'),
            post(make_body(sent=get_moment(seconds=-61))),
            post(make_body(sent=get_moment(seconds=61))),
            post(make_body(sent='2026-01-01T00:00:00')),
            post(make_body(sent=5)),
            post(make_body(id='short')),
            post(b'[]'),
            post(b'{'),
            post(b'"' + b'x' * 20000 + b'"'),
            post(body, method='GET'),
        ]

    answers, done = asyncio.run(with_server(tmp_path, act))
    assert [(status, answer['reason']) for status, answer in answers] == [
        *[(401, 'signature')] * 3,
        *[(401, 'clock')] * 2,
        *[(422, 'body')] * 5,
        (413, 'body'),
        (405, 'method'),
    ]
    assert done == []


def test_a_caller_that_says_nothing_or_nonsense_ends_nothing(tmp_path):
    async def run():
        server = CommandServer(TOKEN, Outbox(tmp_path / 'state.sqlite'), None)
        started = await asyncio.start_server(server._answer, '127.0.0.1', 0, limit=8192)
        port = started.sockets[0].getsockname()[1]
        for content in (
            b'',
            b'\r\n\r\n',
            b'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab',
            b'x' * 10000,
            b'\xff\r\n\r\n',
        ):
            reader, writer = await asyncio.open_connection('127.0.0.1', port)
            writer.write(content)
            writer.write_eof()
            answers.append(await asyncio.wait_for(reader.read(), 3))
            writer.close()
        started.close()

    answers = []
    asyncio.run(run())
    assert len(answers) == 5
    assert not any(answer.startswith(b'HTTP/1.1 200') for answer in answers)


# The bridge and its settings


def test_bridge_takes_commands_at_its_port_and_tells_odoo_what_becomes_of_them(tmp_path):
    async def run():
        bridge = Bridge(make_settings(tmp_path), None)
        bridge._ami, told = Pbx(), []
        bridge._call_odoo = lambda what, seconds, **body: told.append(body) or asyncio.sleep(0)
        await bridge._commands.do(
            {'command': 'originate', 'call': CALL, 'extension': '101', 'number': NUMBER, 'name': "Ann"}
        )
        bridge._is_seeded = True
        for event in (
            {'Event': 'Newchannel', 'Uniqueid': CALL, 'Channel': 'PJSIP/101-00000001', 'ChannelStateDesc': 'Down'},
            {'Event': 'Newstate', 'Uniqueid': CALL, 'ChannelStateDesc': 'Ringing'},
            {'Event': 'Hangup', 'Uniqueid': CALL, 'Cause': '21'},
            {'Event': 'OriginateResponse', 'Uniqueid': CALL, 'Response': 'Failure', 'Reason': '0'},
        ):
            bridge._take_event({'received': 1.0, **event})
        await asyncio.sleep(0.05)
        return told

    told = asyncio.run(run())
    assert [(each['kind'], each['reason'], each['command'], each['number']) for each in told] == [
        ('phone_rings', '', CALL, NUMBER),
        ('ended', 'declined', CALL, NUMBER),
    ]


def test_settings_of_calls(tmp_path, monkeypatch):
    monkeypatch.setenv('DEALFLOW_PBX_SECRET', 'hidden-secret')
    monkeypatch.setenv('DEALFLOW_ODOO_TOKEN', TOKEN)
    path = tmp_path / 'bridge.ini'
    text = '[odoo]\nurl = https://odoo.example.com\n[pbx]\nuser = crm\ntrunks = trunk\nextensions = (1\\d\\d)\n'
    path.write_text(text)
    settings = read_settings(path)
    assert (settings.command_port, settings.call_context) == (0, '')
    path.write_text(text + '[calls]\ncontext = dealflow-call\nport = 8176\nseconds = 20\n')
    settings = read_settings(path)
    assert (settings.command_host, settings.command_port, settings.call_seconds) == ('127.0.0.1', 8176, 20)
    assert settings.call_channel.format(extension='101') == 'PJSIP/101'
    for line, words in (
        ('channel = PJSIP/101', "must hold {extension} once"),
        ('shows = nobody', "must be one of client, extension"),
        ('seconds = long', "must be a number of seconds"),
        ('port = 99999', "must be the number of a port"),
    ):
        path.write_text(f'{text}[calls]\n{line}\n')
        with pytest.raises(SettingsError, match=words):
            read_settings(path)


def test_a_client_of_the_pbx_takes_the_answer_of_a_variable():
    async def run():
        async def serve(reader, writer):
            writer.write(b'Asterisk Call Manager/11\r\n')
            number = 0
            while line := await reader.readline():
                if line == b'\r\n':
                    number += 1
                    value = 'Value: UNAVAILABLE\r\n' if number > 1 else ''
                    writer.write(f'Response: Success\r\nActionID: {number}\r\n{value}\r\n'.encode())
            writer.close()

        server = await asyncio.start_server(serve, '127.0.0.1', 0)
        client = AmiClient('127.0.0.1', server.sockets[0].getsockname()[1], 'crm', 'hidden-secret', lambda event: None)
        await client.connect()
        answer = await client.send('Getvar', Variable='DEVICE_STATE(PJSIP/101)')
        await client.close()
        server.close()
        return answer

    assert asyncio.run(run())['Value'] == 'UNAVAILABLE'
