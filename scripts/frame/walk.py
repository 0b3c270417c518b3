"""scripts/walk: every screen and button in a browser, pressed and confirmed on copies of two databases."""

import argparse
import csv
import hashlib
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from frame import machine
from frame.axe import REST
from frame.browser import Browser
from frame.console import complain, indented, say, step
from frame.databases import Databases
from frame.errors import FrameError
from frame.locks import only_one
from frame.odoo_server import OdooServer
from frame.paths import MODULE
from frame.processes import undisturbed
from frame.workbench import LOG_LINE, PROBLEMS, Workbench

SCRIPT = Path(__file__).with_name('walk.js')
ADMINISTRATOR = 'admin'
PEOPLE = ('rep', 'head', 'accountant', 'marketer', 'viewer', 'manager')
# Screens of Odoo that the module extends, beside those below its own menus.
EXTENDED = (
    'base.action_partner_form',
    'crm.crm_lead_action_pipeline',
    'calendar.action_calendar_event',
    'sale.action_quotations_with_onboarding',
    'account.action_move_out_invoice_type',
    'mass_mailing.mailing_mailing_action_mail',
)
# What tells whether the page is another one.
PLACE = ('view', 'model', 'resId', 'title', 'dialog')
# Records of a screen that are opened until all its buttons were seen.
RECORDS = 4
# How Odoo begins when the database, a right or its own code says no, which a person does not understand.
RAW_WORDS = ("Uh-oh!", "You are not allowed to", "The operation cannot be completed", "Something went wrong")
LOADED = ('mail/', 'bus.bus', 'longpolling', 'ERR_ABORTED', 'favicon')
ENTRIES = "'.o-dropdown--menu .o-dropdown-item, .o-dropdown--menu button'"
# Parts of Odoo's text editor and of its messages, which call no method of a record.
TOOLS = ('copy-link', 'toggle-star')
# Entries of the menu with the cog that leave the page or belong to Odoo alone.
OTHER_ENTRIES = ('Export', 'Import', 'Properties', 'Spreadsheet', 'Share', 'Download', 'Knowledge', 'Dashboard')


@dataclass
class Findings:
    """What a walk has come across."""

    faults: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    # (role, screen, button), and for those not pressed why.
    pressed: set = field(default_factory=set)
    left: dict = field(default_factory=dict)
    # Hashes of screens that somebody has walked through.
    screens: set = field(default_factory=set)


def main(arguments):
    """Walk, tell what was found, and return 1 when there is a fault."""
    options = parse(arguments)
    machine.need_browser()
    findings = Findings()
    deadline = time.monotonic() + options.minutes * 60
    with Workbench.prepare() as bench:
        databases = Databases(bench)
        for name, demo, people in (
            (f'{MODULE}_walk_demo', True, (ADMINISTRATOR, *PEOPLE)),
            (f'{MODULE}_walk_empty', False, (ADMINISTRATOR,)),
        ):
            if options.only and options.only not in name:
                continue
            people = [person for person in people if not options.people or person in options.people]
            walk_database(databases, name, demo, people, findings, deadline, options)
    return tell(findings, options.table)


def parse(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/walk',
        description="Press every button of every screen in a browser, fill and confirm the dialogs, as administrator "
        "with the demo data and without, and as the people of the demo data where a screen differs for them. Works on "
        "copies of two databases that it keeps. Exits with 1 on an error dialog, an error in the console or a "
        "warning in Odoo's log.",
    )
    parser.add_argument('--only', choices=('demo', 'empty'), help="only one of the two databases")
    parser.add_argument('--people', nargs='+', metavar='LOGIN', help="only these people")
    parser.add_argument('--screen', default='', metavar='TEXT', help="only actions with this text in their name")
    parser.add_argument('--minutes', type=float, default=25, help="stop after so many minutes (default: %(default)s)")
    parser.add_argument('--table', type=Path, metavar='FILE', help="write what was not pressed, and why, as CSV")
    parser.add_argument('--pictures', type=Path, metavar='FOLDER', help="store a picture of every screen and dialog")
    parser.add_argument('--size', default='1400x900', metavar='WxH', help="size of the window (default: %(default)s)")
    return parser.parse_args(arguments)


