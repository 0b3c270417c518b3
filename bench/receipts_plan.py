"""Measures the receipts plan at scale against the leanest SQL for the same groups.

Run in ``scripts/shell``: ``from odoo.addons.dealflow.bench.receipts_plan import measure; measure(env)``. Everything
happens in one transaction that is rolled back at the end.
"""

import time

# What the page asks for: the sections with their counts and sums, and the first rows of each.
COLUMNS = ['name', 'state', 'date_planned', 'amount', 'is_overdue', 'bucket', 'is_invoiced', 'postponement_count']
LINKS = ['deal_id', 'business_partner_id', 'user_id', 'currency_id', 'company_currency_id']


def fill(env, receipts=300_000, deals=30_000):
    """Write deals and receipts straight into the tables: two years back, half a year ahead."""
    model = env['dealflow.deal'].create({'name': "Model of the bench", 'amount': 1000, 'opened_on': '2020-01-01'})
    env['dealflow.receipt'].create(
        {'name': "Model", 'deal_id': model.id, 'date_planned': '2030-01-01', 'amount': 1},
    )
    env.flush_all()
    cr = env.cr
    for table, size in (('dealflow_deal', deals), ('dealflow_receipt', receipts)):
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'", [table],
        )
        columns = [row[0] for row in cr.fetchall()]
        day = "CURRENT_DATE - 730 + (random() * 910)::int"
        values = {
            'dealflow_deal': {'name': "'Deal ' || counter", 'number': "'B' || counter"},
            'dealflow_receipt': {
                'name': "'Payment ' || counter", 'amount': "amounts.amount", 'amount_company': "amounts.amount",
                'deal_id': f"(SELECT MIN(id) FROM bench_deal) + counter %% {deals}",
                'date_planned': "days.planned", 'date_planned_initial': "days.planned", 'date_expected': "days.planned",
                'state': "CASE WHEN days.planned < CURRENT_DATE - 20 AND counter %% 20 != 0 THEN 'received' "
                         "WHEN counter %% 31 = 0 THEN 'cancelled' ELSE 'planned' END",
                'date_received': "CASE WHEN days.planned < CURRENT_DATE - 20 AND counter %% 20 != 0 "
                                 "THEN days.planned + 5 END",
            },
        }[table]
        names = ', '.join(f'"{column}"' for column in columns)
        source = ', '.join(values.get(column, f'model."{column}"') for column in columns)
        cr.execute(f"""
            INSERT INTO {table} ({names})
            SELECT {source}
              FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT 1) AS model
        CROSS JOIN generate_series(1, %s) AS series(counter)
        CROSS JOIN LATERAL (SELECT {day} + counter * 0 AS planned) AS days
        CROSS JOIN LATERAL (SELECT (100 + counter %% 9000)::numeric AS amount) AS amounts
        """, [size])  # noqa: S608 - names of our own tables
        if table == 'dealflow_deal':
            cr.execute(
                "CREATE TEMP TABLE bench_deal ON COMMIT DROP AS SELECT id FROM dealflow_deal WHERE id > %s", [model.id],
            )
        cr.execute(f"ANALYZE {table}")
    env.invalidate_all()


def best_of(function, times=5):
    """Return the shortest of several runs in milliseconds."""
    best = None
    for _run in range(times):
        start = time.perf_counter()
        function()
        spent = (time.perf_counter() - start) * 1000
        best = spent if best is None else min(best, spent)
    return best


def measure(env, receipts=300_000):
    """Print the times of the page and of its leanest SQL, and return the ratios."""
    try:
        return _measure(env, receipts)
    finally:
        env.cr.rollback()


def _measure(env, receipts):
    fill(env, receipts)
    model = env['dealflow.receipt']
    month, week, week_end, month_end = model._get_bucket_bounds()
    ratios = {}
    for title, domain, where in (
        ("open and recent", ['|', ('state', '=', 'planned'), ('date_planned', '>=', month)],
         f"(state = 'planned' OR date_planned >= '{month}')"),
        ("everything", [], "TRUE"),
    ):
        lean = f"""
            SELECT CASE WHEN date_planned >= '{week}' AND date_planned < '{week_end}' THEN 3
                        WHEN date_planned < '{month}' THEN 1
                        WHEN date_planned < '{week}' THEN 2
                        WHEN date_planned < '{month_end}' THEN 4
                        ELSE 5
                   END, COUNT(*), SUM(amount_company)
              FROM dealflow_receipt
             WHERE {where} AND company_id IN ({env.company.id})
          GROUP BY 1 ORDER BY 1
        """  # noqa: S608 - dates and numbers of our own

        def run_lean(lean=lean):
            env.cr.execute(lean)
            env.cr.fetchall()

        def run_groups(domain=domain):
            env.invalidate_all()
            model.web_read_group(domain, ['bucket'], ['amount_company:sum'])

        def run_page(domain=domain):
            env.invalidate_all()
            model.with_context(read_group_expand=True).web_read_group(
                domain, ['bucket'], ['amount_company:sum', 'amount:sum'], auto_unfold=True,
                unfold_read_specification={name: {} for name in COLUMNS}
                | {name: {'fields': {'display_name': {}}} for name in LINKS},
            )

        lean_time, groups_time, page_time = best_of(run_lean), best_of(run_groups), best_of(run_page)
        ratios[title] = groups_time / lean_time
        print(f"{title}: leanest SQL {lean_time:.0f} ms, sections {groups_time:.0f} ms "
              f"({groups_time / lean_time:.2f}x), page with 5 x 80 rows {page_time:.0f} ms")
    start = time.perf_counter()
    env['dealflow.receipt.habit']._refresh()
    print(f"habits and likely dates of {receipts} receipts: {time.perf_counter() - start:.1f} s")
    return ratios
