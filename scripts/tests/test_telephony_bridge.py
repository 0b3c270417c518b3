"""The bridge of the telephony: what it makes of recorded events, and that it loses nothing.

The events were recorded by ``scripts/test-telephony --record`` from a real Asterisk, which makes the same calls again.
"""

import asyncio
import hashlib
import hmac
import json
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from telephony.ami import AmiClient, AmiError
from telephony.bridge import Bridge, get_compared_routes, get_free_extension, get_told
from telephony.calls import Call, CallTracker, Channel
from telephony.odoo import Odoo, OdooAway, OdooRefuses
from telephony.outbox import Outbox
from telephony.settings import Settings, SettingsError, read_settings

STREAMS = sorted((Path(__file__).parent / 'telephony_events').glob('*.jsonl'))
TOKEN = 'a-token'


def read_stream(path):
    expected, *events = map(json.loads, path.read_text(encoding='utf-8').splitlines())
    return expected, events


def follow(events, **callbacks):
    ended = []
    tracker = CallTracker(['trunk'], [r'(1\d\d)'], ended.append, **callbacks)
    for event in events:
        tracker.feed(event)
    return tracker, ended


def describe(call):
    told = get_told(call, 0)
    talks = [leg['extension'] for leg in told['legs'] if leg['kind'] == 'talked']
    return {
        'direction': told['direction'],
        'number': told['number'],
        'result': told['result'],
        'partial': told['partial'],
        'rang': sorted(leg['extension'] for leg in told['legs'] if leg['kind'] == 'rang'),
        'declined': sorted(leg['extension'] for leg in told['legs'] if leg['kind'] == 'declined'),
        'answered_by': talks[0] if talks else None,
        'last_with': talks[-1] if talks else None,
        'queue': told['queue'],
        'forwarded_to': told['forwarded_to'],
    }


# Calls


def test_all_kinds_are_there():
    assert len(STREAMS) == 20


@pytest.mark.parametrize('path', STREAMS, ids=lambda path: path.stem)
def test_a_stream_makes_the_call_that_must_follow(path):
    expected, events = read_stream(path)
    tracker, ended = follow(events)
    assert not tracker.channels
    assert not tracker._bridges
    assert len(ended) == (1 if expected else 0)
    if expected:
        found = describe(ended[0])
        assert {key: found[key] for key in expected} == expected
        assert ended[0].started <= min([talk[1] for talk in ended[0].talks], default=ended[0].ended) <= ended[0].ended


@pytest.mark.parametrize('path', STREAMS, ids=lambda path: path.stem)
def test_streams_of_many_calls_at_once_do_not_mix(path):
    """Twenty calls at the same time, event by event in turn, each with channels of its own."""
    expected, events = read_stream(path)

    def rename(event, number):
        return {
            key: f'{number}-{value}' if value and (key.endswith('id') or key == 'BridgeUniqueid') else value
            for key, value in event.items()
        }

    tracker, ended = follow(rename(event, number) for event in events for number in range(20))
    assert not tracker.channels
    assert len(ended) == (20 if expected else 0)
    for call in ended:
        found = describe(call)
        assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize('path', STREAMS, ids=lambda path: path.stem)
def test_a_killed_bridge_goes_on_with_what_it_had_kept(path):
    """After each event the bridge is killed; the PBX lists what is live, and the rest of the events follow."""
    expected, events = read_stream(path)
    for cut in range(1, len(events)):
        kept = {}

        def keep(call, channel, kept=kept):
            kept.pop(call.uniqueid, None)
            if channel:
                kept[call.uniqueid] = json.loads(
                    json.dumps([asdict(call), channel.name, channel.is_caller, channel.is_up])
                )

        first, ended = follow(events[:cut], on_change=keep)
        for call in ended:
            kept.pop(call.uniqueid, None)
        second = CallTracker(['trunk'], [r'(1\d\d)'], ended.append)
        for values, *channel in kept.values():
            second.restore(Call(**{**values, 'talks': [tuple(talk) for talk in values['talks']]}), *channel)
        second.seed(list_channels(first), float(events[cut - 1]['Timestamp']))
        for event in events[cut:]:
            second.feed(event)
        assert not second.channels
        assert len(ended) == (1 if expected else 0), cut
        for call in ended:
            assert (call.direction, call.number) == (expected['direction'], expected['number']), cut


