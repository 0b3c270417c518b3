"""scripts/bench --load: reps work over HTTP on deals and, for comparison, on Odoo's own opportunities."""

import json
import random
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from math import inf
from xml.etree import ElementTree

from bench import reconciliation
from frame.console import indented, say, step
from frame.databases import Databases
from frame.errors import FrameError
from frame.odoo_server import OdooServer
from frame.rpc import Session
from frame.workbench import result

WORKERS = 2
# Both sides take turns, so that a busy machine slows them down alike.
ROUNDS = 2
# A rep reads the screen between two steps.
SECONDS_TO_LOOK = (0.5, 1.5)
# Number of records that all reps move now and then, to cause conflicts, and every how many moves.
SHARED = 5
SHARED_EVERY = 4
# Sellers of the benchmark database get a password, except the one limited to own deals.
OPEN_DOORS = """
import json
group = env.ref('dealflow.group_user')
sellers = env['res.users'].search([('login', '=like', 'scale\\\\_%%'), ('group_ids', 'in', group.id)], order='id')
sellers.group_ids = [(4, env.ref('dealflow.group_receipts').id)]
for seller in sellers:
    seller.password = seller.login
env.cr.commit()
print('RESULT', json.dumps({
    'logins': sellers.mapped('login'),
    'deals': env['dealflow.deal'].search([('state', '=', 'open')], limit=%(shared)s).ids,
    'leads': env['crm.lead'].search([('won_status', '=', 'pending')], limit=%(shared)s).ids,
}))
"""


def add_options(parser):
    """Add the options of this part to the command."""
    parser.add_argument(
        '--load',
        action='store_true',
        help="put load on a server instead: reps at work on deals, and on Odoo's own opportunities",
    )
    parser.add_argument('--users', type=int, default=10, help="reps at work at the same time (default: %(default)s)")
    parser.add_argument(
        '--seconds', type=int, default=60, help="how long they work on either side (default: %(default)s)"
    )


def run(bench, name, options):
    """Run the load on a copy of a benchmark database, print the figures, return 1 when something went wrong."""
    databases = Databases(bench)
    copy = f'{name}_load'
    try:
        with step(f"Copying {name}"):
            databases.copy(name, copy)
        doors = result(bench.run_program(copy, OPEN_DOORS % {'shared': SHARED}))
        if not 1 <= options.users <= len(doors['logins']):
            raise FrameError(f"There are {len(doors['logins'])} sellers: give --users a number from 1 to that.")
        with OdooServer(bench, copy, workers=WORKERS, max_cron_threads=0) as server:
            teams = [
                [kind(Session(server.port, copy, login, login), shared) for login in doors['logins'][: options.users]]
                for kind, shared in ((DealRep, doors['deals']), (LeadRep, doors['leads']))
            ]
            measure(teams, options.seconds)
            # Odoo retries by itself when two users change the same record at once, unnoticed by them.
            repeated = server.log.read_text(errors='replace').count('tries left, try again')
        lost = [words for team in teams for rep in team for words in rep.find_lost(bench.server, copy)]
        contradictions = reconciliation.contradictions(bench.server, copy)
    finally:
        databases.drop(copy)
    figures = {team[0].title: summarize(team) for team in teams}
    figures |= {
        'users': options.users,
        'seconds': options.seconds,
        'workers': WORKERS,
        'deals in all': options.scale,
        'repeated by the server': repeated,
        'lost': lost,
        'contradictions': contradictions,
    }
    tell(figures, [team[0].title for team in teams])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    return 1 if lost or contradictions or any(rep.errors for team in teams for rep in team) else 0


def measure(teams, seconds):
    """Let each team work for the given seconds, in turns, after a day that fills Odoo's caches and is not counted."""
    for team in teams:
        with step(f"{team[0].title}: warming up"):
            together(team, lambda rep: rep.spend_day())
            for rep in team:
                rep.forget()
    for _round in range(ROUNDS):
        for team in teams:
            with step(f"{team[0].title}: {len(team)} reps at work"):
                together(team, lambda rep: rep.work(seconds / ROUNDS))


def together(team, call):
    """Run the call for all reps of a team at the same time, and add the time that the team took."""
    started = time.monotonic()
    with ThreadPoolExecutor(len(team)) as pool:
        list(pool.map(call, team))
    team[0].team_seconds += time.monotonic() - started


