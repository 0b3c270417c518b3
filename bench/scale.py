"""Creates the deals of a large company with set-based SQL, with a history that follows the rules of the log.

Every row of the log starts where the previous one ended, and each deal has the values of its last row, as if users had
worked on it. Only the way of writing is faster. Nothing is committed here.
"""

from .company import ACCOUNTANT

CLIENTS = 2000
ROWS_PER_DEAL = 5


def make_sellers(env):
    """Give the employees of the company access to the deals of everybody, and return them."""
    sellers = env['res.users'].search([('login', '=like', 'scale\\__%'), ('login', '!=', ACCOUNTANT)], order='id')
    sellers.group_ids = [(4, env.ref('dealflow.group_user').id)]
    return sellers


def make_events_typed(env):
    """Give each calendar event a Dealflow type; two in three are finished once they are over."""
    env.flush_all()
    env.cr.execute(
        EVENT_TYPES,
        {
            'type': env.ref('dealflow.event_type_call_out').id,
            'planned': env.ref('dealflow.event_status_planned').id,
            'done': env.ref('dealflow.event_status_done').id,
            'clients': CLIENTS,
        },
    )
    env.cr.execute("ANALYZE calendar_event")
    env.invalidate_all()


def make_deals(env, count=100_000, years=3, funnel=None):
    """Create ``count`` deals with about five log rows each, spread over the last ``years`` years.

    :return: number of log rows created
    """
    env.flush_all()
    funnel = funnel or env.ref('dealflow.funnel_default')
    stages = funnel.stage_ids.sorted(lambda stage: (stage.sequence, stage.id))
    reasons = env['crm.lost.reason'].search([]) or env['crm.lost.reason'].create({'name': "No budget"})
    parameters = {
        'count': count,
        'years': years,
        'rows': ROWS_PER_DEAL,
        'company': env.company.id,
        'currency': env.company.currency_id.id,
        'funnel': funnel.id,
        'user': env.uid,
        'stages': stages.ids,
        'won': [stage.is_won for stage in stages],
        'probabilities': [stage.probability for stage in stages],
        'sellers': make_sellers(env).ids,
        'reasons': reasons.ids,
        'partners': env['res.partner'].search([('customer_rank', '>', 0)], order='id', limit=CLIENTS).ids,
    }
    env.flush_all()
    env.cr.execute("SELECT setseed(0.42)")
    env.cr.execute(STEPS, parameters)
    env.cr.execute("ANALYZE scale_step")
    env.cr.execute(DEALS, parameters)
    env.cr.execute(LOGS, parameters)
    rows = env.cr.rowcount
    env.cr.execute("DROP TABLE scale_step")
    env.cr.execute("ANALYZE dealflow_deal, dealflow_deal_log")
    env.invalidate_all()
    return rows


# One row for each step of each deal, with the values of the deal after it.
STEPS = """
    CREATE TEMPORARY TABLE scale_step AS
    WITH deal AS (
        SELECT nextval('dealflow_deal_id_seq') AS id,
               1 + (number * 7919) %% (2 * %(rows)s - 1) AS length,
               (number * 104729) %% 10 < 4 AS is_loser,
               1000 + round((random() * 50000)::numeric, 2) AS amount,
               now() AT TIME ZONE 'UTC' - random() * %(years)s * interval '365 days' AS opened,
               (%(sellers)s)[1 + (random() * 1000)::int %% cardinality(%(sellers)s)] AS seller,
               (%(partners)s)[1 + (random() * 100000)::int %% cardinality(%(partners)s)] AS partner
          FROM generate_series(1, %(count)s::bigint) AS number
    ), step AS (
        SELECT deal.*, place, random() AS luck,
               opened + (place - 1) * least(interval '20 days', (now() AT TIME ZONE 'UTC' - opened) / 10) AS date
          FROM deal CROSS JOIN LATERAL generate_series(1, deal.length) AS place
    ), running AS (
        SELECT step.*,
               least(
                   1 + count(*) FILTER (WHERE place > 1 AND luck < 0.75) OVER chain, cardinality(%(stages)s)
               )::int AS position,
               amount + 250 * count(*) FILTER (WHERE place > 1 AND luck BETWEEN 0.75 AND 0.88) OVER chain AS amount_now,
               opened::date + 60 + 14 * (count(*) FILTER (WHERE place > 1 AND luck > 0.88) OVER chain)::int AS deadline
          FROM step
        WINDOW chain AS (PARTITION BY id ORDER BY place)
    )
    SELECT id AS deal_id, place, date_trunc('second', date) AS date, (%(stages)s)[position] AS stage_id,
           seller, partner, deadline, opened, length, amount_now AS amount,
           (%(probabilities)s::float[])[position] AS probability,
           CASE WHEN (%(won)s)[position] THEN 'won'
                WHEN is_loser AND place = length AND place > 1 THEN 'lost' ELSE 'open' END AS state,
           (%(reasons)s)[1 + (id %% cardinality(%(reasons)s))] AS reason
      FROM running
"""

