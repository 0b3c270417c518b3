"""What the browser of an employee shows of a real call: for scripts/test-telephony."""

import asyncio
import contextlib
import json
from statistics import median

from frame.browser import Browser
from frame.console import say
from frame.odoo_server import LIVE_PORT_OFFSET, free_port
from frame.rpc import Session

POPUP, OWNER, LEAD = '.o_dealflow_call_popup', '.o_dealflow_call_owner', '.o_dealflow_call_lead'
NEXT_STEP = "Send two variants"
# The first call also makes the bundle of the pop-up, the second loads it.
CALLS = 8
UNKNOWN, UNKNOWN_NAME = '+359888777666', "Зоя Илиева"
# From the PBX to the pop-up, after the first call.
AIM = 300
SECONDS_TO_LISTEN = 4
SEEN = """(() => {
    window.dealflowSeen = 0;
    window.dealflowWanted = %s;
    window.dealflowObserver?.disconnect();
    window.dealflowObserver = new MutationObserver(() => {
        if (!window.dealflowSeen && document.querySelector(window.dealflowWanted)) {
            window.dealflowSeen = performance.timeOrigin + performance.now();
        }
    });
    window.dealflowObserver.observe(document.body, { subtree: true, childList: true });
})()"""


class LiveProxy:
    """One address for pages and live notifications, which an Odoo of several processes serves on two ports."""

    def __init__(self, odoo, workers):
        self.port = free_port()
        self._pages = odoo.port
        self._live = odoo.port + LIVE_PORT_OFFSET if workers else odoo.port

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._connect, '127.0.0.1', self.port)
        return self

    async def __aexit__(self, *failure):
        self._server.close()

    async def _connect(self, reader, writer):
        # A browser opens a connection of its own for live notifications.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b'\r\n')
            port = self._live if head.startswith(b'GET /websocket?') else self._pages
            odoo_reader, odoo_writer = await asyncio.open_connection('127.0.0.1', port)
            odoo_writer.write(head)
            await asyncio.gather(_pass(reader, odoo_writer), _pass(odoo_reader, writer))
        writer.close()


async def _pass(reader, writer):
    with contextlib.suppress(OSError):
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
    writer.close()


