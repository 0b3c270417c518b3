"""The comparison of 1,000 marketing events; run by hand from Odoo's shell on the database of `scripts/bench`.

>>> from odoo.addons.dealflow.bench import marketing_events
>>> marketing_events.run(env)
"""

from .timing import alternate

GROUPS = 50
FIELDS = (
    'title', 'date_start', 'attribution', 'lead_count', 'deal_count', 'won_count', 'won_amount', 'received_amount',
    'cost_actual', 'roi_won', 'roi_received', 'break_even_date', 'child_count',
)
# One company, first touch, single events, and neither money paid back nor the day of the break-even.
LEAN = """
    SELECT event.id,
           (SELECT count(*) FROM crm_lead WHERE marketing_event_id = event.id AND type = 'opportunity'),
           (SELECT (count(*), count(*) FILTER (WHERE state = 'won'),
                    sum(amount_company) FILTER (WHERE state = 'won'))::text
              FROM dealflow_deal WHERE marketing_event_id = event.id AND active),
           (SELECT sum(received_company) FROM dealflow_receipt receipt
              JOIN dealflow_deal deal ON deal.id = receipt.deal_id WHERE deal.marketing_event_id = event.id),
           (SELECT sum(actual_company) FROM dealflow_marketing_cost WHERE event_id = event.id)
      FROM dealflow_marketing_event event
     WHERE event.id = ANY(%s)
"""


def make_events(env, count=1000):
    """Make events in groups with three costs each, and attach every opportunity and deal to one of them by SQL."""
    events = env['dealflow.marketing.event'].with_context(tracking_disable=True)
    groups = events.create([{'title': f"Bench group {number}"} for number in range(GROUPS)])
    events = groups | events.create([
        {'title': f"Bench event {number}", 'parent_id': groups[number % GROUPS].id, 'date_start': '2025-01-01'}
        for number in range(count - GROUPS)
    ])
    env['dealflow.marketing.cost'].create([
        {'name': "Cost", 'event_id': event.id, 'actual_amount': 100 + event.id % 7, 'date': '2025-01-01'}
        for event in events for _number in range(3)
    ])
    env.flush_all()
    for table in ('crm_lead', 'dealflow_deal'):
        env.cr.execute(
            f"""UPDATE {table} SET marketing_event_id = (%(ids)s)[1 + id %% %(count)s],
                                   marketing_last_event_id = (%(ids)s)[1 + (id * 7) %% %(count)s]""",
            {'ids': events.ids, 'count': count},
        )
    env.cr.execute("ANALYZE crm_lead, dealflow_deal, dealflow_marketing_event, dealflow_marketing_cost")
    env.invalidate_all()
    return events


def run(env, runs=5):
    """Print seconds and queries for one event, a page and all, beside the leanest statement for the same ids."""
    events = env['dealflow.marketing.event'].search([('title', '=like', 'Bench %')], order='id desc')
    events = events or make_events(env)

    def read(size):
        domain = [('id', 'in', events[:size].ids)]
        return env['dealflow.marketing.event'].web_search_read(domain, {name: {} for name in FIELDS}, limit=size)

    print(f"{'events':>8}{'queries':>9}{'ours, s':>10}{'lean SQL, s':>13}")
    for size in (1, 80, len(events)):
        env.invalidate_all()
        before = env.cr.sql_log_count
        read(size)
        queries = env.cr.sql_log_count - before
        ours, lean = alternate(
            env, runs, lambda size=size: read(size), lambda size=size: env.cr.execute(LEAN, [events[:size].ids]),
        )
        print(f"{size:>8}{queries:>9}{ours:>10.3f}{lean:>13.3f}", flush=True)