class Rep:
    """A user who works on the records of one model, with the requests of the web client.

    A step is what a user waits for: all requests of the web client until the screen is complete.
    """

    title = model = stage_model = action = None
    domain = ()
    totals = ()

    def __init__(self, session, shared):
        self.session = session
        self.shared = shared
        self.luck = random.Random(session.user_id)
        self.cards = []
        # What the server confirmed to the user: the comments, the moves, and the last stage of each record.
        self.comments, self.moves, self.stages = [], [], {}
        self.errors = []
        self.forget()

    def forget(self):
        """Reset the measurements."""
        self.seconds = defaultdict(list)
        self.requests_before = self.session.requests
        self.team_seconds = 0

    def work(self, seconds):
        """Repeat the working day until the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.spend_day(deadline)

    def spend_day(self, deadline=inf):
        """Do a rep's tasks of a day, with a pause to read after each."""
        for name, call in (
            ('open pipeline', self.open_pipeline),
            ('open card', self.open_card),
            ('move with comment', self.move),
            ('comment', self.comment),
            ('receipts page', self.open_receipts),
        ):
            started = time.monotonic()
            if started > deadline:
                return
            try:
                call()
            except (FrameError, OSError) as error:
                self.errors.append(f"{name}: {error}")
            self.seconds[name].append(time.monotonic() - started)
            time.sleep(self.luck.uniform(*SECONDS_TO_LOOK))

    def open_action(self, action):
        """Open a page from the menu; return its views with their fields."""
        action = self.session.post('/web/action/load', action_id=action)
        return self.session.call(
            action['res_model'],
            'get_views',
            views=[view for view in action['views'] if view[1] in ('kanban', 'list', 'form')]
            + [[(action['search_view_id'] or [False])[0], 'search']],
            options={'action_id': action['id'], 'toolbar': True, 'load_filters': True},
        )

    def open_pipeline(self):
        views = self.open_action(self.action)
        self.kanban = specification(views, self.model, 'kanban')
        self.form = specification(views, self.model, 'form')
        self.load_pipeline()

    def load_pipeline(self):
        """Load the columns with their first cards, and remember the cards."""
        domain = [*self.domain, ['user_id', '=', self.session.user_id]]
        groups = self.session.call(
            self.model,
            'web_read_group',
            domain,
            ['stage_id'],
            self.totals,
            auto_unfold=True,
            unfold_read_specification=self.kanban,
            unfold_read_default_limit=20,
            context={'read_group_expand': True},
        )['groups']
        self.load_progress(domain)
        self.cards = [
            (record['id'], group['stage_id'][0]) for group in groups for record in group.get('__records') or ()
        ]

    def load_progress(self, domain):
        self.session.call(
            self.model,
            'read_progress_bar',
            domain,
            'stage_id',
            {'field': 'activity_state', 'colors': {'planned': 'success', 'today': 'warning', 'overdue': 'danger'}},
        )

    def open_card(self):
        card, _stage = self.luck.choice(self.cards)
        self.session.call(self.model, 'web_read', [card], specification=self.form, context={'bin_size': True})
        self.session.post(
            '/mail/data',
            fetch_params=[
                [
                    'mail.thread',
                    {
                        'thread_model': self.model,
                        'thread_id': card,
                        'request_list': ['activities', 'attachments', 'followers'],
                    },
                ]
            ],
            context=self.session.context,
        )
        self.session.post('/mail/thread/messages', thread_model=self.model, thread_id=card, fetch_params={'limit': 30})

    def comment(self):
        card, _stage = self.luck.choice(self.cards)
        self.post_note(card, self.new_comment())

    def post_note(self, card, comment):
        self.session.post(
            '/mail/message/post',
            thread_model=self.model,
            thread_id=card,
            context=self.session.context,
            post_data={'body': comment, 'message_type': 'comment', 'subtype_xmlid': 'mail.mt_note'},
        )
        self.comments.append(comment)

    def new_comment(self):
        return f"Load {self.session.user_id}/{self.session.requests}"

    def move(self):
        """Move one of the rep's own cards to the next stage, or now and then a shared one."""
        stages = self.open_stages
        if not self.luck.randrange(SHARED_EVERY):
            self.move_card(self.luck.choice(self.shared), self.luck.choice(stages), self.new_comment())
            return
        card, stage = self.luck.choice([card for card in self.cards if card[1] in stages])
        target = stages[(stages.index(stage) + 1) % len(stages)]
        comment = self.new_comment()
        self.move_card(card, target, comment)
        if card not in self.shared:
            self.stages[card] = target
            self.moves.append(comment)

    @cached_property
    def open_stages(self):
        """Return the stages before the won ones, in their order."""
        return self.session.call(self.stage_model, 'search', [['is_won', '=', False]])

    def move_card(self, card, stage, comment):
        raise NotImplementedError

    def open_receipts(self):
        raise NotImplementedError

    def find_lost(self, server, database):
        """Report confirmed changes that are missing in the database."""
        posted = server.query(
            "SELECT regexp_replace(body, '<[^>]+>', '', 'g') FROM mail_message WHERE model = %s AND author_id ="
            " (SELECT partner_id FROM res_users WHERE id = %s) AND body LIKE '%%Load %%'",
            [self.model, self.session.user_id],
            database,
        )
        lost = [f"{self.model}: the comment «{comment}»" for comment in set(self.comments) - {row[0] for row in posted}]
        table = self.model.replace('.', '_')
        now = dict(server.query(f'SELECT id, stage_id FROM {table} WHERE id = ANY(%s)', [list(self.stages)], database))
        return lost + [
            f"{self.model} {card}: was moved to the stage {stage}, is in {now.get(card)}"
            for card, stage in self.stages.items()
            if now.get(card) != stage
        ]