def list_channels(tracker):
    """Return what the PBX would list of the channels that a tracker knows."""
    return [
        {
            'Uniqueid': uniqueid,
            'Channel': channel.name,
            'Linkedid': channel.linkedid,
            'ChannelStateDesc': 'Up' if channel.is_up else 'Ring',
            'Application': 'Dial' if channel.is_caller else 'AppDial',
            'CallerIDNum': channel.call.number if channel.call else '',
            'Duration': '00:00:05',
            'BridgeId': channel.bridge,
        }
        for uniqueid, channel in tracker.channels.items()
    ]


def test_call_that_ended_without_the_bridge_is_told_as_unknown():
    _expected, events = read_stream(next(path for path in STREAMS if path.stem == 'client_gives_up'))
    half = [event for event in events if event['Event'] != 'Hangup']
    tracker, ended = follow(half)
    tracker.seed([], float(half[-1]['Timestamp']) + 60)
    assert [(call.result, call.is_partial, call.rang) for call in ended] == [('unknown', True, ['101'])]


def test_rings_and_answers_are_noticed():
    _expected, events = read_stream(next(path for path in STREAMS if path.stem == 'ring_group'))
    notices = []
    follow(events, on_notice=lambda kind, call, extension, moment: notices.append((kind, extension)))
    assert notices[0] == ('arrived', '')
    assert {('ringing', '101'), ('ringing', '102'), ('answered', '102')} <= set(notices)
    assert ('answered', '101') not in notices


@pytest.mark.parametrize(
    ('name', 'shown'),
    [
        ('Иван Петров', 'Иван Петров'),
        (r'Ivan \"Vanya\" O\'Neil', 'Ivan "Vanya" O\'Neil'),
        (r'Ann\tB', 'Ann B'),
        ('<unknown>', ''),
        ('Anonymous', ''),
    ],
)
def test_names_of_callers(name, shown):
    event = {
        'Event': 'Newchannel',
        'Timestamp': '1.0',
        'Uniqueid': '1.1',
        'Channel': 'PJSIP/trunk-00000001',
        'ChannelStateDesc': 'Ring',
        'CallerIDNum': '1',
        'CallerIDName': name,
    }
    tracker, _ended = follow([event])
    assert tracker.open_calls[0].name == shown


def test_events_of_channels_that_nobody_knows_are_passed_over():
    events = [
        {**event, 'Uniqueid': 'x', 'DestUniqueid': 'y', 'LocalOneUniqueid': 'x', 'LocalTwoUniqueid': 'y'}
        for path in STREAMS
        for event in read_stream(path)[1]
        if event['Event'] != 'Newchannel'
    ]
    tracker, ended = follow(events)
    assert not ended
    assert not tracker.channels


# What must not be lost


def test_outbox_keeps_each_call_once_and_survives(tmp_path):
    path = tmp_path / 'state.sqlite'
    outbox = Outbox(path)
    outbox.keep_open('1', {'a': 1})
    outbox.keep_open('1', {'a': 2})
    assert outbox.get_open() == [{'a': 2}]
    outbox.put('1', {'uniqueid': '1'})
    outbox.put('1', {'uniqueid': 'other'})
    outbox.put('2', {'uniqueid': '2'})
    # Another connection without a close of the first one, as after a kill.
    again = Outbox(path)
    assert again.get_open() == []
    assert [content for _number, content in again.get_first(10)] == [{'uniqueid': '1'}, {'uniqueid': '2'}]
    again.set_aside(again.get_first(1)[0][0])
    assert (again.count('waiting'), again.count('refused')) == (1, 1)
    again.remove([number for number, _content in again.get_first(10)])
    assert again.count('waiting') == 0


