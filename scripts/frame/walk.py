"""scripts/walk: opens every screen and presses every button in a browser, on copies of two databases."""

import argparse
import csv
import multiprocessing
import os
import queue
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from frame import machine
from frame.console import complain, indented, say
from frame.databases import Databases
from frame.errors import FrameError
from frame.locks import only_one
from frame.odoo_server import OdooServer
from frame.paths import MODULE
from frame.processes import undisturbed
from frame.walker import Findings, Walker
from frame.workbench import Workbench, result

ADMINISTRATOR = 'admin'
PEOPLE = ('rep', 'head', 'accountant', 'marketer', 'viewer', 'manager')
# Odoo screens that the module extends, in addition to those in its own menus.
EXTENDED = (
    'base.action_partner_form',
    'crm.crm_lead_action_pipeline',
    'calendar.action_calendar_event',
    'sale.action_quotations_with_onboarding',
    'account.action_move_out_invoice_type',
    'mass_mailing.mailing_mailing_action_mail',
)
# Number of parallel walks. Each has a database, a server and a browser, of which only one is busy at a time.
WALKS = (os.cpu_count() or 1) + 1
# Number of parts of the administrator's walk, so that it does not run alone at the end.
PARTS = WALKS + 1
# Runs in Odoo's shell: the screens in each user's menus, with a hash of each view as the user gets it, and of each
# button with its visibility and the user's access to the model.
LOOK_AT_SCREENS = """
import hashlib, json
from lxml import etree

def look(login):
    user = env['res.users'].search([('login', '=', login)])
    context = {'lang': user.lang, 'tz': user.tz, 'allowed_company_ids': user.company_ids.ids}
    mine = env(user=user, context=context)
    menus = mine['ir.ui.menu'].load_menus(False)
    root = env.ref('%(module)s.menu_%(module)s_root').id
    extended = {env.ref(name).id: name for name in %(extended)r if env.ref(name, False)}
    def get_way(menu):
        parent = next((other for other in menus.values() if menu['id'] in other['children']), None)
        return ([] if not parent or not parent['id'] else get_way(parent)) + [menu['name']]
    screens = {}
    for menu in menus.values():
        action_id = menu.get('action_id')
        if not action_id:
            continue
        if menu['app_id'] == root:
            screens[action_id] = ' / '.join(get_way(menu))
        elif action_id in extended:
            screens.setdefault(action_id, f"Odoo / {extended[action_id]}")
    return [[name, action_id, *get_views(mine, action_id)] for action_id, name in screens.items()]

def get_hash(*words):
    return hashlib.sha256(json.dumps(words, default=str).encode()).hexdigest()

def get_views(mine, action_id):
    kind = env['ir.actions.actions'].browse(action_id).type
    if kind != 'ir.actions.act_window':
        # What stands on these depends on the person as a whole.
        return [kind, {kind: [get_hash(action_id, mine.uid), {}]}]
    action = mine[kind].sudo().browse(action_id)._get_action_dict()
    model = mine[action['res_model']]
    views = model.get_views(
        [*action['views'], ((action['search_view_id'] or [False])[0], 'search')], {'toolbar': True}
    )['views']
    rights = [model.has_access(operation) for operation in ('read', 'write', 'create', 'unlink')]
    return [model._name, {kind: get_parts(model._name, kind, view, rights) for kind, view in views.items()}]

def get_parts(model, kind, view, rights):
    parts = {}
    for node in etree.fromstring(view['arch']).iter('button', 'a'):
        if node.get('name') and (node.tag == 'button' or node.get('type')):
            conditions = [
                part.get(name)
                for part in (node, *node.iterancestors())
                for name in ('invisible', 'column_invisible', 't-if')
                if part.get(name)
            ]
            parts.setdefault(node.get('name'), []).append([node.get('type'), conditions])
    hashes = {name: get_hash(model, kind, name, places, rights) for name, places in parts.items()}
    hashes['cog'] = get_hash(model, kind, view.get('toolbar'), rights)
    return [get_hash(model, kind, view['arch'], view.get('toolbar')), hashes]

print('RESULT ' + json.dumps({login: look(login) for login in %(people)r}))
"""


@dataclass
class Job:
    """The screens that one user opens in one of the databases."""

    person: str
    database: str
    template: str
    # (name, action id, kinds of views whose buttons are pressed)
    screens: list
    # (model, kind of view, button) that an earlier user sees alike, with the same access.
    known: set
    # Expected duration, compared with other jobs.
    weight: int

    @property
    def role(self):
        """The user and the database, as shown in the findings."""
        return f'{self.person} ({self.database})'