class DealRep(Rep):
    """A rep who works with Dealflow."""

    title = "deals"
    model = 'dealflow.deal'
    stage_model = 'dealflow.stage'
    action = 'dealflow.dealflow_deal_action'
    domain = (['state', '!=', 'lost'],)
    totals = ('amount_company:sum', 'weighted_amount:sum')
    filters = ('state', 'invoicing', 'user_id', 'region_id', 'business_partner_id')

    @cached_property
    def dialog(self):
        """The fields of the move dialog; the web client requests its view once."""
        return specification(self.open_action('dealflow.dealflow_deal_move_action'), 'dealflow.deal.move', 'form')

    def move_card(self, card, stage, comment):
        """Drop a card on another column, fill the dialog and apply it."""
        self.session.call('dealflow.deal', 'read', [card], ['name', 'state', 'funnel_id'])
        self.session.call('dealflow.stage', 'read', [stage], ['name', 'funnel_id', 'is_won', 'require_comment'])
        self.session.post('/web/action/load', action_id='dealflow.dealflow_deal_move_action')
        context = {'default_deal_ids': [card], 'default_stage_id': stage}
        self.session.call('dealflow.deal.move', 'onchange', [], {}, [], self.dialog, context=context)
        [saved] = self.session.call(
            'dealflow.deal.move',
            'web_save',
            [],
            {
                'deal_ids': [[4, card]],
                'operation': 'move',
                'stage_id': stage,
                'short_status': "Load",
                'comment': comment,
            },
            self.dialog,
            context=context,
        )
        self.session.call('dealflow.deal.move', 'action_apply', [saved['id']], context=context)
        self.load_pipeline()

    def open_receipts(self):
        """Open the plan in its sections, with its tree of filters."""
        model = 'dealflow.receipt'
        views = self.open_action('dealflow.dealflow_receipt_action')
        domain = [
            '|',
            ['state', '=', 'planned'],
            '&',
            ['state', '=', 'received'],
            ['date_planned', '>=', '=1d'],
            ['user_id', '=', self.session.user_id],
        ]
        for name in self.filters:
            self.session.call(
                model,
                'search_panel_select_range',
                name,
                category_domain=[],
                search_domain=domain,
                filter_domain=[],
                enable_counters=True,
                expand=False,
                limit=200,
            )
        self.session.call(
            model,
            'web_read_group',
            domain,
            ['bucket'],
            ['amount_company:sum', 'received_amount:sum', 'gap:sum'],
            auto_unfold=True,
            unfold_read_specification=specification(views, model, 'list'),
            unfold_read_default_limit=80,
            context={'read_group_expand': True},
        )

    def find_lost(self, server, database):
        written = {
            row[0]
            for row in server.query(
                'SELECT comment FROM dealflow_deal_log WHERE user_id = %s', [self.session.user_id], database
            )
        }
        return super().find_lost(server, database) + [
            f"{self.model}: the move «{comment}»" for comment in set(self.moves) - written
        ]