class FakeOdoo(BaseHTTPRequestHandler):
    """Answers as the webhook does; what real Odoo makes of it is tried by ``scripts/test-telephony``."""

    def do_POST(self):
        content = self.rfile.read(int(self.headers['Content-Length']))
        expected = hmac.new(TOKEN.encode(), content, hashlib.sha256).hexdigest()
        assert self.headers['Authorization'] == f'Bearer {TOKEN}'
        assert self.headers['X-Dealflow-Signature'] == f'sha256={expected}'
        calls = json.loads(content)['calls']
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        if any(call['uniqueid'] == 'bad' for call in calls):
            status = 422
        if status == 200:
            self.server.calls += [call['uniqueid'] for call in calls]
        answer = json.dumps({'message': "No."} if status != 200 else {'calls': []}).encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def fake_odoo():
    server = HTTPServer(('127.0.0.1', 0), FakeOdoo)
    server.statuses, server.calls = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def make_bridge(tmp_path, address):
    settings = Settings(
        odoo=address,
        token=TOKEN,
        ami_user='crm',
        ami_secret='hidden-secret',
        trunks=['trunk'],
        employees=[r'(1\d\d)'],
        state=str(tmp_path / 'state.sqlite'),
    )
    return Bridge(settings, Odoo(address, TOKEN))


def test_odoo_refuses_and_is_away(fake_odoo):
    odoo = Odoo(f'http://127.0.0.1:{fake_odoo.server_port}', TOKEN)
    fake_odoo.statuses[:] = [422, 401, 503]
    with pytest.raises(OdooRefuses, match="No."):
        odoo.call('calls', calls=[])
    for status in ('401', '503'):
        with pytest.raises(OdooAway, match=status):
            odoo.call('calls', calls=[])
    fake_odoo.shutdown()
    fake_odoo.server_close()
    with pytest.raises(OdooAway):
        odoo.call('calls', seconds=1, calls=[])


def test_calls_wait_for_odoo_and_the_refused_one_holds_up_none(tmp_path, fake_odoo, monkeypatch):
    monkeypatch.setattr('telephony.bridge.SHORTEST_PAUSE', 0.05)
    fake_odoo.statuses[:] = [503, 401]

    async def run():
        bridge = make_bridge(tmp_path, f'http://127.0.0.1:{fake_odoo.server_port}')
        for uniqueid in ('1', 'bad', '2', '3'):
            bridge._outbox.put(uniqueid, {'uniqueid': uniqueid})
        task = asyncio.ensure_future(bridge._tell_odoo())
        for _number in range(200):
            await asyncio.sleep(0.02)
            if not bridge._outbox.count('waiting'):
                break
        task.cancel()
        return bridge.get_health()

    health = asyncio.run(run())
    assert sorted(fake_odoo.calls) == ['1', '2', '3']
    assert (health['waiting_calls'], health['refused_calls']) == (0, 1)


def test_clock_of_the_pbx_is_off(tmp_path, fake_odoo):
    bridge = make_bridge(tmp_path, f'http://127.0.0.1:{fake_odoo.server_port}')
    for delay in (3600.4, 3600.1, 3600.9):
        bridge._take_event({'Event': 'Ping', 'Timestamp': '1000.0', 'received': 1000 + delay})
    assert bridge._get_offset() == pytest.approx(3600.1)
    told = get_told(Call('1', 'incoming', '', 0.0, '1', ended=1.0), bridge._get_offset())
    assert told['started'].startswith('1970-01-01T01:00:00')


def test_a_strange_event_ends_nothing(tmp_path, fake_odoo, caplog):
    bridge = make_bridge(tmp_path, f'http://127.0.0.1:{fake_odoo.server_port}')
    bridge._is_seeded = True
    bridge._take_event({'Event': 'Newchannel', 'received': 1.0})
    assert "Newchannel was not understood" in caplog.text


# The PBX


async def with_pbx(talk, act):
    """Run ``act(client)`` against a server that answers each action by ``talk(action)``."""

    async def serve(reader, writer):
        writer.write(b'Asterisk Call Manager/11\r\n')
        action = {}
        while line := (await reader.readline()).decode().strip('\r\n') or action:
            if isinstance(line, dict):
                writer.write(''.join(talk(action)).encode())
                action = {}
                continue
            key, _colon, value = line.partition(': ')
            action[key] = value
        writer.close()

    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    events = []
    client = AmiClient('127.0.0.1', server.sockets[0].getsockname()[1], 'crm', 'hidden-secret', events.append)
    try:
        return await act(client), events
    finally:
        await client.close()
        server.close()