DEALS = """
    INSERT INTO dealflow_deal (
        id, name, number, active, company_id, priority, business_partner_id, legal_entity_id, user_id, currency_id,
        funnel_id, stage_id, state, amount, amount_company, probability, weighted_amount, lost_reason_id,
        opened_on, closed_on,
        expected_close_date, date_last_stage_update, meets_requirements, create_uid, write_uid, create_date, write_date)
    SELECT deal_id, 'Deal ' || deal_id, 'S' || deal_id, TRUE, %(company)s, '0', partner, partner, seller, %(currency)s,
           %(funnel)s, stage_id, state, amount, amount,
           CASE state WHEN 'won' THEN 100 WHEN 'lost' THEN 0 ELSE probability END,
           round((amount * CASE state WHEN 'won' THEN 100 WHEN 'lost' THEN 0 ELSE probability END / 100)::numeric, 2),
           CASE state WHEN 'lost' THEN reason END, opened::date, CASE WHEN state <> 'open' THEN date::date END,
           deadline, date, TRUE, %(user)s, %(user)s, opened, date
      FROM scale_step
     WHERE place = length
"""

# Ordered by time, because a real log mixes the rows of many deals.
LOGS = """
    INSERT INTO dealflow_deal_log (
        deal_id, company_id, user_id, date, kind, stage_from_id, stage_to_id, state_from, state_to, currency_id,
        amount_from, amount_to, amount_company_from, amount_company_to, deadline_from, deadline_to,
        owner_from_id, owner_to_id, lost_reason_id, comment, short_status, is_override,
        create_uid, write_uid, create_date, write_date)
    SELECT deal_id, %(company)s, seller, date,
           CASE WHEN place = 1 THEN 'open'
                WHEN state <> lag(state) OVER chain THEN CASE state WHEN 'won' THEN 'win' ELSE 'lose' END
                WHEN stage_id <> lag(stage_id) OVER chain THEN 'move'
                WHEN amount <> lag(amount) OVER chain THEN 'amount'
                ELSE 'deadline' END,
           lag(stage_id) OVER chain, stage_id, lag(state) OVER chain, state, %(currency)s,
           COALESCE(lag(amount) OVER chain, 0), amount, COALESCE(lag(amount) OVER chain, 0), amount,
           lag(deadline) OVER chain, deadline, lag(seller) OVER chain, seller,
           CASE state WHEN 'lost' THEN reason END, CASE WHEN place %% 4 <> 0 THEN 'Talked about step ' || place END,
           'Step ' || place, FALSE, %(user)s, %(user)s, date, date
      FROM scale_step
    WINDOW chain AS (PARTITION BY deal_id ORDER BY place)
     ORDER BY date, deal_id, place
"""

EVENT_TYPES = """
    UPDATE calendar_event event
       SET event_type_id = %(type)s, crm_priority = '1', business_partner_id = client.id,
           event_status_id = CASE WHEN stop < now() AT TIME ZONE 'UTC' AND event.id %% 3 > 0
                                  THEN %(done)s ELSE %(planned)s END
      FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
              FROM (SELECT id FROM res_partner WHERE customer_rank > 0 ORDER BY id LIMIT %(clients)s) AS first
           ) AS client
     WHERE client.place = event.id %% %(clients)s AND event.name LIKE 'Scale event %%'
"""
