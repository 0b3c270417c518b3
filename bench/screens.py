"""Compares screens and actions on deals with those on Odoo's own opportunities, with the same volume in one run.

The calls are those of the web client, with the fields of the actual views, as a seller who sees everything.
"""

from functools import partial

from .scenario import Call, Scenario
from .web_client import get_specification

# Budget by scenario: the maximum ratio to the time of the anchor.
BUDGETS = {
    'kanban': 1.0,
    'list': 1.0,
    'form': 1.0,
    'group by responsible': 1.0,
    'create 1,000': 1.5,
    'move 100': 1.5,
    'move 100, no messages': 1.5,
    'import 1,000': 1.5,
}


def make_leads(env):
    """Create an opportunity for each deal in one statement: same seller, client, outcome and amount, a similar stage.

    Each has a contact with email and phone, as opportunities have, while deals have a log and receipts. Odoo's
    predictive lead scoring learns from them, as its nightly cron would have done.
    """
    stages = env.ref('dealflow.funnel_default').stage_ids.sorted(lambda stage: (stage.sequence, stage.id))
    like = _make_lead_stages(env, stages)
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO crm_lead (
            name, type, active, company_id, user_id, partner_id, stage_id, priority, probability, automated_probability,
            contact_name, email_from, email_normalized, email_domain_criterion, phone, phone_sanitized,
            expected_revenue, won_status, lost_reason_id, date_deadline, date_closed, date_last_stage_update,
            create_date, write_date, create_uid, write_uid
        )
        SELECT 'Opportunity ' || deal.number, 'opportunity', deal.state <> 'lost', deal.company_id, deal.user_id,
               deal.business_partner_id, stage.lead_stage_id, deal.priority, deal.probability, deal.probability,
               'Buyer ' || deal.id, 'buyer' || deal.id || '@client' || deal.business_partner_id || '.example.com',
               'buyer' || deal.id || '@client' || deal.business_partner_id || '.example.com',
               '@client' || deal.business_partner_id || '.example.com',
               '+1 212 555 ' || lpad((deal.id %% 10000)::text, 4, '0'),
               '+1212555' || lpad((deal.id %% 10000)::text, 4, '0'), deal.amount,
               CASE deal.state WHEN 'open' THEN 'pending' ELSE deal.state END, deal.lost_reason_id,
               deal.expected_close_date, deal.closed_on, deal.date_last_stage_update,
               deal.create_date, deal.write_date, deal.create_uid, deal.write_uid
          FROM dealflow_deal deal
          JOIN unnest(%(stages)s, %(like)s) AS stage(id, lead_stage_id) ON stage.id = deal.stage_id
         ORDER BY deal.id
    """,
        {'stages': stages.ids, 'like': [like[stage].id for stage in stages]},
    )
    env.cr.execute("ANALYZE crm_lead")
    env.invalidate_all()
    env['crm.lead']._rebuild_pls_frequency_table()


def _make_lead_stages(env, stages):
    """Return a stage of opportunities for each stage of deals, so that both have the same number of columns."""
    like = {}
    for is_won, ours in stages.grouped('is_won').items():
        theirs = env['crm.stage'].search([('is_won', '=', is_won)])
        theirs += env['crm.stage'].create(
            [{'name': stage.name, 'is_won': is_won, 'sequence': 100 + stage.sequence} for stage in ours[len(theirs) :]]
        )
        like |= dict(zip(ours, theirs, strict=False))
    return like


def get_scenarios(env):
    """Return the scenarios of deals, next to the same on Odoo's own opportunities."""
    deals = _Screens(
        env,
        'dealflow.deal',
        {
            'kanban': 'dealflow.dealflow_deal_view_kanban',
            'list': 'dealflow.dealflow_deal_view_list',
            'form': 'dealflow.dealflow_deal_view_form',
        },
    )
    leads = _Screens(
        env,
        'crm.lead',
        {
            'kanban': 'crm.crm_case_kanban_view_leads',
            'list': 'crm.crm_case_tree_view_oppor',
            'form': 'crm.crm_lead_view_form',
        },
    )
    calls = {
        'kanban': _Screens.open_kanban,
        'list': _Screens.open_list,
        'form': _Screens.open_form,
        'group by responsible': partial(_Screens.group, field_name='user_id'),
        'create 1,000': partial(_Screens.create, count=1000),
        'move 100': partial(_Screens.move, count=100),
        'move 100, no messages': partial(_Screens.move, count=100, mail_notrack=True),
        'import 1,000': partial(_Screens.load, count=1000),
    }
    return [
        Scenario(name, BUDGETS[name], Call(env, partial(call, deals)), Call(env, partial(call, leads)))
        for name, call in calls.items()
    ]


class _Screens:
    """The calls of the web client for the screens of one model."""

    def __init__(self, env, model, views):
        self.records = env[model]
        self.is_deal = model == 'dealflow.deal'
        self.specifications = {kind: get_specification(self.records, kind, view) for kind, view in views.items()}
        self.domain = [('state', '!=', 'lost')] if self.is_deal else [('type', '=', 'opportunity')]
        self.amount = 'amount_company' if self.is_deal else 'expected_revenue'

    def open_kanban(self):
        aggregates = [f'{self.amount}:sum', *(['weighted_amount:sum'] if self.is_deal else ())]
        self.records.with_context(read_group_expand=True).web_read_group(
            self.domain,
            ['stage_id'],
            aggregates,
            auto_unfold=True,
            unfold_read_specification=self.specifications['kanban'],
            unfold_read_default_limit=20,
        )
        self.records.read_progress_bar(
            self.domain,
            'stage_id',
            {
                'field': 'activity_state',
                'colors': {'planned': 'success', 'today': 'warning', 'overdue': 'danger'},
            },
        )

    def open_list(self):
        self.records.web_search_read(self.domain, self.specifications['list'], limit=80, count_limit=10001)

    def open_form(self):
        """Open ten forms one after the other, each in its own request with an empty cache."""
        for record_id in self.records.search(self.domain, limit=10, offset=500).ids:
            self.records.env.invalidate_all()
            self.records.browse(record_id).web_read(self.specifications['form'])

    def group(self, field_name):
        self.records.web_read_group(self.domain, [field_name], [f'{self.amount}:sum'], limit=80)

    def create(self, count):
        self.records.create([self._values(number) for number in range(count)])

    def _values(self, number):
        return {'name': f"New {number}", 'amount' if self.is_deal else 'expected_revenue': number}

    def move(self, count, **context):
        """Move open records to the previous open stage, or from the first to the last one, and finish the request.

        Tracked changes become messages at the end of the request, which the user waits for on both sides.
        """
        is_open = ('state', '=', 'open') if self.is_deal else ('won_status', '=', 'pending')
        records = self.records.with_context(**context).search([*self.domain, is_open], limit=count)
        stages = records.stage_id.search(
            [('is_won', '=', False), *([('funnel_id', '=', records.funnel_id.id)] if self.is_deal else [])]
        )
        for stage, moving in records.grouped('stage_id').items():
            target = stages[stages.ids.index(stage.id) - 1]
            if self.is_deal:
                moving.action_move_stage(target.id, "Measured", "measured")
            else:
                moving.write({'stage_id': target.id})
        self.records.env.cr.flush()

    def load(self, count):
        columns = ['name', 'amount' if self.is_deal else 'expected_revenue']
        outcome = self.records.load(columns, [[f"Imported {number}", str(number)] for number in range(count)])
        if not outcome['ids']:
            raise ValueError(outcome['messages'][0]['message'])
