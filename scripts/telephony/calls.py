"""Which calls there were, read from the events of an Asterisk PBX.

A call is the life of one outside leg: of a channel whose endpoint is a trunk. What belongs to it is found by following
channels through bridges and pairs of Local channels, and by nothing else. In real calls these lie:

- Linkedid changes without an event when a call is transferred, picked up or parked: it only tells, while a phone rings,
  for which leg.
- CallerIDNum of an outside leg is the client's in its Newchannel alone; the dialplan and transfers rewrite it.
- DialEnd may be missing, come late, or say NOANSWER of a phone that was busy. It is asked of outside legs only.
- CDR rows are more or fewer than calls, and say ANSWERED of phones that were not.
"""

import re
from dataclasses import dataclass, field

HIDDEN_NUMBERS = {'', '<unknown>', 'anonymous', 'unavailable', 'restricted', 'private', 'unknown', 'withheld'}
# What becomes of an outgoing call by the end of its dialling.
ENDS = {
    'BUSY': 'busy',
    'CANCEL': 'cancelled',
    'NOANSWER': 'no_answer',
    'CONGESTION': 'failed',
    'CHANUNAVAIL': 'failed',
}
DECLINED_CAUSE = '21'
# A person who vanishes for less from a bridge was moved to another one, as when Local channels are taken out.
SAME_TALK_SECONDS = 0.3
# A talk shorter than this beside another one with the same person is a moment in a transfer and no talk.
SHORTEST_TALK_SECONDS = 0.05
OUTSIDE = ''
# So begin the names of calls that Odoo asked for: the employee's leg bears the name, and the outside leg tells it.
COMMAND_PREFIX = 'dealflow-'


@dataclass
class Call:
    """What is known of one outside leg; moments are seconds of Unix time, by the clock of the PBX."""

    uniqueid: str
    direction: str
    number: str
    started: float
    linkedid: str
    name: str = ''
    dialled: str = ''
    queue: str = ''
    forwarded_to: str = ''
    result: str = ''
    ended: float = 0.0
    is_partial: bool = False
    # Of an outgoing call: the extension that made it, and the name of the command if Odoo asked for it.
    caller: str = ''
    command: str = ''
    rang: list = field(default_factory=list)
    declined: list = field(default_factory=list)
    # Extension (OUTSIDE for somebody outside), and the moments from and until.
    talks: list = field(default_factory=list)
    # Extension and the moment since which it talks.
    talking: dict = field(default_factory=dict)


@dataclass
class Channel:
    name: str
    kind: str  # trunk, employee, local, other
    extension: str
    linkedid: str
    is_caller: bool = False
    is_up: bool = False
    bridge: str = ''
    other_half: str = ''
    call: Call | None = None


