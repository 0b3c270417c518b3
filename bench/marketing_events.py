"""Compares the figures of 1,000 marketing events with the leanest SQL for the same events."""

from functools import partial

from .scenario import Call, Scenario

BUDGET = 5.0
PAGE = 80
COUNT = 1000

GROUPS = 50
FIELDS = (
    'title',
    'date_start',
    'attribution',
    'lead_count',
    'deal_count',
    'won_count',
    'won_amount',
    'received_amount',
    'cost_actual',
    'roi_won',
    'roi_received',
    'break_even_date',
    'child_count',
)
# One company, first touch, single events, without refunds and without the break-even date.
LEAN = """
    SELECT event.id,
           (SELECT count(*) FROM crm_lead WHERE marketing_event_id = event.id AND type = 'opportunity'),
           (SELECT (count(*), count(*) FILTER (WHERE state = 'won'),
                    sum(amount_company) FILTER (WHERE state = 'won'))::text
              FROM dealflow_deal WHERE marketing_event_id = event.id AND active),
           (SELECT sum(received_amount_company) FROM dealflow_receipt receipt
              JOIN dealflow_deal deal ON deal.id = receipt.deal_id WHERE deal.marketing_event_id = event.id),
           (SELECT sum(actual_amount_company) FROM dealflow_marketing_cost WHERE event_id = event.id)
      FROM dealflow_marketing_event event
     WHERE event.id = ANY(%s)
"""


def make_events(env, count=COUNT):
    """Create events in groups with three costs each, and link every opportunity and deal to one of them with SQL."""
    events = env['dealflow.marketing.event'].with_context(tracking_disable=True)
    groups = events.create([{'title': f"Bench group {number}"} for number in range(GROUPS)])
    events = groups | events.create(
        [
            {'title': f"Bench event {number}", 'parent_id': groups[number % GROUPS].id, 'date_start': '2025-01-01'}
            for number in range(count - GROUPS)
        ]
    )
    env['dealflow.marketing.cost'].create(
        [
            {'name': "Cost", 'event_id': event.id, 'actual_amount': 100 + event.id % 7, 'date': '2025-01-01'}
            for event in events
            for _number in range(3)
        ]
    )
    env.flush_all()
    for table in ('crm_lead', 'dealflow_deal'):
        env.cr.execute(
            f"""UPDATE {table} SET marketing_event_id = (%(ids)s)[1 + id %% %(count)s],
                                   marketing_last_event_id = (%(ids)s)[1 + (id * 7) %% %(count)s]""",
            {'ids': events.ids, 'count': count},
        )
    env.cr.execute("ANALYZE crm_lead, dealflow_deal, dealflow_marketing_event, dealflow_marketing_cost")
    env.invalidate_all()


def get_scenarios(env):
    """Return the comparison of a page of events; the lean statement is no target, because it does less."""
    events = env['dealflow.marketing.event'].search([('title', '=like', 'Bench %')], order='id desc', limit=PAGE)
    return [
        Scenario(
            "figures of 80 marketing events",
            BUDGET,
            Call(env, partial(events.web_read, {name: {} for name in FIELDS})),
            Call(env, partial(env.cr.execute, LEAN, [events.ids])),
        )
    ]