def walk_database(databases, name, demo, people, findings, deadline, options):
    """Walk on a copy of a database, which is made when missing and upgraded when the module has changed."""
    with only_one(name):
        if databases.ensure(name, demo=demo) is not None:
            databases.build_assets(name)
        copy = f'{name}_{os.getpid()}'
        databases.copy(name, copy)
    try:
        # Scheduled actions would run into what is being pressed.
        with OdooServer(databases.bench, copy, max_cron_threads=0) as server:
            for person in people:
                with step(f"Walking as {person} {'with demo data' if demo else 'on an empty database'}"):
                    walker = Walker(server, person, 'demo' if demo else 'empty', findings, deadline, options)
                    walker.walk()
    finally:
        with undisturbed():
            databases.drop(copy)


class Walker:
    """One person in one browser."""

    def __init__(self, server, person, database, findings, deadline, options):
        self.server, self.person, self.findings, self.deadline = server, person, findings, deadline
        self.role = f'{person} ({database})'
        self.options = options
        self._address = f'http://127.0.0.1:{server.port}'
        self._log_offset = server.log.stat().st_size
        self._picture_count = 0
        self._filled = set()

    def walk(self):
        """Open everything that the menus lead to."""
        width, height = map(int, self.options.size.split('x'))
        with Browser(width, height) as self.browser:
            self._log_in()
            for name, action in self._get_actions():
                if time.monotonic() > self.deadline:
                    self._leave(name, 'all', "the time is over")
                elif self.options.screen.lower() in name.lower():
                    try:
                        self._visit(name, action)
                    except FrameError as error:
                        self._fault(name, '', str(error).splitlines()[0])
                        self._log_in()

    # The browser

    def _log_in(self):
        browser = self.browser
        browser.open(f'{self._address}/web/session/logout?redirect=/web/login')
        browser.wait_for("document.querySelector('.oe_login_form')", "The login form")
        browser.evaluate(f"""(() => {{
            for (const name of ['login', 'password'])
                document.querySelector(`input[name=${{name}}]`).value = '{self.person}';
            document.querySelector('.oe_login_form').submit();
        }})()""")
        browser.wait_for("document.querySelector('.o_main_navbar')", f"The web client of the user {self.person}")
        browser.evaluate(f"({SCRIPT.read_text().rstrip().rstrip(';')})()")
        browser.wait_for(REST, "rest")
        browser.take_errors()

    def _run(self, script):
        """Return what a script answers that may use ``walk``."""
        return self.browser.evaluate(f'(async () => {{ {script} }})()')

    def _settle(self, screen, what):
        """Wait until the page is at rest, note what it complains about, and return what is on it."""
        self.browser.wait_for(REST, f"{screen}, {what}: rest")
        for error in self.browser.take_errors():
            if not any(word in error for word in LOADED) and 'RPC_ERROR' not in error and 'Odoo Server' not in error:
                self._fault(screen, what, f"console: {error[:300]}")
        state = self._run("return walk.state();")
        self._read_log(screen, what)
        dialog = state['dialog']
        if dialog and dialog['isError']:
            words = f"{dialog['title']}: {dialog['body']}"
            if dialog['title'].startswith("Oops") or any(raw in words for raw in RAW_WORDS):
                self._fault(screen, what, words)
            else:
                self.findings.refusals.append((self.role, screen, what, words))
            self._close_dialogs()
            state = self._run("return walk.state();") | {'refused': words}
        return state

    def _read_log(self, screen, what):
        with self.server.log.open(errors='replace') as log:
            log.seek(self._log_offset)
            lines = log.read().splitlines()
            self._log_offset = log.tell()
        entries = []
        for line in lines:
            if LOG_LINE.match(line):
                entries.append(line)
            elif entries:
                entries[-1] += f'\n{line}'
        for entry in entries:
            # Without date, process, level and database, whose name has that of the module in it.
            words = entry.split(' ', 5)[-1]
            # Odoo warns of everything that it refuses; the refusal itself is looked at where the person sees it.
            if LOG_LINE.match(entry)['level'] in PROBLEMS and MODULE in words and not words.startswith('odoo.http: '):
                self._fault(screen, what, f"log: {words[:300]}")

    def _close_dialogs(self):
        for _number in range(4):
            if not self._run("return Boolean(walk.state().dialog);"):
                break
            self._run("""
                const dialog = walk.all('.modal:not(.o_inactive_modal)').at(-1);
                (dialog?.querySelector('.btn-close, .o_form_button_cancel, [special=cancel]')
                    ?? (dialog && walk.all('.modal-footer button', dialog).at(-1)))?.click();
                await walk.sleep(300);
            """)

    def _picture(self, name):
        if self.options.pictures:
            self.options.pictures.mkdir(parents=True, exist_ok=True)
            self._picture_count += 1
            title = ''.join(letter if letter.isalnum() else '_' for letter in f'{self.role} {name}')[:90]
            self.browser.take_picture(self.options.pictures / f'{title}_{self._picture_count:03}.png')
            words = self._run("return walk.overflow();")
            if words:
                self._fault(name, '', words)

    def _fault(self, screen, what, words):
        fault = (self.role, screen, what, words)
        if fault not in self.findings.faults:
            self.findings.faults.append(fault)
            complain(f"  {' | '.join(fault)}")

    def _leave(self, screen, what, reason):
        self.findings.left[(self.role, screen, what)] = reason

    # The walk

    def _get_actions(self):
        """Return the actions behind the menus, with the way to each."""
        extended = json.dumps(EXTENDED)
        found = self._run(f"""
            const menus = walk.services().menu;
            const found = [];
            const add = (menu, way) => {{
                if (menu.actionID) found.push([[...way, menu.name].join(' / '), menu.actionID]);
                for (const child of menu.childrenTree ?? []) add(child, [...way, menu.name]);
            }};
            const root = menus.getApps().find((app) => app.xmlid === '{MODULE}.menu_{MODULE}_root');
            if (root) add(menus.getMenuAsTree(root.id), []);
            const known = menus.getAll().map((menu) => menu.actionID);
            for (const xmlId of {extended}) {{
                const action = await walk.services().action.loadAction(xmlId).catch(() => false);
                if (action && known.includes(action.id)) found.push([`Odoo / ${{xmlId}}`, action.id]);
            }}
            return found;
        """)
        actions = {}
        for name, action in found:
            actions.setdefault(action, name)
        return [(name, action) for action, name in actions.items()]

    def _visit(self, name, action):
        """Look at all views of an action and press what is in them, unless another person has seen the same."""
        if self._was_seen(action):
            return
        if not self._open(name, action):
            return
        self._picture(name)
        kinds = self._run("""return walk.all('.o_switch_view').map((node) =>
            [...node.classList].find((part) => /^o_(?!switch)/.test(part))).filter(Boolean);""")
        model = self._run("return walk.services().action.currentController?.props?.resModel ?? '';")
        ids = self._find_records() if model else []
        for kind in kinds[1:]:
            self._run(f"walk.click('.o_switch_view.{kind}')")
            state = self._settle(f"{name} {kind[2:]}", "show")
            if not state.get('refused'):
                self._picture(f"{name} {kind[2:]}")
                if kind == 'o_list':
                    self._press_list(name, action, model)
        if not model:
            return
        self._begin(name, action, model)
        for resId in ids[:RECORDS]:
            self._press_form(name, action, model, resId)

    def _was_seen(self, action):
        """Whether all views of an action look as they did to somebody before, on the same kind of database."""
        described = self._run(f"""
            const action = await walk.services().action.loadAction({action});
            if (!action?.res_model || !action.views) return false;
            const {{ views }} = await walk.services().orm.call(action.res_model, 'get_views',
                [[...action.views, [action.search_view_id?.[0] ?? false, 'search']]],
                {{ options: {{ toolbar: true }} }});
            return JSON.stringify([action.id, Object.values(views).map((view) => [view.arch, view.toolbar])]);
        """)
        if not described:
            described = f'action {action} of {self.person}'
        key = (self.role.rpartition(' ')[2], hashlib.sha256(described.encode()).hexdigest())
        if key in self.findings.screens:
            return True
        self.findings.screens.add(key)
        return False

    def _open(self, name, action, **options):
        """Open an action anew; return what is on the page, ``None`` when it was refused."""
        self._close_dialogs()
        options = json.dumps({'clearBreadcrumbs': True, **options})
        self._run(f"""
            const {{action}} = walk.services();
            for (const node of walk.all('.o_form_button_cancel')) node.click();
            await action.doAction({{type: 'ir.actions.act_window_close'}});
            action.doAction({action}, {options}).catch(() => {{}});
            await walk.sleep(100);
        """)
        state = self._settle(name, "open")
        return None if state.get('refused') else state

    def _open_record(self, name, action, res_id):
        return self._open(name, action, viewType='form', props={'resId': res_id})

    def _find_records(self):
        return self._run("""
            const {props} = walk.services().action.currentController;
            const domain = Array.isArray(props.domain) ? props.domain : [];
            const newest = { limit: 4, order: 'id desc' };
            return await walk.services().orm.search(props.resModel, domain, newest).catch(() => []);
        """)

    def _begin(self, name, action, model):
        """Press New, fill what is demanded, and save."""
        key = (self.role, model, 'New')
        selector = '.o_list_button_add, .o-kanban-button-new, .o_form_button_create'
        if key in self.findings.pressed or not self._open(name, action):
            return
        if not self._run(f"return walk.click('{selector}');"):
            return
        state = self._settle(name, "New")
        if state.get('refused'):
            return
        self._picture(f"{name} new")
        self.findings.pressed.add(key)
        self._run("await walk.fill();")
        if state['dialog']:
            self._confirm(name, "New")
        else:
            self._run("walk.click('.o_form_button_save, .o_list_button_save, .o_kanban_add');")
            state = self._settle(name, "save a new one")
            for notice in state['notices']:
                if notice['isBad']:
                    self._leave(model, 'save', f"demands more: {notice['body'][:200]}")

    def _press_form(self, name, action, model, res_id):
        """Open all pages of a form, press all its buttons, and what the menu with the cog offers."""
        if time.monotonic() > self.deadline or not self._open_record(name, action, res_id):
            return
        pages = self._run("return walk.all('.o_notebook .nav-link').length;")
        shown = (self.role, model, 'pages')
        for number in range(pages if shown not in self.findings.pressed else 0):
            self._run(f"walk.click('.o_notebook .nav-link', {number});")
            self._settle(name, f"page {number + 1}")
            self._picture(f"{name} form page {number + 1}")
        self.findings.pressed.add(shown)
        self._press_buttons(name, model, lambda: self._open_record(name, action, res_id))
        self._press_cog(name, model, lambda: self._open_record(name, action, res_id))

    def _press_list(self, name, action, model):
        """Choose a row, and press what appears for it."""
        key = (self.role, model, 'list')
        if key in self.findings.pressed:
            return
        self.findings.pressed.add(key)

        def choose():
            if not self._open(name, action, viewType='list'):
                return False
            self._run("if (!walk.all('.o_data_row').length) walk.click('.o_group_header'); await walk.sleep(200);")
            self._settle(name, "unfold")
            self._run("walk.click('.o_data_row .o_list_record_selector input');")
            return bool(self._settle(name, "choose a row"))

        if choose():
            self._press_buttons(f'{name} list', model, choose)
            self._press_cog(f'{name} list', model, choose)

    def _press_buttons(self, name, model, reopen):
        """Press each button that was not pressed yet."""
        names = [button['name'] for button in self._run("return walk.buttons();") if button['name'] not in TOOLS]
        for button in names:
            key = (self.role, model, button)
            if key in self.findings.pressed:
                continue
            if time.monotonic() > self.deadline:
                self._leave(model, button, "the time is over")
                continue
            before = self._run("return walk.state();")
            if not self._run(f"return walk.press({json.dumps(button)});"):
                # Hidden by what the button before has done.
                continue
            self.findings.pressed.add(key)
            self.findings.left.pop(key, None)
            state = self._settle(name, button)
            if state['dialog']:
                self._confirm(name, button)
            # What the server has changed may hide other buttons, so the screen is opened anew unless it is as before.
            if any(before[part] != state[part] for part in PLACE) and not reopen():
                return

    def _press_cog(self, name, model, reopen):
        """Press each entry of the menu with the cog."""
        opener = '.o_cp_action_menus button[data-hotkey=u], .o_cp_action_menus .dropdown-toggle'
        number = 0
        while time.monotonic() < self.deadline:
            if not self._run(f"return walk.click('{opener}');"):
                return
            self._settle(name, "cog")
            entries = self._run(f"return walk.all({ENTRIES}, document).map(walk.words);")
            if number >= len(entries):
                return
            entry, number = entries[number], number + 1
            key = (self.role, model, f'Cog: {entry}')
            if key in self.findings.pressed or not entry or any(other in entry for other in OTHER_ENTRIES):
                self._run("document.body.click(); await walk.sleep(100);")
                continue
            self.findings.pressed.add(key)
            self._run(f"walk.all({ENTRIES}, document)[{number - 1}]?.click();")
            state = self._settle(name, f'cog: {entry}')
            if state['dialog']:
                self._confirm(name, f'cog: {entry}')
            if not reopen():
                return

    def _confirm(self, name, what):
        """Fill the dialog that is open, and confirm it; what it refuses first is filled in whole once more."""
        self._picture(f"{name} dialog {what}")
        for is_all in ('false', 'true'):
            state = self._run("return walk.state();")
            if not state['dialog']:
                return
            if state['dialog']['isForm']:
                self._run(f"await walk.fill({is_all});")
            clicked = self._run("""
                const dialog = walk.all('.modal:not(.o_inactive_modal)').at(-1);
                if (!dialog) return false;
                const choices = walk.all('.modal-footer button:not(.o_form_button_cancel)', dialog);
                const first = choices.find((node) => node.matches('.btn-primary')) ?? choices[0];
                first?.click();
                return Boolean(first);
            """)
            state = self._settle(name, f'{what}, confirmed')
            if not clicked or not state.get('refused') and not state['dialog']:
                return
        if state['dialog']:
            self._leave(name, f'{what}, confirmed', state.get('refused') or "the dialog asks for more")
        self._close_dialogs()


def tell(findings, table=None):
    """Print what was found and return the exit code."""
    counts = Counter(role for role, _screen, _button in findings.pressed)
    for role, count in counts.items():
        say(f'{role:<28}{count:>6} pressed')
    if findings.refusals:
        say(f"\nRefused in words: {len(findings.refusals)}")
        say(indented(sorted({' | '.join(refusal) for refusal in findings.refusals})))
    if findings.left:
        say(f"\nNot pressed: {len(findings.left)}")
        say(indented(f"{' | '.join(key)}: {reason}" for key, reason in findings.left.items()))
    if table:
        with table.open('w', newline='') as file:
            rows = csv.writer(file, delimiter=';', lineterminator='\n')
            rows.writerow(['role', 'screen', 'button', 'reason'])
            rows.writerows([*key, reason] for key, reason in sorted(findings.left.items()))
    if findings.faults:
        complain(f"\nFaults: {len(findings.faults)}")
        complain(indented(' | '.join(fault) for fault in findings.faults))
        return 1
    say("\nNo fault.")
    return 0