class CallTracker:
    """Follows the channels of a PBX.

    ``on_end`` is called with each call that has ended, ``on_notice`` when a phone rings or answers, and ``on_change``
    with a call and its channel whenever more is known of it; without a channel, it turned out to be no call.

    :param trunks: patterns (regular expressions) of the endpoints of outside lines
    :param employees: patterns of the endpoints of employees; the first group, if any, is the extension
    """

    def __init__(self, trunks, employees, on_end, on_notice=None, on_change=None):
        self._trunks = [re.compile(pattern) for pattern in trunks]
        self._employees = [re.compile(pattern) for pattern in employees]
        self._on_end, self._on_notice = on_end, on_notice or _ignore
        self._on_change = on_change or _ignore
        self.channels = {}
        self._bridges = {}

    def feed(self, event):
        """Take an event in; those that say nothing of calls are passed over."""
        handle = self._HANDLERS.get(event.get('Event'))
        if handle:
            handle(self, event, get_moment(event))

    @property
    def open_calls(self):
        return [channel.call for channel in self.channels.values() if channel.call]

    # Channels

    def _new_channel(self, uniqueid, name, linkedid):
        kind, extension = 'other', ''
        if name.startswith('Local/'):
            kind = 'local'
        elif found := re.match(r'[^/]+/(.+)-[0-9a-f]{8}$', name):
            endpoint = found.group(1)
            if any(pattern.fullmatch(endpoint) for pattern in self._trunks):
                kind = 'trunk'
            else:
                for pattern in self._employees:
                    if match := pattern.fullmatch(endpoint):
                        kind, extension = 'employee', match.group(1) if pattern.groups else endpoint
                        break
        channel = self.channels[uniqueid] = Channel(name, kind, extension, linkedid)
        return channel

    def _on_newchannel(self, event, moment):
        channel = self._new_channel(event['Uniqueid'], event['Channel'], event.get('Linkedid', ''))
        channel.is_caller = event.get('ChannelStateDesc') == 'Ring'
        if channel.kind == 'trunk':
            channel.call = Call(
                uniqueid=event['Uniqueid'],
                direction='incoming' if channel.is_caller else 'outgoing',
                number=_get_number(event.get('CallerIDNum')) if channel.is_caller else '',
                name=_get_name(event.get('CallerIDName')) if channel.is_caller else '',
                dialled=event.get('Exten', '') if channel.is_caller else '',
                started=moment,
                linkedid=channel.linkedid,
            )
            if not channel.is_caller and channel.linkedid.startswith(COMMAND_PREFIX):
                channel.call.command = channel.linkedid
            self._on_change(channel.call, channel)
            if channel.is_caller:
                self._on_notice('arrived', channel.call, '', moment)

    def _on_newstate(self, event, _moment):
        channel = self.channels.get(event['Uniqueid'])
        if channel and event.get('ChannelStateDesc') == 'Up':
            channel.is_up = True
            if channel.call:
                self._on_change(channel.call, channel)

    def _on_localbridge(self, event, _moment):
        one, two = event['LocalOneUniqueid'], event['LocalTwoUniqueid']
        if one in self.channels and two in self.channels:
            self.channels[one].other_half, self.channels[two].other_half = two, one

    def _on_hangup(self, event, moment):
        channel = self.channels.get(event['Uniqueid'])
        if not channel:
            return
        self._leave(event['Uniqueid'], channel)
        self._follow_talks(moment)
        if channel.kind == 'employee' and event.get('Cause') == DECLINED_CAUSE:
            call = self._get_call(event['Uniqueid'])
            if call and channel.extension not in call.declined:
                call.declined.append(channel.extension)
                self._on_change(call, self._get_channel(call))
        del self.channels[event['Uniqueid']]
        if channel.call:
            self._end(channel, moment)

    # Whose phone rings

    def _get_call(self, uniqueid):
        """Return the call for which a channel dials, if it is known."""
        channel = self.channels.get(uniqueid)
        return channel and (channel.call or self._get_call_of_caller(channel))

    def _get_call_of_caller(self, channel):
        for other in self.channels.values():
            if other.call and other.is_caller and other.linkedid == channel.linkedid:
                return other.call
        return None

    def _get_channel(self, call):
        return self.channels.get(call.uniqueid)

    def _on_dialbegin(self, event, _moment):
        called = self.channels.get(event['DestUniqueid'])
        if not called or called.kind != 'trunk' or not called.call:
            return
        dialled = event.get('DialString', '').partition('@')[0].rpartition('/')[2]
        called.call.number = _get_number(dialled.removeprefix('sip:'))
        caller = self._get_call(event.get('Uniqueid', ''))
        if caller and caller is not called.call:
            # The client is passed on to somebody outside: that is one call and not two.
            caller.forwarded_to = called.call.number
            self._on_change(called.call, None)
            called.call = None
            self._on_change(caller, self._get_channel(caller))
        else:
            called.call.caller = self._get_caller(event.get('Uniqueid', ''), called)
            self._on_change(called.call, called)

    def _get_caller(self, uniqueid, called):
        """Return the extension that dials a channel: itself, or through Local channels the one that began it all."""
        for each in (self.channels.get(uniqueid), self.channels.get(called.linkedid)):
            if each and each.kind == 'employee':
                return each.extension
        return ''

    def _on_dialstate(self, event, moment):
        called, call = self.channels.get(event['DestUniqueid']), self._get_call(event.get('Uniqueid', ''))
        if called and called.kind == 'trunk' and called.call and event.get('DialStatus') in ('RINGING', 'PROGRESS'):
            self._on_notice('client_rings', called.call, called.call.caller, moment)
        if called and call and called.kind == 'employee' and event.get('DialStatus') in ('RINGING', 'PROGRESS'):
            if called.extension not in call.rang:
                call.rang.append(called.extension)
                self._on_change(call, self._get_channel(call))
            self._on_notice('ringing', call, called.extension, moment)

    def _on_dialend(self, event, _moment):
        called = self.channels.get(event['DestUniqueid'])
        if called and called.call and called.call.direction == 'outgoing' and not called.call.result:
            called.call.result = ENDS.get(event.get('DialStatus'), '')
            self._on_change(called.call, called)

    def _on_queuecallerjoin(self, event, _moment):
        if call := self._get_call(event['Uniqueid']):
            call.queue = event.get('Queue', '')
            self._on_change(call, self._get_channel(call))

    # Who talks

    def _on_bridgeenter(self, event, moment):
        channel = self.channels.get(event['Uniqueid'])
        if channel and event.get('BridgeType') != 'parking':
            self._leave(event['Uniqueid'], channel)
            self._enter(event['Uniqueid'], channel, event['BridgeUniqueid'])
            self._follow_talks(moment)

    def _on_bridgeleave(self, event, moment):
        channel = self.channels.get(event['Uniqueid'])
        if channel and channel.bridge == event['BridgeUniqueid']:
            self._leave(event['Uniqueid'], channel)
            self._follow_talks(moment)

    def _enter(self, uniqueid, channel, bridge):
        channel.bridge = bridge
        if bridge:
            self._bridges.setdefault(bridge, set()).add(uniqueid)

    def _leave(self, uniqueid, channel):
        if inside := self._bridges.get(channel.bridge):
            inside.discard(uniqueid)
            if not inside:
                del self._bridges[channel.bridge]
        channel.bridge = ''

    def _get_reached(self, start):
        """Return the channels that hear a channel: those in its bridge, and beyond pairs of Local channels."""
        reached, todo = {start}, [start]
        while todo:
            channel = self.channels[todo.pop()]
            near = set(self._bridges.get(channel.bridge, ()))
            if channel.other_half in self.channels:
                near.add(channel.other_half)
            todo += near - reached
            reached |= near
        return reached - {start}

    def _follow_talks(self, moment):
        for uniqueid, channel in self.channels.items():
            call = channel.call
            if not call or not (channel.bridge or call.talking):
                continue
            heard = set()
            if channel.bridge:
                for other in map(self.channels.get, self._get_reached(uniqueid)):
                    if other.kind == 'employee':
                        heard.add(other.extension)
                    elif other.kind == 'trunk':
                        heard.add(OUTSIDE)
            for extension in heard - call.talking.keys():
                call.talking[extension] = moment
                self._on_notice('answered', call, extension, moment)
            gone = call.talking.keys() - heard
            for extension in gone:
                call.talks.append((extension, call.talking.pop(extension), moment))
            if gone or heard:
                self._on_change(call, channel)

    # The end

    def _end(self, channel, moment):
        call = channel.call
        for extension, since in call.talking.items():
            call.talks.append((extension, since, moment))
        call.talking = {}
        call.talks = _join_talks(call.talks)
        call.ended = max(moment, call.started)
        if call.result != 'unknown':
            call.result = self._get_result(call, channel)
        self._on_end(call)

    def _get_result(self, call, channel):
        if any(extension != OUTSIDE for extension, _since, _until in call.talks):
            return 'answered'
        if call.talks:
            return 'forwarded'
        if call.direction == 'outgoing':
            return call.result or 'no_answer'
        if channel.is_up:
            return 'machine'
        return 'refused' if call.rang and set(call.rang) <= set(call.declined) else 'missed'

    # A new connection

    def restore(self, call, name, is_caller, is_up):
        """Take up a call that was open when the bridge was ended; :meth:`seed` must follow."""
        channel = self._new_channel(call.uniqueid, name, call.linkedid)
        channel.is_caller, channel.is_up, channel.call = is_caller, is_up, call

    def seed(self, rows, moment):
        """Go on after a connection was lost: end the calls that are gone, take up those that go on.

        :param rows: the events CoreShowChannel of the PBX
        :param moment: now, by the clock of the PBX
        """
        there = {row['Uniqueid'] for row in rows}
        for uniqueid in [each for each in self.channels if each not in there]:
            channel = self.channels.pop(uniqueid)
            self._leave(uniqueid, channel)
            if channel.call:
                channel.call.is_partial = True
                if not (channel.call.talks or channel.call.talking):
                    channel.call.result = 'unknown'
                self._end(channel, moment)
        for row in rows:
            channel = self.channels.get(row['Uniqueid'])
            if channel:
                if channel.call:
                    channel.call.is_partial = True
            else:
                channel = self._seed_channel(row, moment)
            self._leave(row['Uniqueid'], channel)
        by_name = {channel.name: uniqueid for uniqueid, channel in self.channels.items() if channel.kind == 'local'}
        for name, uniqueid in by_name.items():
            self.channels[uniqueid].other_half = by_name.get(name[:-1] + ('2' if name.endswith('1') else '1'), '')
        for channel in self.channels.values():
            if channel.call and not channel.is_caller and channel.call.is_partial:
                first = self._get_call_of_caller(channel)
                if first and first is not channel.call:
                    first.forwarded_to, channel.call = channel.call.number, None
        for row in rows:
            self._enter(row['Uniqueid'], self.channels[row['Uniqueid']], row.get('BridgeId', ''))
        self._follow_talks(moment)

    def _seed_channel(self, row, moment):
        channel = self._new_channel(row['Uniqueid'], row['Channel'], row.get('Linkedid', ''))
        channel.is_up = row.get('ChannelStateDesc') == 'Up'
        # What was dialled runs AppDial; the caller runs what the dialplan says.
        channel.is_caller = not row.get('Application', '').startswith('AppDial')
        if channel.kind == 'trunk':
            hours, minutes, seconds = (int(part) for part in row.get('Duration', '0:0:0').split(':'))
            channel.call = Call(
                uniqueid=row['Uniqueid'],
                direction='incoming' if channel.is_caller else 'outgoing',
                number=_get_number(row.get('CallerIDNum')),
                dialled=row.get('Exten', '') if channel.is_caller else '',
                started=moment - hours * 3600 - minutes * 60 - seconds,
                linkedid=channel.linkedid,
                is_partial=True,
            )
        return channel

    _HANDLERS = {
        'Newchannel': _on_newchannel,
        'Newstate': _on_newstate,
        'LocalBridge': _on_localbridge,
        'DialBegin': _on_dialbegin,
        'DialState': _on_dialstate,
        'DialEnd': _on_dialend,
        'QueueCallerJoin': _on_queuecallerjoin,
        'BridgeEnter': _on_bridgeenter,
        'BridgeLeave': _on_bridgeleave,
        'Hangup': _on_hangup,
    }


