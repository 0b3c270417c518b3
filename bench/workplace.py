"""scripts/bench --workplace: opens the workplace over HTTP, beside Odoo's pipeline and its form of a contact."""

import json
import time
from statistics import median

from bench.load import LeadRep, specification
from frame.console import say, step
from frame.odoo_server import OdooServer
from frame.rpc import Session

LOGIN = 'scale_0'
CLIENTS = 12
# What a screen may take of the time of Odoo's.
PAGE_BUDGET, CLIENT_BUDGET = 0.8, 0.5
# What Dealflow alone adds to contacts.
OUR_FIELDS = """
    SELECT field.name
      FROM ir_model_fields AS field
      JOIN ir_model_data AS data ON data.model = 'ir.model.fields' AND data.res_id = field.id
     WHERE field.model = 'res.partner'
     GROUP BY field.name
    HAVING bool_and(data.module = 'dealflow')
"""


def run(bench, name, options):
    """Measure both pairs in turns, print the figures, and return 1 over a budget."""
    with OdooServer(bench, name, workers=0, max_cron_threads=0) as server:
        session = Session(server.port, name, LOGIN, LOGIN)
        with step("Opening each screen once"):
            screens = Screens(session, {field for (field,) in bench.server.query(OUR_FIELDS, [], name)})
            for call in (screens.open_page, screens.open_pipeline, *screens.clients_in_turn(1)):
                call()
        figures = {
            'workplace / pipeline': compare(
                [screens.open_page] * options.runs * 3, [screens.open_pipeline] * options.runs * 3, PAGE_BUDGET
            ),
            'client / form of a contact': compare(
                screens.clients_in_turn(options.runs * 3), screens.forms_in_turn(options.runs * 3), CLIENT_BUDGET
            ),
        }
    for pair, found in figures.items():
        say(
            f"{pair:<30} {found['ours']:.3f} s / {found['anchor']:.3f} s = {found['ratio']:.2f}, "
            f"budget {found['budget']:.2f}: {found['verdict']}"
        )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    return any(found['verdict'] == 'over' for found in figures.values())


def compare(ours, anchors, budget):
    """Call both in turns, so that a busy machine slows them down alike; return the medians and their ratio."""
    seconds = ([], [])
    for pair in zip(ours, anchors, strict=True):
        for call, times in zip(pair, seconds, strict=True):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
    mine, odoos = (median(times) for times in seconds)
    return {
        'ours': mine,
        'anchor': odoos,
        'ratio': mine / odoos,
        'budget': budget,
        'verdict': 'within' if mine / odoos <= budget else 'over',
    }


class Screens:
    """The requests of the web client for data, views being known to it: they are asked for once and kept."""

    def __init__(self, session, ours):
        self.session = session
        self.rep = LeadRep(session, [])
        self.rep.open_pipeline()
        events = session.call(
            'calendar.event',
            'search_read',
            [['user_id', '=', session.user_id], ['business_partner_id', '!=', False]],
            ['business_partner_id'],
            limit=10 * CLIENTS,
            order='start desc',
        )
        self.clients = list(dict.fromkeys(event['business_partner_id'][0] for event in events))[:CLIENTS]
        views = session.call('res.partner', 'get_views', views=[[False, 'form']], options={'toolbar': True})
        # Only what Odoo's own form would ask for: what Dealflow adds to it is not held against it.
        form = specification(views, 'res.partner', 'form')
        self.form = {field: details for field, details in form.items() if field not in ours}

    def open_page(self):
        self.session.call('dealflow.workplace', 'get_page')

    def open_pipeline(self):
        self.rep.load_pipeline()

    def open_client(self, client):
        self.session.call('dealflow.workplace', 'get_client', client)

    def open_form(self, client):
        """Open the form with its chatter, as the web client does."""
        self.session.call('res.partner', 'web_read', [client], specification=self.form, context={'bin_size': True})
        thread = {'thread_model': 'res.partner', 'thread_id': client}
        request = {**thread, 'request_list': ['activities', 'attachments', 'followers']}
        self.session.post('/mail/data', fetch_params=[['mail.thread', request]], context=self.session.context)
        self.session.post('/mail/thread/messages', **thread, fetch_params={'limit': 30})

    def clients_in_turn(self, count):
        return [lambda client=client: self.open_client(client) for client in self._turn(count)]

    def forms_in_turn(self, count):
        return [lambda client=client: self.open_form(client) for client in self._turn(count)]

    def _turn(self, count):
        return [self.clients[number % len(self.clients)] for number in range(count)]
