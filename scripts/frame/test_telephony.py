"""scripts/test-telephony: real calls on a real Asterisk, through the bridge and Odoo to the register of calls."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from frame.console import say, step
from frame.databases import Databases, add_option
from frame.errors import FrameError
from frame.locks import only_one
from frame.odoo_server import OdooServer, free_port
from frame.paths import CHECKOUT, MODULE
from frame.rpc import Session
from frame.workbench import Workbench, result

DATABASE = f'{MODULE}_telephony'
PORTS = {'BENCH_SIP': 15260, 'BENCH_AMI': 15238, 'BENCH_HTTP': 18288, 'BENCH_RTP': 21000}
CLIENT = '+359888123456'
SECONDS_TO_SETTLE = 30
SECONDS_WITHOUT_ODOO = 20
# So long the phone of an employee rings for a call that Odoo asks for.
SECONDS_TO_LIFT = 3
ATTEMPTS = 3
# Their outside leg lives for a moment only, and may begin and end before a killed bridge is there again.
SHORT_KINDS = {'click_to_call_client_busy'}
# What an event stream is kept with, for the tests that need no Asterisk.
KEPT_KEYS = {
    'Event',
    'Timestamp',
    'Channel',
    'ChannelStateDesc',
    'CallerIDNum',
    'CallerIDName',
    'Exten',
    'Uniqueid',
    'Linkedid',
    'DestUniqueid',
    'DialString',
    'DialStatus',
    'Queue',
    'BridgeUniqueid',
    'BridgeType',
    'LocalOneUniqueid',
    'LocalTwoUniqueid',
    'Cause',
    'Application',
    'Duration',
    'BridgeId',
    'Response',
    'Reason',
}
PREPARE = """
import json
country = env.ref('base.bg')
user = env.ref('base.user_admin')
boris = env['res.users'].search([('login', '=', 'boris')]) or env['res.users'].create(
    {'name': "Boris Marinov", 'login': 'boris', 'password': 'boris', 'email': 'boris@example.com'}
)
env.ref('dealflow.group_user_own').user_ids += boris
env['dealflow.telephony.provider'].search([]).active = False
provider = env['dealflow.telephony.provider'].create(
    {
        'name': "Bench",
        'country_id': country.id,
        'extension_ids': [
            (0, 0, {'number': '101', 'user_id': user.id}),
            (0, 0, {'number': '102', 'user_id': boris.id}),
            (0, 0, {'number': '199', 'user_id': boris.id, 'sequence': 20}),
        ],
    }
)
client = env['res.partner'].create({'name': "Client One", 'phone': '0888 123 456', 'user_id': boris.id})
token = provider.action_new_token()['context']['default_token']
env.cr.commit()
print('RESULT', json.dumps({'provider': provider.id, 'client': client.id, 'token': token}))
"""


def main(arguments):
    """Run every kind of call in each mode, and return 1 when a record is wrong, missing or there twice."""
    parser = argparse.ArgumentParser(
        prog='scripts/test-telephony',
        description="Start an Asterisk, a bridge and Odoo on this machine; make every kind of call, and compare the "
        "register of calls with what must follow. Needs root, because Asterisk runs in a chroot.",
    )
    parser.add_argument(
        '--bench',
        type=Path,
        default=Path(os.environ.get('DEALFLOW_TELEPHONY_BENCH', CHECKOUT.parent / 'shared' / 'telephony')),
        help="the folder of the bench, with its phones (by default DEALFLOW_TELEPHONY_BENCH, or shared/telephony "
        "beside the checkout)",
    )
    parser.add_argument('--asterisk', type=Path, default=Path(tempfile.gettempdir()) / f'{MODULE}-asterisk')
    parser.add_argument(
        '--modes', default='plain,outgoing,odoo,bridge,ami,screen', help="of those by default; separated by ,"
    )
    parser.add_argument('--only', nargs='*', default=[], help="kinds of calls")
    parser.add_argument('--port', type=int, help="of the Odoo server")
    parser.add_argument(
        '--workers', type=int, default=0, metavar='N', help="processes of the Odoo server; 0 (default) is one"
    )
    parser.add_argument(
        '--record', type=Path, help="write the events of each kind of call, and what must follow, to this folder"
    )
    add_option(parser, "name of the database, made anew", default=DATABASE)
    options = parser.parse_args(arguments)
    if not (options.bench / 'phone.py').exists():
        raise FrameError(f"There is no bench in {options.bench}. Name its folder with --bench.")
    with Workbench.prepare() as bench, only_one('test-telephony'):
        databases = Databases(bench)
        with step(f"Making the database «{options.db}»"):
            databases.drop(options.db)
            databases.install(options.db, demo=False)
        prepared = result(bench.run_program(options.db, PREPARE))
        settings = {'max_cron_threads': 0, 'workers': options.workers}
        with asterisk(options), OdooServer(bench, options.db, options.port, **settings) as odoo:
            return asyncio.run(Test(options, odoo, prepared).run())


@contextlib.contextmanager
def asterisk(options):
    """Start the Asterisk of the bench, and stop it."""
    variables = os.environ | {name: str(port) for name, port in PORTS.items()}

    def run(command):
        done = subprocess.run(
            [options.bench / 'bench', command, options.asterisk],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise FrameError(f"Asterisk, {command}:\n{done.stdout}")

    with step("Starting Asterisk"):
        run('start')
    os.environ.update(variables)
    sys.path.insert(0, str(options.bench))
    try:
        yield
    finally:
        run('stop')


class Line:
    """The connection between bridge and PBX, which can be cut."""

    def __init__(self):
        self.port, self._writers, self._is_cut = free_port(), set(), False

    async def start(self):
        self._server = await asyncio.start_server(self._connect, '127.0.0.1', self.port)

    async def _connect(self, reader, writer):
        if self._is_cut:
            writer.close()
            return
        pbx_reader, pbx_writer = await asyncio.open_connection('127.0.0.1', PORTS['BENCH_AMI'])
        ends = {writer, pbx_writer}
        self._writers |= ends
        try:
            await asyncio.gather(self._pass(reader, pbx_writer), self._pass(pbx_reader, writer))
        except asyncio.CancelledError:
            pass
        finally:
            self._writers -= ends
            for end in ends:
                end.close()

    async def _pass(self, reader, writer):
        with contextlib.suppress(OSError):
            while content := await reader.read(65536):
                writer.write(content)
                await writer.drain()
        writer.close()

    def cut(self):
        self._is_cut = True
        for writer in self._writers:
            writer.close()

    def mend(self):
        self._is_cut = False


class BridgeProcess:
    """The bridge as a process of its own, as it is run beside a PBX."""

    def __init__(self, folder, odoo, token, ami_port):
        self.health_port, self.command_port = free_port(), free_port()
        self._settings = folder / 'bridge.ini'
        self.log = folder / 'bridge.log'
        self._variables = os.environ | {'DEALFLOW_ODOO_TOKEN': token, 'DEALFLOW_PBX_SECRET': 'crm-secret'}
        self._settings.write_text(
            f'[odoo]\nurl = http://127.0.0.1:{odoo.port}\ndatabase = {odoo.database}\n'
            f'[pbx]\nport = {ami_port}\nuser = crm\ntrunks = trunk\nextensions = (1\\d\\d)\n'
            '[routing]\ncontext = staff\nnumbers = 2009\n'
            f'[calls]\ncontext = click-to-call\nseconds = {SECONDS_TO_LIFT}\nport = {self.command_port}\n'
            f'[bridge]\nstate = {folder}/state.sqlite\nhealth_port = {self.health_port}\n'
        )
        self._process = None

    def start(self):
        with self.log.open('a') as log:
            self._process = subprocess.Popen(
                [CHECKOUT / 'scripts' / 'telephony-bridge', self._settings],
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self, number=signal.SIGTERM):
        self._process.send_signal(number)
        self._process.wait(20)

    @property
    def pid(self):
        return self._process.pid

    def get_health(self):
        """Return what the health page says, or nothing while the bridge is not there."""
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{self.health_port}', timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)
        except OSError:
            return {}


TALKED = ['phone_rings', 'lifted', 'client_rings', 'answered', 'ended answered']


class Asked:
    """A person in Odoo who calls a client by a click."""

    def __init__(self, odoo, bridge, prepared):
        self.odoo, self.prepared, self.last = odoo, prepared, 0
        self.address = f'http://127.0.0.1:{bridge.command_port}'

    def connect(self):
        self.session = Session(self.odoo.port, self.odoo.database, 'admin', 'admin')
        provider = self.prepared['provider']
        self.session.call('dealflow.telephony.provider', 'write', [provider], {'command_url': self.address})
        self._poll(is_first_poll=True)

    def start(self):
        return self._new_session().call(
            'dealflow.telephony.extension',
            'start_call',
            '0888 123 456',
            'res.partner',
            self.prepared['client'],
            'phone',
        )

    def hang_up(self, call):
        return self.session.call('dealflow.telephony.extension', 'hang_up', call=call)

    def test(self):
        action = self.session.call('dealflow.telephony.provider', 'action_test', [self.prepared['provider']])
        return action['params']['message']

    def _new_session(self):
        # Each tab has a connection of its own.
        return Session(self.odoo.port, self.odoo.database, 'admin', 'admin')

    def _poll(self, **more):
        answer = self.session.post('/websocket/peek_notifications', channels=[], last=self.last, **more)
        notices = answer['notifications']
        self.last = max([self.last, *(notice['id'] for notice in notices)])
        return notices

    def read_stages(self):
        """Return what the screens of the person were told since the last time."""
        payloads = [
            notice['message']['payload']
            for notice in self._poll()
            if notice['message']['type'] == 'dealflow.outgoing_call'
        ]
        stages = [f"{each['event']} {each.get('reason') or ''}".strip() for each in payloads]
        return [stage for stage in stages if stage != 'calling']


class Test:
    """All kinds of calls, in each mode."""

    def __init__(self, options, odoo, prepared):
        self.options, self.odoo, self.prepared = options, odoo, prepared
        self.seen, self.wrong = set(), 0

    async def run(self):
        import try_calls  # noqa: PLC0415; of the bench, whose folder is known by now

        self.bench = try_calls
        self.line = Line()
        await self.line.start()
        with tempfile.TemporaryDirectory() as folder:
            self.bridge = BridgeProcess(Path(folder), self.odoo, self.prepared['token'], self.line.port)
            self.bridge.start()
            try:
                await self._settle()
                for mode in self.options.modes.split(','):
                    say(f"\n{mode}")
                    await getattr(self, f'_try_{mode}')()
            finally:
                self.bridge.stop()
                self._look_for_secrets()
                if self.wrong:
                    say(self.bridge.log.read_text())
        say(f"\n{self.wrong} wrong")
        return 1 if self.wrong else 0

    def _look_for_secrets(self):
        log = self.bridge.log.read_text()
        for secret in (self.prepared['token'], 'crm-secret'):
            if secret in log:
                self.wrong += 1
                say("BAD the log of the bridge holds a secret")

    def _get_kinds(self):
        """Return the kinds of calls of the bench; what concerns a lost connection is tried by the modes."""
        kinds = {
            name: kind
            for name, kind in self.bench.CALLS.items()
            if not name.startswith('connected_in_mid') and name != 'ended_while_disconnected'
        }
        return {name: kind for name, kind in kinds.items() if not self.options.only or name in self.options.only}

    async def _settle(self, odoo_is_there=True):
        """Wait until the bridge has told everything."""
        deadline = time.monotonic() + SECONDS_TO_SETTLE
        while time.monotonic() < deadline:
            health = await asyncio.to_thread(self.bridge.get_health)
            if (
                health.get('pbx') == "connected"
                and not health['channels']
                and not (odoo_is_there and health['waiting_calls'])
            ):
                return health
            await asyncio.sleep(0.2)
        self.wrong += 1
        say(f"BAD the bridge does not come to rest: {health}")
        return health

    def _read_new(self):
        """Return the calls that are new in the register, with their legs."""
        session = Session(self.odoo.port, self.odoo.database, 'admin', 'admin')
        names = ['uniqueid', 'direction', 'number', 'partner_id', 'result', 'queue', 'forwarded_to', 'is_partial']
        domain = [('id', 'not in', list(self.seen)), ('provider_id', '=', self.prepared['provider'])]
        calls = session.call('dealflow.call', 'search_read', domain, names, order='id')
        for call in calls:
            self.seen.add(call['id'])
            call['legs'] = session.call(
                'dealflow.call.leg',
                'search_read',
                [('call_id', '=', call['id'])],
                ['kind', 'extension', 'user_id', 'seconds'],
                order='id',
            )
        return calls

    async def _make_call(self, function, during=None):
        """Make a call of one kind on the bench; return the events that the PBX told of it.

        On a busy machine a phone of the bench may wait in vain; then the call is made again, the first is forgotten.
        """
        for attempt in range(ATTEMPTS):
            try:
                return await self._try_to_call(function, during)
            except (TimeoutError, asyncio.TimeoutError, StopIteration, RuntimeError, AssertionError) as error:
                if attempt == ATTEMPTS - 1:
                    raise
                say(f"    (the phones of the bench did not manage: {error!r}; again)")
                await self._settle()
                await asyncio.to_thread(self._read_new)
        return None

    async def _try_to_call(self, function, during):
        async with self._new_world() as world:
            tasks = [asyncio.ensure_future(function(world))]
            if during:
                tasks.append(asyncio.ensure_future(during()))
            await asyncio.gather(*tasks)
            # A phone that still rings when its call is cleared would decline: on a busy machine the PBX is behind.
            await asyncio.sleep(0.5)
            await world.clear()
            return [{key: value for key, value in event.items() if key in KEPT_KEYS} for event in world.ami.events]

    def _new_world(self):
        world = self.bench.World()
        # The bench follows calls itself; here only its phones are wanted.
        world._feed = lambda event: None
        return world

    def _compare(self, name, expected, calls, may_differ=()):
        problems = []
        if not expected:
            problems += [f"{len(calls)} calls, none was expected"] if calls else []
        elif len(calls) != 1:
            problems.append(f"{len(calls)} calls, one was expected")
        else:
            wanted, found = get_wanted(expected), get_found(calls[0])
            problems += [
                f"{key} is {found[key]!r}, not {value!r}"
                for key, value in wanted.items()
                if key not in may_differ and found[key] != value
            ]
            owner = self.prepared['client'] if wanted['number'] else False
            if (calls[0]['partner_id'] or [False])[0] != owner:
                problems.append("it belongs to another contact")
        said = "; ".join(describe(call) for call in calls) or "no call"
        say(f"{'BAD' if problems else 'ok '} {name:32} {said} {'; '.join(problems)}")
        self.wrong += bool(problems)

    # Modes

    async def _try_plain(self):
        for name, (function, expected) in self._get_kinds().items():
            events = await self._make_call(function)
            await self._settle()
            self._compare(name, expected, await asyncio.to_thread(self._read_new))
            if self.options.record:
                rows = [get_wanted(expected) if expected else None, *events]
                write_stream(self.options.record / f'{name}.jsonl', rows)
        await self._try_route()

    async def _try_route(self):
        """A call that waits in the dialplan is sent to the person responsible for the client."""

        async def call_and_wait(world):
            from phone import answers  # noqa: PLC0415; of the bench

            world.boris.behave = answers(0.2)
            await world.talk(await world.ring('2009'))

        await self._make_call(call_and_wait)
        await self._settle()
        expected = {'direction': 'incoming', 'number': CLIENT, 'result': 'answered', 'answered_by': '102'}
        self._compare('sent to the responsible person', expected, await asyncio.to_thread(self._read_new))

    # Calls that Odoo asks for

    async def _try_outgoing(self):
        """A number is called from Odoo: what the register says afterwards, and what the screen has said meanwhile."""
        asked = self.asked = Asked(self.odoo, self.bridge, self.prepared)
        await asyncio.to_thread(asked.connect)
        for name, function, expected, stages in (
            ('answered', self._ask_and_talk, {'result': 'answered', 'answered_by': '101'}, TALKED),
            ('asked for twice at once', self._ask_twice, {'result': 'answered', 'answered_by': '101'}, TALKED),
            ('the employee does not pick up', self._ask_and_leave_it, None, ['phone_rings', 'ended not_picked_up']),
            ('the employee declines', self._ask_and_decline, None, ['phone_rings', 'ended declined']),
            ('the phone of the employee is busy', self._ask_when_busy, None, ['phone_rings', 'ended phone_busy']),
            ('the phone of the employee is off', self._ask_when_off, None, []),
            (
                'the client is busy',
                self._ask_for_busy_client,
                {'result': 'busy'},
                ['phone_rings', 'lifted', 'client_rings', 'ended busy'],
            ),
            (
                'the client does not answer',
                self._ask_for_absent_client,
                {'result': 'no_answer'},
                ['phone_rings', 'lifted', 'client_rings', 'ended no_answer'],
            ),
            ('hung up while the phone rings', self._hang_up_first, None, ['phone_rings', 'ended cancelled']),
            (
                'hung up while it rings at the client',
                self._hang_up_at_client,
                {'result': 'cancelled'},
                ['phone_rings', 'lifted', 'client_rings', 'ended cancelled'],
            ),
            ('hung up in the talk', self._hang_up_in_talk, {'result': 'answered', 'answered_by': '101'}, TALKED),
        ):
            if self.options.only and not set(self.options.only) & {name, 'outgoing'}:
                continue
            await asyncio.to_thread(asked.read_stages)
            events = await self._make_call(function)
            await self._settle()
            # Commands are over a moment after the last channel.
            await asyncio.sleep(0.7)
            if expected:
                expected = {'direction': 'outgoing', 'number': CLIENT, 'caller': '101', **expected}
            self._compare(name, expected, await asyncio.to_thread(self._read_new))
            told = await asyncio.to_thread(asked.read_stages)
            if told != stages:
                self.wrong += 1
                say(f"BAD the screen was told {told}, not {stages}")
            if self.options.record and stages:
                head = {'expected': expected, 'stages': stages, 'is_cancelled': name.startswith('hung up')}
                write_stream(self.options.record / 'outgoing' / f'{name.replace(" ", "_")}.jsonl', [head, *events])
        await self._try_refusals()

    async def _ask(self):
        return await asyncio.to_thread(self.asked.start)

    async def _ask_and_talk(self, world):
        from phone import answers  # noqa: PLC0415; of the bench

        world.anna.behave, world.client.behave = answers(0.3), answers(0.3)
        told = await self._ask()
        await world.client.next_call()
        await asyncio.sleep(1.5)
        await next(iter(world.anna.calls.values())).hangup()
        return told

    async def _ask_twice(self, world):
        from phone import answers  # noqa: PLC0415; of the bench

        world.anna.behave, world.client.behave = answers(0.8), answers(0.3)
        told = await asyncio.gather(self._ask(), self._ask(), return_exceptions=True)
        told.append(await self._ask())
        calls = {each['call'] for each in told if isinstance(each, dict)}
        words = [str(each) for each in told if isinstance(each, Exception)]
        if len(calls) != 1 or any("being rung already" not in each for each in words):
            self.wrong += 1
            say(f"BAD asked for twice, it answers {told}")
        await world.client.next_call()
        await asyncio.sleep(1)
        if len(world.anna.calls) != 1:
            self.wrong += 1
            say(f"BAD the phone rang {len(world.anna.calls)} times")
        await next(iter(world.anna.calls.values())).hangup()

    async def _ask_and_leave_it(self, world):
        await self._ask()
        await asyncio.sleep(SECONDS_TO_LIFT + 1)

    async def _ask_and_refuse(self, world, *refusal):
        from phone import refuses  # noqa: PLC0415; of the bench

        world.anna.behave = refuses(*refusal)
        await self._ask()
        await asyncio.sleep(1)

    async def _ask_and_decline(self, world):
        await self._ask_and_refuse(world, 603, 'Decline')

    async def _ask_when_busy(self, world):
        await self._ask_and_refuse(world, 486, 'Busy Here')

    async def _ask_when_off(self, world):
        await world.anna.register(0)
        await self._expect_words("101 is known, but its phone is off", self._ask)
        await world.anna.register()

    async def _ask_for_busy_client(self, world):
        from phone import answers, refuses  # noqa: PLC0415; of the bench

        world.anna.behave, world.client.behave = answers(0.3), refuses(486, 'Busy Here', 0)
        await self._ask()
        await asyncio.sleep(2)

    async def _ask_for_absent_client(self, world):
        from phone import answers  # noqa: PLC0415; of the bench

        world.anna.behave = answers(0.3)
        await self._ask()
        await world.client.next_call()
        await asyncio.sleep(16)

    async def _hang_up_first(self, world):
        told = await self._ask()
        await world.anna.next_call()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(self.asked.hang_up, told['call'])

    async def _hang_up_at_client(self, world):
        from phone import answers  # noqa: PLC0415; of the bench

        world.anna.behave = answers(0.3)
        told = await self._ask()
        await world.client.next_call()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(self.asked.hang_up, told['call'])

    async def _hang_up_in_talk(self, world):
        from phone import answers  # noqa: PLC0415; of the bench

        world.anna.behave, world.client.behave = answers(0.3), answers(0.3)
        told = await self._ask()
        await world.client.next_call()
        await asyncio.sleep(1.5)
        await asyncio.to_thread(self.asked.hang_up, told['call'])
        await asyncio.sleep(0.5)
        again = await asyncio.to_thread(self.asked.hang_up, told['call'])
        if again != {'state': 'over'}:
            self.wrong += 1
            say(f"BAD a second end of the call answers {again}")

    async def _expect_words(self, words, ask):
        try:
            said = str(await ask())
        except FrameError as error:
            said = str(error)
        is_right = words in said
        self.wrong += not is_right
        say(f"{'ok ' if is_right else 'BAD'} {'in words':32} {words if is_right else said}")

    async def _try_refusals(self):
        """What does not come about is answered in words."""

        def test():
            return asyncio.to_thread(self.asked.test)

        async with self._new_world():
            await self._expect_words("101 is ready.", test)
            await self._expect_words("Extension 199 is not known to the PBX.", test)
        await self._expect_words("101 is known, but its phone is off.", test)
        self.line.cut()
        await asyncio.sleep(1)
        await self._expect_words("The bridge answers, but its PBX is not connected.", self._ask)
        self.line.mend()
        self.bridge.stop()
        await self._expect_words(f"does not answer at {self.asked.address}", self._ask)
        self.bridge.start()
        await self._settle()

    async def _try_odoo(self):
        """Odoo is away for some time: the bridge keeps the calls, and tells each once."""
        kinds = [(name, kind) for name, kind in self._get_kinds().items() if kind[1]][:6]
        await asyncio.to_thread(self.odoo.stop)
        begin = time.monotonic()
        for _name, (function, _expected) in kinds:
            await self._make_call(function)
        health = await self._settle(odoo_is_there=False)
        await asyncio.sleep(max(SECONDS_WITHOUT_ODOO - (time.monotonic() - begin), 0))
        say(f"    Odoo was away for {time.monotonic() - begin:.0f} s, {health['waiting_calls']} calls waited")
        if health['waiting_calls'] != len(kinds) or health['is_well']:
            self.wrong += 1
            say(f"BAD the bridge says {health}")
        await asyncio.to_thread(self.odoo.start)
        await self._settle()
        calls = await asyncio.to_thread(self._read_new)
        for (name, (_function, expected)), call in zip(kinds, calls, strict=False):
            self._compare(name, expected, [call])
        if len(calls) != len(kinds):
            self.wrong += 1
            say(f"BAD {len(calls)} calls, {len(kinds)} were made")

    async def _try_bridge(self):
        """The bridge is killed in the middle of calls: they go on, and are marked as incomplete."""
        for name, (function, expected) in self._get_kinds().items():
            for moment in (0.3, 1.1):
                await self._kill_during(name, function, expected, moment)

    async def _kill_during(self, name, function, expected, moment):
        async def kill_and_start():
            await asyncio.sleep(moment)
            self.bridge.stop(signal.SIGKILL)
            self.bridge.start()

        await self._make_call(function, kill_and_start)
        await self._settle()
        # Whose phone rang, and a moment in a transfer, may have passed unseen.
        unseen = {'rang', 'declined', 'partial', 'queue', 'answered_by', 'forwarded_to', 'result'}
        calls = await asyncio.to_thread(self._read_new)
        if not calls and name in SHORT_KINDS:
            say(f"gap {name:32} began and ended while there was no bridge: nothing tells of it")
            return
        self._compare(f'{name}, killed after {moment} s', expected, calls, unseen)
        if expected and len(calls) == 1 and calls[0]['result'] not in (get_wanted(expected)['result'], 'unknown'):
            if not calls[0]['is_partial']:
                self.wrong += 1
                say("BAD it is not marked as incomplete")

    async def _try_screen(self):
        """Somebody looks at Odoo while the phone rings: what the browser shows, and what is saved from it."""
        from frame.telephony_screen import CallScreen  # noqa: PLC0415; only this mode needs a browser

        await CallScreen(self).run()

    async def _try_ami(self):
        """The connection to the PBX is lost in the middle of a call, for less and for more than the call."""
        kinds = self._get_kinds()
        for name in ('ring_group', 'blind_transfer', 'employee_calls', 'voicemail'):
            if name in kinds:
                await self._cut_during(name, *kinds[name], 0.8, 0.5)

        async def ring_and_give_up(world):
            one = await world.ring('2005')
            await world.anna.next_call()
            await asyncio.sleep(2)
            await one.hangup()

        expected = {'direction': 'incoming', 'number': CLIENT, 'result': 'unknown', 'rang': ['101'], 'partial': True}
        await self._cut_during('ended while not connected', ring_and_give_up, expected, 1.0, 3.0, ())

    async def _cut_during(self, name, function, expected, moment, seconds, may_differ=None):
        async def cut_and_mend():
            await asyncio.sleep(moment)
            self.line.cut()
            await asyncio.sleep(seconds)
            self.line.mend()

        await self._make_call(function, cut_and_mend)
        await self._settle()
        unseen = {'rang', 'partial', 'result'} if may_differ is None else may_differ
        self._compare(name, expected, await asyncio.to_thread(self._read_new), unseen)


def write_stream(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), encoding='utf-8')


def get_wanted(expected):
    """Return what the register must say of a call of which the bench expects this."""
    talk = expected.get('answered_by')
    outcome = expected['result']
    if outcome == 'answered' and talk == 'outside':
        outcome = 'forwarded'
    elif outcome == 'missed' and expected.get('answered_by_machine'):
        outcome = 'machine'
    elif outcome == 'missed' and expected.get('declined'):
        outcome = 'refused'
    wanted = {
        'direction': expected['direction'],
        'number': expected['number'],
        'result': outcome,
        'partial': expected.get('partial', False),
    }
    for key in ('rang', 'declined'):
        if key in expected:
            wanted[key] = sorted(expected[key])
    if 'caller' in expected:
        wanted['caller'] = expected['caller']
    if talk:
        wanted['answered_by'] = '' if talk == 'outside' else talk
        wanted['last_with'] = expected.get('last_with', wanted['answered_by'])
    for key in ('queue', 'forwarded_to'):
        if key in expected:
            wanted[key] = expected[key]
    return wanted


def get_found(call):
    """Return what the register says of a call, by the same keys."""
    talks = [leg['extension'] or '' for leg in call['legs'] if leg['kind'] == 'talked']
    return {
        'direction': call['direction'],
        'number': call['number'] or '',
        'result': call['result'],
        'partial': call['is_partial'],
        'rang': sorted(leg['extension'] for leg in call['legs'] if leg['kind'] == 'rang'),
        'declined': sorted(leg['extension'] for leg in call['legs'] if leg['kind'] == 'declined'),
        'caller': next((leg['extension'] for leg in call['legs'] if leg['kind'] == 'called'), None),
        'answered_by': talks[0] if talks else None,
        'last_with': talks[-1] if talks else None,
        'queue': call['queue'] or '',
        'forwarded_to': call['forwarded_to'] or '',
    }


def describe(call):
    found = get_found(call)
    return (
        f"{found['direction']} {found['number'] or 'hidden'}: {found['result']}"
        f"{', incomplete' if found['partial'] else ''}, rang {' '.join(found['rang']) or '–'}, "
        f"talked {' '.join(leg['extension'] or 'outside' for leg in call['legs'] if leg['kind'] == 'talked') or '–'}"
    )