def _ignore(*_arguments):
    pass


def get_moment(event):
    """Return when an event happened: by the clock of the PBX if it tells (``timestampevents``), else by ours."""
    try:
        return float(event['Timestamp'])
    except (KeyError, ValueError):
        return event.get('received', 0.0)


def _get_number(text):
    text = (text or '').strip()
    return '' if text.lower() in HIDDEN_NUMBERS else text


def _get_name(text):
    """Return the name of a caller without the escapes that the PBX puts before signs of C."""
    text = re.sub(r'\\(["\'\\?])', r'\1', re.sub(r'\\[abfnrtv]', ' ', text or '')).strip()
    return '' if text.lower() in HIDDEN_NUMBERS else text


def _join_talks(talks):
    """Join what is one talk with one person, cut by a change of bridges; leave out moments beside their talks."""
    joined = []
    for extension, since, until in sorted(talks, key=lambda talk: talk[1:]):
        if joined and joined[-1][0] == extension and since - joined[-1][2] < SAME_TALK_SECONDS:
            joined[-1] = (extension, joined[-1][1], max(until, joined[-1][2]))
        else:
            joined.append((extension, since, until))
    lasting = [talk for talk in joined if talk[2] - talk[1] >= SHORTEST_TALK_SECONDS]
    known = {talk[0] for talk in lasting}
    return [talk for talk in joined if talk in lasting or talk[0] not in known]
