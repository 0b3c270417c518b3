"""A user who opens screens in a browser and presses their buttons."""

import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from frame.browser import Browser
from frame.console import complain
from frame.errors import FrameError
from frame.paths import MODULE
from frame.workbench import LOG_LINE, PROBLEMS

SCRIPT = Path(__file__).with_name('walk.js')
# Parts of the state that differ when another page is shown.
PLACE = ('view', 'model', 'resId', 'title', 'dialog')
# Number of records to try for a button that should be visible but is not on the page.
ATTEMPTS = 2
# How Odoo's messages start when the database, an access right or a bug causes an error that users do not understand.
RAW_WORDS = (
    "Uh-oh!",
    "You are not allowed to",
    "You do not have enough rights to access the field",
    "Another model is using the record",
    "mandatory field is not set",
    "violates",
    "The requested operation cannot be completed",
    "Something went wrong",
)
# Messages that Odoo alone shows as well: part of the button, and of the message.
OF_ODOO = (
    ('', "'Grant Portal Access' (portal.wizard)", "Odoo alone offers it too: it takes the right to create contacts"),
    ('', "'Payment Link' (payment.link.wizard)", "Odoo alone offers it too: it takes the right to create contacts"),
    ('create_company', "to create 'Contact'", "Odoo alone offers it too: it takes the right to create contacts"),
    ('', "Tag name already exists!", "Odoo alone copies its tags as little"),
    ('Archive', "You are not allowed to modify", "Odoo offers to archive whoever may change the record or not"),
    ('Followers', "You are not allowed to modify", "Odoo offers it whoever may change the record or not"),
    ('open-full-composer', "(Document type: Message", "Odoo offers whoever reads a message to reply to it"),
    ('Send email', "(Document type: Message", "Odoo offers whoever reads a record to write about it"),
    ('action_redirect_to_', "You are not allowed to access", "Odoo alone counts orders and invoices for marketers too"),
)
# Number of elements pressed on a client action; the others are rows of the same kind.
MOST_THINGS = 25
# Console messages about pages that were left, Odoo's image of a contact without one, and the frame in which Odoo shows
# the body of a mailing.
LOADED = (
    'mail/',
    'bus.bus',
    'longpolling',
    'ERR_ABORTED',
    'favicon',
    'base64,false',
    "Blocked script execution in 'about:blank'",
)
ENTRIES = "'.o-dropdown--menu .o-dropdown-item, .o-dropdown--menu button'"
COG = "'.o_cp_action_menus button[data-hotkey=u], .o_cp_action_menus .dropdown-toggle'"
NEW = "'.o_list_button_add, .o-kanban-button-new, .o_form_button_create'"
# Entries of the action menu that belong to Odoo, or download a file.
OTHER_ENTRIES = {
    'Export': "Odoo's own dialog, which hands over a file",
    'Import': "leads to Odoo's own screen, which wants a file",
    'Properties': "Odoo's own, for fields that a company adds",
    'Spreadsheet': "Odoo's own",
    'Share': "Odoo's own dialog",
    'Download': "hands over a file",
    'Knowledge': "Odoo's own",
    'Dashboard': "Odoo's own",
}
# Buttons and entries that would call an external service.
OUTSIDE = {
    'action_generate_leads': "asks a service of Odoo in the internet",
    'iap_enrich': "asks a service of Odoo in the internet",
    'action_send_sms': "sends by a service in the internet",
    'SMS': "sends by a service in the internet",
}
CONFIRM = """
    const dialog = walk.all('.modal:not(.o_inactive_modal)').at(-1);
    if (!dialog) return false;
    const row = walk.all('.o_data_row .o_data_cell', dialog)[0];
    if (row && !dialog.querySelector('.o_form_view')) {
        row.click();
        return true;
    }
    const choices = walk.all('.modal-footer button:not(.o_form_button_cancel)', dialog);
    const first = choices.find((node) => node.matches('.btn-primary')) ?? choices[0];
    first?.click();
    return Boolean(first);
"""


@dataclass
class Findings:
    """Results of the walks."""

    faults: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    # (role, screen, button); for buttons not pressed with the reason.
    pressed: set = field(default_factory=set)
    left: dict = field(default_factory=dict)
    # (role, screen) that were opened, and those that look the same for an earlier user.
    opened: set = field(default_factory=set)
    alike: dict = field(default_factory=dict)
    # (role, model and kind of view, button) that an earlier user has pressed with the same access.
    known: set = field(default_factory=set)
    seconds: Counter = field(default_factory=Counter)

    def add(self, others):
        """Add the results of another walk."""
        self.faults += others.faults
        self.refusals += others.refusals
        self.pressed |= others.pressed
        self.left |= others.left
        self.opened |= others.opened
        self.alike |= others.alike
        self.known |= others.known
        self.seconds += others.seconds