class CallScreen:
    """The employee at extension 102, who looks at Odoo while the phone rings."""

    def __init__(self, test):
        self.test = test
        self.session = Session(test.odoo.port, test.odoo.database, 'admin', 'admin')

    async def run(self):
        async with LiveProxy(self.test.odoo, self.test.options.workers) as proxy:
            self.address = f'http://127.0.0.1:{proxy.port}'
            self.browser = await asyncio.to_thread(Browser().__enter__)
            try:
                await self._do('log_in', self.address, 'boris')
                await asyncio.sleep(SECONDS_TO_LISTEN)
                await self._try_client()
                await self._try_unknown_number()
                for error in await self._do('take_errors'):
                    self._blame(f"the page has an error: {error}")
            finally:
                await asyncio.to_thread(self.browser.__exit__, None, None, None)

    def _do(self, name, *arguments):
        return asyncio.to_thread(getattr(self.browser, name), *arguments)

    def _wait(self, selector):
        return self._do('wait_for', f'document.querySelector({json.dumps(selector)})', selector)

    def _wait_until_gone(self, selector):
        return self._do('wait_for', f'!document.querySelector({json.dumps(selector)})', f"The page without {selector}")

    def _click(self, selector, times=1):
        click = f'document.querySelector({json.dumps(selector)}).click();'
        return self._do('evaluate', f'(() => {{ {click * times} }})()')

    def _type(self, selector, text):
        return self._do(
            'evaluate',
            f"""(() => {{
                const input = document.querySelector({json.dumps(selector)});
                input.value = {json.dumps(text)};
                input.dispatchEvent(new Event("input", {{ bubbles: true }}));
            }})()""",
        )

    def _blame(self, words):
        self.test.wrong += 1
        say(f"BAD {words}")

    async def _ring(self, world, wanted, **caller):
        """Call both phones; return the call, and the milliseconds from the ring to what is wanted on the page."""
        await self._do('evaluate', SEEN % json.dumps(wanted))
        world.ami.events.clear()
        call = await world.ring('2000', **caller)
        await self._do('wait_for', 'window.dealflowSeen', wanted)
        rung = min(
            float(event['Timestamp'])
            for event in world.ami.events
            if event.get('Event') == 'DialState' and event.get('DestChannel', '').startswith('PJSIP/102-')
        )
        return call, await self._do('evaluate', 'window.dealflowSeen') - rung * 1000

    # A client

    async def _try_client(self):
        from phone import answers  # noqa: PLC0415; of the bench

        took = []
        async with self.test._new_world() as world:
            for number in range(CALLS):
                call, milliseconds = await self._ring(world, OWNER)
                took.append(milliseconds)
                await call.hangup()
                await self._wait_until_gone(POPUP)
                await world.clear()
                if not number:
                    await self._do('open', f'{self.address}/odoo')
                    await self._wait('.o_main_navbar')
                    await asyncio.sleep(SECONDS_TO_LISTEN)
            first, fresh, *others = took
            say(
                f"    from the ring to the pop-up, {self.test.options.workers} workers: {first:.0f} ms in a new "
                f"database, {fresh:.0f} ms in a new page, then {min(others):.0f} to {max(others):.0f} ms, median "
                f"{median(others):.0f} (aim {AIM})"
            )
            world.boris.behave = answers(1.5)
            call, _milliseconds = await self._ring(world, OWNER)
            await call.wait_answer()
            await self._wait(f'{POPUP} [data-stage=talking]')
            await call.hangup()
            await self._wait('.o_dealflow_save')
            await self._click('.o_dealflow_result')
            await self._do('wait_for', "document.querySelector('.o_dealflow_text').value", "The result that was chosen")
            said = await self._do('evaluate', "document.querySelector('.o_dealflow_text').value")
            await self._type('.o_dealflow_next_step', NEXT_STEP)
            await self._click('.o_dealflow_save')
            await self._wait_until_gone(POPUP)
            await world.clear()
        await self.test._settle()
        *missed, talk = await asyncio.to_thread(self.test._read_new)
        expected = {'direction': 'incoming', 'number': talk['number'], 'result': 'missed', 'rang': ['101', '102']}
        for number, each in enumerate(missed, start=1):
            self.test._compare(f'missed while the page is open, {number}', expected, [each])
        if len(missed) != CALLS:
            self._blame(f"{len(missed)} calls were missed, not {CALLS}")
        expected = {**expected, 'result': 'answered', 'answered_by': '102'}
        self.test._compare('answered, and commented in the pop-up', expected, [talk])
        self._check_comment(talk, said)

    def _check_comment(self, talk, said):
        [call] = self.session.call('dealflow.call', 'read', [talk['id']], ['event_id', 'needs_comment'])
        event = call['event_id'] and self.session.call(
            'calendar.event', 'read', [call['event_id'][0]], ['result', 'next_step']
        )
        found = event and (event[0]['result'], event[0]['next_step'])
        planned = self.session.call('calendar.event', 'search_count', [('name', '=', NEXT_STEP)])
        if call['needs_comment'] or found != (said, NEXT_STEP) or not said or planned != 1:
            self._blame(f"the comment was {said!r}, and the register has {found!r}, {planned} next steps")
        else:
            say(f"ok  {'comment and next step':32} {said}; {NEXT_STEP}")

    # Nobody knows the number

    async def _try_unknown_number(self):
        async with self.test._new_world() as world:
            caller = {'caller': UNKNOWN, 'name': UNKNOWN_NAME}
            call, _milliseconds = await self._ring(world, '.o_dealflow_call_unknown', **caller)
            # Pressed twice at once, and the page loaded anew.
            await self._click('.o_dealflow_call_unknown .o_dealflow_opportunity', times=2)
            await self._wait('.o_form_view .o_field_widget[name=phone]')
            await self._do('open', f'{self.address}/odoo')
            await self._wait(LEAD)
            if await self._do('evaluate', "document.querySelectorAll('.o_dealflow_opportunity').length"):
                self._blame("an opportunity is offered again")
            await call.hangup()
            await self._wait_until_gone(POPUP)
            await world.clear()
            await asyncio.sleep(SECONDS_TO_LISTEN)
            # The same person calls again.
            call, _milliseconds = await self._ring(world, LEAD, **caller)
            named = await self._do('evaluate', f"document.querySelector('{LEAD}').innerText")
            await call.hangup()
            await self._wait_until_gone(POPUP)
            await world.clear()
        made = self.session.call(
            'crm.lead', 'search_read', [('phone_sanitized', '=', UNKNOWN)], ['name', 'contact_name', 'phone']
        )
        if len(made) != 1 or made[0]['contact_name'] != UNKNOWN_NAME or UNKNOWN_NAME not in named:
            self._blame(f"pressed twice there are {made}, and the next call shows {named!r}")
        else:
            say(f"ok  {'one opportunity of one call':32} {made[0]['name']}, {made[0]['phone']}")
        await self.test._settle()
        await asyncio.to_thread(self.test._read_new)