class LeadRep(Rep):
    """A rep who works with Odoo's own opportunities."""

    title = "opportunities"
    model = 'crm.lead'
    stage_model = 'crm.stage'
    action = 'crm.crm_lead_action_pipeline'
    domain = (['type', '=', 'opportunity'],)
    totals = ('expected_revenue:sum',)

    def move_card(self, card, stage, comment):
        """Drop a card on another column, whose totals are reloaded, and log a note."""
        self.session.call('crm.lead', 'web_save', [card], {'stage_id': stage}, self.kanban)
        domain = [*self.domain, ['user_id', '=', self.session.user_id]]
        self.load_progress(domain)
        self.session.call('crm.lead', 'formatted_read_group', domain, ['stage_id'], ['__count', *self.totals])
        self.post_note(card, comment)

    def open_receipts(self):
        """Open expected revenue by month, which is closest to receipts, because opportunities have none."""
        views = self.open_action('crm.crm_lead_action_forecast')
        self.session.call(
            'crm.lead',
            'web_read_group',
            [*self.domain, ['user_id', '=', self.session.user_id]],
            ['date_deadline:month'],
            self.totals,
            auto_unfold=True,
            unfold_read_specification=specification(views, self.model, 'kanban'),
            unfold_read_default_limit=80,
            context={'forecast_field': 'date_deadline'},
        )


def summarize(team):
    """Return the figures of a team: requests per second, median and 95th percentile of each step, and errors."""
    seconds = defaultdict(list)
    for rep in team:
        for name, times in rep.seconds.items():
            seconds[name] += times
    everything = [time for times in seconds.values() for time in times]
    return {
        'requests a second': sum(rep.session.requests - rep.requests_before for rep in team) / team[0].team_seconds,
        'steps': {name: describe(times) for name, times in seconds.items()} | {'all steps': describe(everything)},
        'errors': [error for rep in team for error in rep.errors],
    }


def describe(times):
    """Return the number of steps, their median and their 95th percentile."""
    times = sorted(times)
    return {'count': len(times), 'p50': times[len(times) // 2], 'p95': times[int(len(times) * 0.95)]}


def tell(figures, titles):
    """Print the figures of both sides next to each other."""
    ours, theirs = (figures[title] for title in titles)
    say(f"\n{'step':<20}{titles[0]:>9}{'p50, s':>9}{'p95, s':>9}{titles[1]:>16}{'p50, s':>9}{'p95, s':>9}")
    for name, step_figures in ours['steps'].items():
        line = [f'{name:<20}']
        for width, values in ((9, step_figures), (16, theirs['steps'][name])):
            line.append(f"{values['count']:>{width}}{values['p50']:>9.3f}{values['p95']:>9.3f}")
        say(''.join(line))
    for title in titles:
        side = figures[title]
        say(f"{title}: {side['requests a second']:.1f} requests a second, {len(side['errors'])} errors")
        if side['errors']:
            say(indented(side['errors'][:10]))
    say(f"{figures['repeated by the server']} requests met another one on the same record and were repeated unseen.")
    if figures['lost']:
        say(f"Lost:\n{indented(figures['lost'][:10])}")
    say(
        "The history reconciles with the deals."
        if not figures['contradictions']
        else f"Contradictions:\n{indented(figures['contradictions'])}"
    )


def specification(views, model, kind):
    """Return what the web client reads for a view: its fields, and those of its nested lists."""

    def read(node, model):
        fields = views['models'][model]['fields'] if model in views['models'] else {}
        found = {}
        for child in node:
            field = fields.get(child.get('name')) if child.tag == 'field' else None
            if child.tag != 'field':
                found |= read(child, model)
            elif field and field['type'] == 'many2one':
                found[child.get('name')] = {'fields': {'display_name': {}}}
            elif field and field['type'] in ('one2many', 'many2many'):
                inner = child.find('list')
                columns = {} if inner is None else read(inner, field['relation'])
                found[child.get('name')] = {'fields': columns or {'display_name': {}}, 'limit': 40}
            elif field:
                found[child.get('name')] = {}
        return found

    return read(ElementTree.fromstring(views['views'][kind]['arch']), model)