class Walker:
    """A user in a browser."""

    def __init__(self, server, job, findings, deadline, options):
        self.server, self.person, self.role, self.screens = server, job.person, job.role, job.screens
        self.findings, self.deadline, self.options = findings, deadline, options
        self._address = f'http://127.0.0.1:{server.port}'
        self._log_offset = server.log.stat().st_size
        self._picture_count = 0
        # Views and buttons already pressed, by keys that are the same wherever they are shown.
        self._walked, self._done, self._known = set(), set(job.known), job.known
        # Labels of the buttons, by name.
        self._words = {}

    def walk(self):
        """Open all screens in the menus."""
        width, height = map(int, self.options.size.split('x'))
        with Browser(width, height) as self.browser:
            self.browser.prepare(SCRIPT.read_text())
            self._log_in()
            for name, action, kinds in self.screens:
                if self._is_late():
                    self._leave(name, 'all', "the time is over")
                    continue
                try:
                    self._visit(name, action, kinds)
                except FrameError as error:
                    self._fault(name, '', str(error).splitlines()[0])
                    self._come_back()

    def _is_late(self):
        return time.monotonic() > self.deadline

    # The browser

    def _log_in(self):
        self.browser.log_in(self._address, self.person)
        self._wait_for_client()

    def _come_back(self):
        """Load the web client again, whatever page is shown."""
        self.browser.open(f'{self._address}/odoo')
        self._wait_for_client()

    def _wait_for_client(self):
        self.browser.wait_for("window.walk?.isClient()", f"The web client of the user {self.person}")
        self.browser.evaluate('walk.rest()')
        self.browser.take_errors()

    def _run(self, script):
        """Return the result of a script that may use ``walk``."""
        return self.browser.evaluate(f"""(async () => {{
            try {{ {script} }} catch (error) {{ throw new Error(error.data?.message ?? error.message); }}
        }})()""")

    def _settle(self, screen, what):
        """Wait until the page is idle, record its errors, and return its state."""
        try:
            self.browser.evaluate('walk.rest()')
        except FrameError as error:
            if 'no rest after' in str(error):
                raise
            # Another page was loaded meanwhile.
            self.browser.wait_for("window.walk?.rest()", f"{screen}, {what}: rest")
        for error in self.browser.take_errors():
            if not any(word in error for word in LOADED) and 'RPC_ERROR' not in error and 'Odoo Server' not in error:
                self._fault(screen, what, f"console: {error[:1500]}")
        state = self._run("return walk.state();")
        dialog = state.get('dialog')
        is_refused = dialog and dialog['isError'] and not any(raw in dialog['body'] for raw in RAW_WORDS)
        self._read_log(screen, what, is_refused)
        if 'away' in state:
            if any(word in state['title'] for word in ('404', '500', '403', 'Error')):
                self._fault(screen, what, f"leads to {state['away']}: {state['title']}")
            self._come_back()
            return self._run("return walk.state();")
        dialog = state['dialog']
        if dialog and dialog['isError']:
            words = f"{dialog['title']}: {dialog['body']}"
            known = next((reason for button, said, reason in OF_ODOO if button in what and said in words), None)
            if known:
                self._leave(screen, what, known)
            elif dialog['title'].startswith("Oops") or any(raw in words for raw in RAW_WORDS):
                self._fault(screen, what, words)
            else:
                self.findings.refusals.append((self.role, screen, what, words))
            self._close_dialogs()
            state = self._run("return walk.state();") | {'refused': words}
        return state

    def _read_log(self, screen, what, is_refused=False):
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
            # Without date, process, level and database, whose name contains that of the module.
            words = entry.split(' ', 5)[-1]
            # Odoo logs a warning for every refusal, which is checked where the user sees it. It also logs the statement
            # that violates a constraint, whose message the user reads.
            told = ('odoo.http: ', 'odoo.sql_db: bad query') if is_refused else ('odoo.http: ',)
            if LOG_LINE.match(entry)['level'] in PROBLEMS and MODULE in words and not words.startswith(told):
                self._fault(screen, what, f"log: {words[:300]}")

    def _close_dialogs(self):
        for _number in range(4):
            if not self._run("return Boolean(walk.state().dialog);"):
                break
            self._run("""
                const dialog = walk.all('.modal:not(.o_inactive_modal)').at(-1);
                (dialog?.querySelector('.btn-close, .o_form_button_cancel, [special=cancel]')
                    ?? (dialog && walk.all('.modal-footer button', dialog).at(-1)))?.click();
                await walk.rest(60);
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
        self.findings.left[(self.role, screen, what)] = ' '.join(reason.split())

    # The walk

    def _visit(self, name, action, kinds):
        """Show all views of an action, and press the buttons in those of the given kinds."""
        state = self._open(name, action)
        self.findings.opened.add((self.role, name))
        if not state:
            return
        self._picture(name)
        if state['dialog']:
            self.findings.pressed.add((self.role, name, 'confirm'))
            self._confirm(name, "open")
            return
        found = self._run(f"return walk.views({action});")
        if not found:
            self._press_client_action(name, action)
            return
        query = self._run("""
            const {props} = walk.services().action.currentController ?? {};
            return { domain: Array.isArray(props?.domain) ? props.domain : [], context: props?.context ?? {} };
        """)
        shown = self._run("""return walk.all('.o_switch_view').map((node) =>
            [...node.classList].find((part) => /^o_(?!switch)/.test(part))).filter(Boolean);""")
        for number, kind in enumerate(shown):
            if number:
                self._run(f"walk.click('.o_switch_view.{kind}')")
                if self._settle(f"{name} {kind[2:]}", "show").get('refused'):
                    continue
                self._picture(f"{name} {kind[2:]}")
        for kind in ('list', 'kanban', 'form'):
            view = found['views'].get(kind)
            key = view and (found['model'], kind, view['id'])
            if not view or kind not in kinds or key in self._walked or self._is_late():
                continue
            self._words |= view['words']
            self._note_known(found['model'], kind, view['offered'])
            if kind == 'form':
                # A new record shows few buttons, but has to do when there is no other.
                is_empty = not self._choose(found, query, {'': [[]]})[1]
                if is_empty:
                    self._begin(name, action)
                self._press_form(name, action, found, query)
                if not is_empty:
                    self._begin(name, action)
            else:
                self._press_rows(f'{name} {kind}', action, found, kind)
            self._walked.add(key)

    def _note_known(self, model, kind, offered):
        """Record the buttons that are left to earlier users who have pressed them."""
        for button in (*offered, 'cog'):
            if (model, kind, button) in self._known:
                self.findings.known.add((self.role, f'{model} {kind}', self._name(button)))

    def _open(self, name, action, **options):
        """Open an action again; return the state of the page, ``None`` when it was refused."""
        options = json.dumps({'clearBreadcrumbs': True, **options})
        for is_last in (False, True):
            self._close_dialogs()
            self._run(f"""
                const {{action}} = walk.services();
                for (const node of walk.all('.o_form_button_cancel, .o_list_button_discard')) node.click();
                await walk.rest(40);
                window.walkedFrom = action.currentController?.jsId;
                await action.doAction({{type: 'ir.actions.act_window_close'}});
                action.doAction({action}, {options});
            """)
            state = self._settle(name, "open")
            if state.get('refused'):
                return None
            is_another = "return walk.services().action.currentController?.jsId !== window.walkedFrom;"
            if state['dialog'] or self._run(is_another):
                return state
            # A page that could neither be saved nor discarded stays open.
            if not is_last:
                self._come_back()
        raise FrameError("the action does not open")

    def _begin(self, name, action):
        """Press New, fill the required fields, and save."""
        if not self._open(name, action) or not self._run(f"return walk.click({NEW});"):
            return
        state = self._settle(name, "New")
        if state.get('refused'):
            return
        self._picture(f"{name} new")
        self.findings.pressed.add((self.role, name, 'New'))
        self._run("await walk.fill();")
        if state['dialog']:
            self._confirm(name, "New")
        else:
            self._add_lines(name)
            self._run("walk.click('.o_form_button_save, .o_list_button_save, .o_kanban_add');")
            state = self._settle(name, "save a new one")
            for notice in state['notices']:
                # A headless browser has no clipboard.
                if notice['isBad'] and "Copy Failed" not in notice['body']:
                    self._leave(name, 'save', f"demands more: {notice['body'][:200]}")

    def _add_lines(self, name):
        """Add a line to each list of a new record, on each page of its notebook."""
        adders = "'.o_field_x2many_list_row_add a:first-of-type, .o-kanban-button-new'"
        for page in range(max(1, self._run("return walk.all('.o_notebook .nav-link').length;"))):
            self._run(f"walk.click('.o_notebook .nav-link', {page});")
            self._settle(name, f"New, page {page + 1}")
            for number in range(self._run(f"return walk.all({adders}).length;")):
                if not self._run(f"return walk.click({adders}, {number});"):
                    break
                self.findings.pressed.add((self.role, name, f"New: add a line {page + 1}.{number + 1}"))
                if self._settle(name, "New, add a line")['dialog']:
                    self._confirm(name, "New, add a line")
                else:
                    self._run("await walk.fill();")
                    self._settle(name, "New, fill a line")

    def _press_form(self, name, action, found, query):
        """Press all buttons of a form, each on a record that shows it, and the entries of the action menu."""
        key, offered = (found['model'], 'form'), found['views']['form']['offered']
        tried, is_first = Counter(), True
        while not self._is_late():
            left = {button: places for button, places in offered.items() if (*key, button) not in self._done}
            chosen, count = self._choose(found, query, left or {'': [[]]})
            candidates = [
                (button, res_id)
                for button, ids in chosen.items()
                if sum(tried[button, res_id] for res_id in ids) < ATTEMPTS
                for res_id in ids
                if not tried[button, res_id]
            ]
            if not candidates or not left and not is_first:
                break
            button, res_id = candidates[0]
            tried[button, res_id] += 1

            def reopen(res_id=res_id):
                # The record may have been deleted by a button.
                is_there = self._run(f"return await walk.exists('{found['model']}', {res_id});")
                return is_there and self._open(name, action, viewType='form', props={'resId': res_id})

            if not reopen():
                continue
            if is_first:
                self._press_pages(name, key, reopen, is_first)
                self._press_cog(name, (*key, 'cog'), reopen)
                is_first = False
                reopen()
            # A button that is not on the first page may be on another one.
            self._press_buttons(name, key, reopen, [button])
            if (*key, button) not in self._done:
                self._press_pages(name, key, reopen, is_first)
        for button, places in offered.items():
            if (*key, button) not in self._done:
                hidden = ' or '.join(dict.fromkeys(' / '.join(conditions) for conditions in places))
                if self._is_late():
                    reason = "the time is over"
                elif not count:
                    reason = "there is no record"
                elif chosen.get(button):
                    reason = f"not drawn on {min(ATTEMPTS, len(chosen[button]))} records that should show it"
                else:
                    reason = f"hidden on all of the {count} newest records by {hidden}"
                self._leave(name, self._name(button), reason)

    def _name(self, button):
        """Return the name of a button in the findings: buttons that open an action have its id as a name."""
        return self._words.get(button) or button if button.isdigit() else button

    def _choose(self, found, query, offered):
        """Return the records that show each button, and the number of records checked."""
        arguments = json.dumps([found['model'], query['domain'], query['context'], offered, found['fields']])
        answer = self._run(f"return await walk.choose(...{arguments});")
        return answer['chosen'], answer['count']

    def _press_pages(self, name, key, reopen, is_first):
        """Press the buttons of a form, on all pages of its notebook."""
        self._press_buttons(name, key, reopen)
        pages = self._run("return walk.all('.o_notebook .nav-link').length;")
        for number in range(pages):

            def turn(number=number):
                return self._run(f"return walk.click('.o_notebook .nav-link', {number});")

            if not turn():
                break
            self._settle(name, f"page {number + 1}")
            if is_first:
                self._picture(f"{name} form page {number + 1}")
            self._press_buttons(name, key, lambda turn=turn: reopen() and turn() and self._settle(name, "page"))

    def _press_rows(self, name, action, found, kind):
        """Press the buttons in rows or on cards, select a row, and press the buttons that then appear."""
        key, offered = (found['model'], kind), found['views'][kind]['offered']

        def choose():
            if not self._open(name, action, viewType=kind):
                return False
            self._run("if (!walk.all('.o_data_row').length) walk.click('.o_group_header');")
            self._settle(name, "unfold")
            if not self._run("return walk.click('.o_data_row .o_list_record_selector input');"):
                return True
            return bool(self._settle(name, "choose a row"))

        if choose():
            self._press_buttons(name, key, choose)
            self._press_buttons(name, key, choose, offered)
            self._press_cog(name, (*key, 'cog'), choose)
        count = self._run("return walk.all('.o_data_row, .o_kanban_record:not(.o_kanban_ghost)').length;")
        for button, places in offered.items():
            if (*key, button) not in self._done:
                hidden = ' or '.join(dict.fromkeys(' / '.join(conditions) for conditions in places))
                words = f"on none of the {count} that are shown" + (f", by {hidden}" if hidden else "")
                self._leave(name, self._name(button), words if count else "there is no record")

    def _press_buttons(self, name, key, reopen, names=None):
        """Press each button not pressed yet: the visible ones, or the given ones even when folded."""
        if names is None:
            shown = self._run("return walk.buttons();")
            names = [button['name'] for button in shown]
            self._words |= {button['name']: button['words'] for button in shown}
        for button in names:
            if (*key, button) in self._done or self._is_late():
                continue
            words = self._name(button)
            outside = next((reason for part, reason in OUTSIDE.items() if part in words), None)
            if outside:
                self._done.add((*key, button))
                self._leave(name, words, outside)
                continue
            before = self._run("return walk.state();")
            if not self._run(f"return await walk.press({json.dumps(button)});"):
                # Hidden by the effect of the previous button.
                continue
            self._done.add((*key, button))
            self.findings.pressed.add((self.role, name, words))
            state = self._settle(name, words)
            if state['dialog']:
                self._confirm(name, words)
            # Changes on the server may hide other buttons, so the screen is opened again unless it is unchanged.
            if any(before[part] != state[part] for part in PLACE) and not reopen():
                return

    def _press_client_action(self, name, action):
        """Press the elements of a client action, such as a report, once for each label."""
        for number, words in enumerate(self._run("return walk.things();")):
            if number == MOST_THINGS or self._is_late():
                self._leave(name, words, "there are many like it" if number == MOST_THINGS else "the time is over")
                return
            before = self._run("return walk.state();")
            if not self._run(f"return walk.pressThing({json.dumps(words)});"):
                continue
            self.findings.pressed.add((self.role, name, words))
            state = self._settle(name, words)
            self._close_dialogs()
            if any(before[part] != state[part] for part in PLACE) and not self._open(name, action):
                return

    def _press_cog(self, name, key, reopen):
        """Press each entry of the action menu."""
        if key in self._known or not self._run(f"return walk.click({COG});"):
            return
        self._settle(name, "cog")
        entries = self._run(f"return walk.all({ENTRIES}, document).map(walk.words).filter(Boolean);")
        # Delete goes last, so that the others still find their record.
        for entry in sorted(entries, key=lambda entry: entry == 'Delete'):
            if (*key, entry) in self._done:
                continue
            other = next((reason for word, reason in (OTHER_ENTRIES | OUTSIDE).items() if word in entry), None)
            if other or self._is_late():
                self._leave(name, f'Cog: {entry}', other or "the time is over")
                continue
            is_open = self._run(f"return walk.all({ENTRIES}, document).length > 0;")
            if not is_open and not (reopen() and self._run(f"return walk.click({COG});")):
                return
            self._settle(name, "cog")
            clicked = self._run(
                f"const entry = walk.all({ENTRIES}, document).find((node) => walk.words(node) === {json.dumps(entry)});"
                "entry?.click(); return Boolean(entry);"
            )
            if not clicked:
                continue
            self._done.add((*key, entry))
            self.findings.pressed.add((self.role, name, f'Cog: {entry}'))
            state = self._settle(name, f'cog: {entry}')
            if state['dialog']:
                self._confirm(name, f'cog: {entry}')
            if not reopen():
                return
        with suppress(FrameError):
            self._run("document.body.click();")

    def _confirm(self, name, what):
        """Fill and confirm the open dialog; if it is refused, fill all its fields and confirm once more."""
        self._picture(f"{name} dialog {what}")
        for is_all in ('false', 'true'):
            state = self._run("return walk.state();")
            if not state['dialog']:
                return
            if state['dialog']['isForm']:
                self._run(f"await walk.fill({is_all});")
            clicked = self._run(CONFIRM)
            state = self._settle(name, f'{what}, confirmed')
            if not clicked or not state.get('refused') and not state['dialog']:
                return
        if state['dialog']:
            empty = self._run("return walk.unfilled();")
            if empty:
                self._fault(name, what, f"the dialog demands what cannot be chosen: {', '.join(empty)}")
            asked = [notice['body'] for notice in state['notices'] if notice['isBad']]
            words = state.get('refused') or ' '.join(asked)[:200] or state['dialog']['body'][:100]
            self._leave(name, f'{what}, confirmed', f"the dialog «{state['dialog']['title']}» asks for more: {words}")
        self._close_dialogs()