def answer(action, response='Success', **more):
    lines = {'Response': response, 'ActionID': action['ActionID'], **more}
    return ''.join(f'{key}: {value}\r\n' for key, value in lines.items()) + '\r\n'


def test_pbx_lists_and_tells():
    def talk(action):
        yield answer(action)
        if action['Action'] == 'CoreShowChannels':
            for name in ('PJSIP/101-00000001', 'PJSIP/trunk-00000002'):
                yield f"Event: CoreShowChannel\r\nActionID: {action['ActionID']}\r\nChannel: {name}\r\n\r\n"
            yield 'Event: Hangup\r\nUniqueid: 1\r\nCallerIDName: Иван\r\n\r\n'
            yield (f"Event: CoreShowChannelsComplete\r\nActionID: {action['ActionID']}\r\nEventList: Complete\r\n\r\n")

    async def act(client):
        await client.connect()
        return await client.list('CoreShowChannels', 'CoreShowChannel')

    rows, events = asyncio.run(with_pbx(talk, act))
    assert [row['Channel'] for row in rows] == ['PJSIP/101-00000001', 'PJSIP/trunk-00000002']
    assert [(event['Event'], event['CallerIDName']) for event in events] == [('Hangup', 'Иван')]


def test_pbx_that_refuses_says_why_without_the_secret():
    async def act(client):
        await client.connect()

    with pytest.raises(AmiError) as caught:
        asyncio.run(with_pbx(lambda action: [answer(action, 'Error', Message='Authentication failed')], act))
    assert "Authentication failed" in str(caught.value)
    assert 'hidden-secret' not in str(caught.value)


def test_value_with_a_line_break_is_not_sent():
    async def act(client):
        await client.connect()
        with pytest.raises(ValueError, match="line break"):
            await client.send('Redirect', Exten='101\r\n\r\nAction: Originate')

    asyncio.run(with_pbx(lambda action: [answer(action)], act))


# Settings and routes


def test_settings(tmp_path, monkeypatch):
    path = tmp_path / 'bridge.ini'
    token = tmp_path / 'token'
    token.write_text(f'{TOKEN}\n')
    path.write_text(
        f'[odoo]\nurl = https://odoo.example.com\ntoken_file = {token}\n'
        '[pbx]\nuser = crm\ntrunks = trunk.*  backup\nextensions = (1\\d\\d)\n'
    )
    with pytest.raises(SettingsError, match="DEALFLOW_PBX_SECRET"):
        read_settings(path)
    monkeypatch.setenv('DEALFLOW_PBX_SECRET', 'hidden-secret')
    settings = read_settings(path)
    assert (settings.token, settings.trunks, settings.ami_port) == (TOKEN, ['trunk.*', 'backup'], 5038)
    assert 'hidden-secret' not in repr(settings)
    assert TOKEN not in repr(settings)
    path.write_text(path.read_text().replace('(1', '((1'))
    with pytest.raises(SettingsError, match="is no pattern"):
        read_settings(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / 'nothing.ini')


def test_whoever_talks_is_passed_over():
    channels = [
        Channel('PJSIP/101-1', 'employee', '101', 'pbx-1.1', is_up=True),
        Channel('PJSIP/102-1', 'employee', '102', 'pbx-1.2'),
        Channel('PJSIP/trunk-1', 'trunk', '103', 'pbx-1.3', is_up=True),
    ]
    assert get_free_extension(['101', '102'], channels) == '102'
    assert get_free_extension(['103', '101'], channels) == '103'
    assert get_free_extension(['101'], channels) is None


def test_routes_are_compared_by_their_last_digits():
    routes = get_compared_routes({'+359888123456': ['101'], '+48585556093': ['102'], '+49888123456': ['103']})
    assert routes == {'585556093': ['102']}