def main(arguments):
    """Run the walks, print the findings, and return 1 when there is a fault."""
    options = parse(arguments)
    machine.need_browser()
    findings, started, load = Findings(), time.monotonic(), os.getloadavg()[0]
    with Workbench.prepare() as bench:
        databases = Databases(bench)
        jobs = []
        for kind, people in (('demo', (ADMINISTRATOR, *PEOPLE)), ('empty', (ADMINISTRATOR,))):
            if not options.only or options.only == kind:
                template = f'{MODULE}_walk_{kind}'
                with only_one(template):
                    databases.ensure(template, demo=kind == 'demo', assets=True)
                jobs += plan(look_at_screens(bench, template, people), kind, template, options, findings)
        walk_all(bench, jobs, findings, options)
    times = os.times()
    say(
        f"{(time.monotonic() - started) / 60:.1f} minutes, of which processors worked "
        f"{(times.children_user + times.children_system) / 60:.1f} (without PostgreSQL); load of the {os.cpu_count()} "
        f"processors {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    )
    return tell(findings, options.table)


def parse(arguments):
    """Parse the command line."""
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


def look_at_screens(bench, template, people):
    """Return the screens in the menus of each user: name, action, and a hash of each view."""
    program = LOOK_AT_SCREENS % {'module': MODULE, 'extended': EXTENDED, 'people': people}
    return result(bench.run_program(template, program))


def plan(screens_by_person, database, template, options, findings):
    """Return the jobs: all screens for the administrator, for each other user only what no earlier user sees alike."""
    seen, jobs = set(), []
    for person, screens in screens_by_person.items():
        role, models, new, old = f'{person} ({database})', {}, set(), set()
        for name, action, model, views in screens:
            others = [kind for kind, (value, _buttons) in views.items() if person == ADMINISTRATOR or value not in seen]
            for kind, (_value, buttons) in views.items():
                for button, value in buttons.items():
                    (old if value in seen and person != ADMINISTRATOR else new).add((model, kind, button))
            if options.screen.lower() not in name.lower() or options.people and person not in options.people:
                continue
            if others:
                kinds = [kind for kind in others if kind != 'search']
                models.setdefault(model, []).append((name, action, kinds))
            else:
                findings.alike[role, name] = "each view is the same as for a person before"
        seen.update(value for *_screen, views in screens for value, _buttons in views.values())
        seen.update(
            value for *_screen, views in screens for _value, buttons in views.values() for value in buttons.values()
        )
        weights = Counter(model for model, _kind, _button in new)
        for weight, part in divide(models, weights, PARTS if person == ADMINISTRATOR else 1):
            jobs.append(Job(person, database, template, part, old - new, weight))
    return jobs


def divide(models, weights, count):
    """Split screens into parts of about the same duration; those of one model stay together."""
    parts = [[0, []] for _number in range(count)]

    def weigh(model):
        return weights[model] + 6 * len(models[model])

    for model in sorted(models, key=weigh, reverse=True):
        lightest = min(parts, key=lambda part: part[0])
        lightest[0] += weigh(model)
        lightest[1] += models[model]
    return [(weight, screens) for weight, screens in parts if screens]


def walk_all(bench, jobs, findings, options):
    """Run the walks in parallel processes, the longest first."""
    context = multiprocessing.get_context('fork')
    waiting, found = context.Queue(), context.Queue()
    deadline = time.monotonic() + options.minutes * 60
    for job in sorted(jobs, key=lambda job: -job.weight):
        waiting.put(job)
    workers = [
        context.Process(target=work, args=(bench, waiting, found, deadline, options, number))
        for number in range(min(WALKS, len(jobs)))
    ]
    for worker in workers:
        waiting.put(None)
        worker.start()
    try:
        for _job in jobs:
            findings.add(take_result(found, workers))
    except BaseException:
        for worker in workers:
            # An interrupted worker drops its database first.
            worker.terminate()
        raise
    finally:
        for worker in workers:
            worker.join()


def take_result(found, workers):
    """Return the findings of the next finished walk; raise an error when no worker is left to finish one."""
    while True:
        try:
            return found.get(timeout=5)
        except queue.Empty:
            if not any(worker.is_alive() for worker in workers):
                raise FrameError("A walk has ended without a result.") from None


def work(bench, waiting, found, deadline, options, number):
    """Run one job after the other."""
    try:
        while job := waiting.get():
            findings = Findings()
            try:
                walk(bench, job, findings, deadline, options, number)
            except Exception as error:  # noqa: BLE001 - keep the findings of the other jobs
                traceback.print_exc()
                findings.faults.append((job.role, '', '', f'{type(error).__name__}: {error}'))
            found.put(findings)
    except KeyboardInterrupt:
        pass


def walk(bench, job, findings, deadline, options, number):
    """Run a job on a copy of a database."""
    databases = Databases(bench)
    copy = f'{job.template}_{os.getppid()}_{number}'
    started = time.monotonic()
    with only_one(job.template):
        databases.copy(job.template, copy)
    try:
        # Scheduled actions would interfere with the buttons.
        server = OdooServer(bench, copy, max_cron_threads=0)
        # Images in messages are loaded from the base URL of the database.
        address = f'http://127.0.0.1:{server.port}'
        bench.server.query("UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'", [address], copy)
        with server:
            Walker(server, job, findings, deadline, options).walk()
    finally:
        with undisturbed():
            databases.drop(copy)
        findings.seconds[job.role] = time.monotonic() - started
        say(f'{job.role}: {len(job.screens)} screens in {findings.seconds[job.role]:.0f} s')


def tell(findings, table=None):
    """Print the findings and return the exit code."""
    counts = Counter(role for role, _screen, _button in findings.pressed)
    screens = Counter(role for role, _screen in findings.opened)
    alike = Counter(role for role, _screen in findings.alike)
    known = Counter(role for role, *_button in findings.known)
    refusals = Counter(role for role, *_words in findings.refusals)
    for role in dict.fromkeys((*findings.seconds, *counts)):
        seconds = findings.seconds.get(role, 0)
        say(
            f'{role:<24}{screens[role]:>6} screens{alike[role]:>6} as seen before{counts[role]:>7} pressed'
            f'{refusals[role]:>5} refused{known[role]:>6} buttons as pressed before{seconds:>7.0f} s'
        )
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
            rows.writerows([*key, 'all', reason] for key, reason in sorted(findings.alike.items()))
            rows.writerows(
                [*key, "alike, and with the same rights, for a person before"] for key in sorted(findings.known)
            )
    if findings.faults:
        complain(f"\nFaults: {len(findings.faults)}")
        complain(indented(' | '.join(fault) for fault in findings.faults))
        return 1
    say("\nNo fault.")
    return 0
