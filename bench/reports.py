"""Compares the funnel and the dynamics with the leanest SQL for the same figures, as ratios in one run.

The lean statements support one company and one currency, without access rights and filters; they compute each figure
that the reports take from the log.
"""

from datetime import date, timedelta
from functools import partial

from .scenario import Call, Scenario

BUDGET = 1.5

FUNNEL = """
    WITH deal AS MATERIALIZED (
        SELECT id, stage_id, state, lost_reason_id, amount_company FROM dealflow_deal
         WHERE active AND company_id = %(company)s AND opened_on BETWEEN %(first)s AND %(last)s
    ), step AS MATERIALIZED (
        SELECT deal_id, stage_to_id, stage_from_id, state_from,
               log.date - lag(date) OVER (PARTITION BY deal_id ORDER BY log.date, log.id) AS stay
          FROM dealflow_deal_log log JOIN deal ON deal.id = log.deal_id
         WHERE stage_from_id IS DISTINCT FROM stage_to_id OR state_from IS DISTINCT FROM state_to
    ), highest AS (
        SELECT deal_id, max(stage.sequence) AS highest
          FROM step JOIN dealflow_stage stage ON stage.id = step.stage_to_id
         GROUP BY deal_id
    )
    SELECT highest, stage_id, state, lost_reason_id, count(*), sum(amount_company), NULL
      FROM deal JOIN highest ON highest.deal_id = deal.id
     GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT NULL, stage_from_id, NULL, NULL, NULL, NULL,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay))
      FROM step
     WHERE stay IS NOT NULL AND state_from <> 'lost'
     GROUP BY stage_from_id
"""

MOVED = """
    WITH moved AS MATERIALIZED (
        SELECT DISTINCT deal_id
          FROM dealflow_deal_log log JOIN dealflow_deal deal ON deal.id = log.deal_id AND deal.active
         WHERE log.company_id = %(company)s AND date >= %(start)s AND date < %(stop)s
           AND (stage_from_id IS DISTINCT FROM stage_to_id OR state_from IS DISTINCT FROM state_to)
    ), step AS MATERIALIZED (
        SELECT log.deal_id, log.id, log.date, stage_from_id, stage_to_id, state_from, state_to, lost_reason_id,
               amount_company_to, log.date - lag(date) OVER (PARTITION BY log.deal_id ORDER BY log.date, log.id) AS stay
          FROM dealflow_deal_log log JOIN moved ON moved.deal_id = log.deal_id
         WHERE date < %(stop)s
           AND (stage_from_id IS DISTINCT FROM stage_to_id OR state_from IS DISTINCT FROM state_to)
    ), way AS (
        SELECT DISTINCT ON (deal_id) deal_id, stage_to_id, state_to, step.lost_reason_id, amount_company_to,
               min(source.sequence) OVER (PARTITION BY deal_id) AS lowest,
               max(target.sequence) OVER (PARTITION BY deal_id) AS highest
          FROM step JOIN dealflow_stage target ON target.id = stage_to_id
          LEFT JOIN dealflow_stage source ON source.id = stage_from_id
         WHERE step.date >= %(start)s
         ORDER BY deal_id, step.date DESC, step.id DESC
    )
    SELECT lowest, highest, stage_to_id, state_to, lost_reason_id, count(*), sum(amount_company_to), NULL
      FROM way
     GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT NULL, NULL, stage_from_id, NULL, NULL, NULL, NULL,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay))
      FROM step
     WHERE stay IS NOT NULL AND state_from <> 'lost' AND date >= %(start)s
     GROUP BY stage_from_id
"""

DYNAMICS = """
    WITH head AS (
        SELECT log.* FROM dealflow_deal deal CROSS JOIN LATERAL (
            SELECT * FROM dealflow_deal_log log WHERE log.deal_id = deal.id AND date < %(start)s
             ORDER BY date DESC, id DESC LIMIT 1) AS log
         WHERE deal.active AND deal.company_id = %(company)s
    ), chain AS MATERIALIZED (
        SELECT row.*, lag(state_to) OVER w AS state_before, lag(amount_company_to) OVER w AS amount_before,
               lag(deadline_to) OVER w AS deadline_before, lead(id) OVER w IS NULL AS is_last
          FROM (
            SELECT id, deal_id, date, stage_to_id, state_to, amount_company_to, deadline_to, comment FROM head
            UNION ALL
            SELECT log.id, deal_id, date, stage_to_id, state_to, amount_company_to, deadline_to, comment
              FROM dealflow_deal_log log JOIN dealflow_deal deal ON deal.id = log.deal_id AND deal.active
             WHERE log.company_id = %(company)s AND date >= %(start)s AND date < %(stop)s
          ) AS row
        WINDOW w AS (PARTITION BY deal_id ORDER BY date, id)
    ), movement AS (
        SELECT count(*) FILTER (WHERE state_before IS NULL), sum(amount_company_to) FILTER (WHERE state_before IS NULL),
               sum(amount_company_to - amount_before) FILTER (
                   WHERE state_before = 'open' AND amount_company_to > amount_before),
               sum(amount_company_to - amount_before) FILTER (
                   WHERE state_before = 'open' AND amount_company_to < amount_before),
               sum(amount_company_to) FILTER (WHERE state_to = 'won' AND state_before IS DISTINCT FROM 'won'),
               sum(amount_company_to) FILTER (WHERE state_to = 'lost' AND state_before IS DISTINCT FROM 'lost'),
               sum(amount_company_to) FILTER (WHERE state_to = 'open' AND state_before <> 'open'),
               count(*) FILTER (WHERE deadline_to < deadline_before),
               count(*) FILTER (WHERE deadline_to > deadline_before),
               count(*) FILTER (WHERE comment <> '')
          FROM chain WHERE date >= %(start)s
    ), matrix AS (
        SELECT head.stage_to_id, head.state_to, last.stage_to_id, last.state_to, count(*), sum(last.amount_company_to),
               sum(head.amount_company_to)
          FROM chain last LEFT JOIN head ON head.deal_id = last.deal_id
         WHERE last.is_last
         GROUP BY 1, 2, 3, 4
    )
    SELECT (SELECT json_agg(matrix) FROM matrix), (SELECT json_agg(movement) FROM movement)
"""


def get_scenarios(env):
    """Return each report over three periods, next to lean SQL."""
    last = date.today()
    scenarios = []
    for label, days in (("month", 30), ("year", 365), ("everything", 1500)):
        first = last - timedelta(days=days)
        options = {'date_from': str(first), 'date_to': str(last)}
        parameters = {
            'company': env.company.id,
            'first': first,
            'last': last,
            'start': first,
            'stop': last + timedelta(days=1),
        }
        for name, model, more, statement in (
            ("funnel", 'dealflow.sales.funnel', {}, FUNNEL),
            ("funnel by moves", 'dealflow.sales.funnel', {'basis': 'moved'}, MOVED),
            ("dynamics", 'dealflow.deal.dynamics', {}, DYNAMICS),
        ):
            scenarios.append(
                Scenario(
                    f"{name}, {label}",
                    BUDGET,
                    Call(env, partial(env[model].get_data, options | more)),
                    Call(env, partial(_fetch, env, statement, parameters)),
                )
            )
    return scenarios


def _fetch(env, statement, parameters):
    # As in the reports: the lean statement gets every advantage.
    env.cr.execute("SET LOCAL jit = off")
    env.cr.execute(statement, parameters)
    return env.cr.fetchall()
