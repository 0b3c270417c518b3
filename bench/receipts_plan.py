"""Compares the receipts plan with the leanest SQL for the same sections, rows and filter tree, as ratios in one run.

It runs as a seller who sees everything, and as one who sees only receipts of own deals: then the statements of the
anchor have the same condition.
"""

from odoo import fields

from ..tools.receipt_sections import get_month
from .scenario import Call, Scenario
from .web_client import get_specification

BUDGET = 1.5
PAGE = 80
OWN_SELLER = 'scale_1'


def make_receipts(env, count=300_000):
    """Create ``count`` receipts of the existing deals in one statement, from two years ago until half a year ahead.

    Nineteen in twenty of those planned before three weeks ago are received. The seller ``scale_1`` is limited to own
    deals. Nothing is committed here.
    """
    env['res.users'].search([('login', '=', OWN_SELLER)]).group_ids = [
        (6, 0, (env.ref('dealflow.group_user_own') + env.ref('base.group_user')).ids),
    ]
    env.flush_all()
    env.cr.execute(
        """
        WITH deal AS (
            SELECT deal.*, row_number() OVER (ORDER BY id) - 1 AS place
              FROM dealflow_deal deal WHERE company_id = %(company)s
        ), receipt AS (
            SELECT counter, deal.*, 100 + counter %% 9000 AS planned_amount,
                   CURRENT_DATE - 730 + ((counter * 7919) %% 910)::int AS planned
              FROM generate_series(1, %(count)s::bigint) AS counter JOIN deal ON deal.place = counter %% %(deals)s
        ), settled AS (
            SELECT receipt.*,
                   CASE WHEN planned < CURRENT_DATE - 20 AND counter %% 20 <> 0 THEN 'received'
                        WHEN counter %% 31 = 0 THEN 'cancelled' ELSE 'planned' END AS receipt_state
              FROM receipt
        )
        INSERT INTO dealflow_receipt (
            name, deal_id, company_id, business_partner_id, legal_entity_id, user_id, team_id, currency_id, amount,
            amount_company, received_amount, received_amount_company, open_amount, open_amount_company,
            cancelled_amount, active, is_closed_by_loss, state, date_planned, date_planned_initial,
            date_received, date_expected, is_invoiced, invoicing, postponement_count, moved_days, slip_days,
            create_uid, write_uid, create_date, write_date)
        SELECT 'Payment ' || counter, id, company_id, business_partner_id, legal_entity_id, user_id, team_id,
               currency_id, planned_amount, planned_amount,
               CASE receipt_state WHEN 'received' THEN planned_amount ELSE 0 END,
               CASE receipt_state WHEN 'received' THEN planned_amount ELSE 0 END,
               CASE receipt_state WHEN 'planned' THEN planned_amount ELSE 0 END,
               CASE receipt_state WHEN 'planned' THEN planned_amount ELSE 0 END,
               CASE receipt_state WHEN 'cancelled' THEN planned_amount ELSE 0 END, true, false,
               receipt_state, planned, planned,
               CASE receipt_state WHEN 'received' THEN planned + 5 END,
               CASE receipt_state WHEN 'received' THEN planned + 5 ELSE planned END,
               counter %% 3 = 0, CASE WHEN counter %% 3 = 0 THEN 'yes' ELSE 'no' END, 0, 0,
               CASE receipt_state WHEN 'received' THEN 5 ELSE 0 END,
               %(user)s, %(user)s, now(), now()
          FROM settled
    """,
        {
            'count': count,
            'company': env.company.id,
            'user': env.uid,
            'deals': env['dealflow.deal']
            .with_context(active_test=False)
            .search_count([('company_id', '=', env.company.id)]),
        },
    )
    env.cr.execute("ANALYZE dealflow_receipt")
    env.invalidate_all()


def get_scenarios(env):
    """Return the requests of the receipts plan, for two users and two scopes, next to the lean statements."""
    own = env['res.users'].sudo().search([('login', '=', OWN_SELLER)])
    scenarios = []
    for whose, user_env in (("all", env), ("own", env(user=own))):
        for scope in ('open and recent', 'everything'):
            plan = _Plan(user_env, is_own=whose == "own", scope=scope)
            calls = [('sections', plan.read_sections, plan.read_lean_sections)]
            if whose == "all":
                calls.append(('page', plan.open_page, plan.open_lean_page))
                if scope == 'open and recent':
                    # The filter tree is read once, when the page opens with its first filter.
                    calls.append(('filter tree', plan.read_filter_tree, plan.read_lean_filter_tree))
            scenarios += [
                Scenario(f'receipts {name}, {whose}, {scope}', BUDGET, Call(user_env, ours), Call(user_env, anchor))
                for name, ours, anchor in calls
            ]
    return scenarios


class _Plan:
    """The requests of the web client when the receipts plan opens, and the leanest statements for the same result."""

    def __init__(self, env, is_own, scope):
        self.env = env
        self.receipts = env['dealflow.receipt']
        self.domain, self.condition = {
            'open and recent': (
                ['|', ('state', '=', 'planned'), '&', ('state', '=', 'received'), ('date_planned', '>=', '=1d')],
                "(state = 'planned' OR state = 'received' AND date_planned >= date_trunc('month', CURRENT_DATE))",
            ),
            'everything': ([], "TRUE"),
        }[scope]
        self.parameters = {'company': env.company.id, 'user': env.uid, 'page': PAGE}
        month_start, month_end = get_month(fields.Date.context_today(self.receipts))
        week_start, week_end = self.receipts._get_bucket_ranges()['week']
        self.parameters |= {'month_start': month_start, 'week': week_start, 'week_end': week_end, 'month': month_end}
        self.condition += " AND receipt.company_id = %(company)s"
        if is_own:
            self.condition += """ AND receipt.deal_id IN (
                SELECT id FROM dealflow_deal WHERE user_id = %(user)s
                 UNION SELECT deal_id FROM dealflow_deal_co_executor_rel WHERE user_id = %(user)s)"""
        self.specification = get_specification(self.receipts, 'list', 'dealflow.dealflow_receipt_view_list')

    def read_sections(self):
        self.receipts.web_read_group(self.domain, ['bucket'], ['amount_company:sum', 'amount:sum'])

    def read_lean_sections(self):
        return self._fetch(f"""
            SELECT {SECTION}, count(*), sum(amount_company), sum(amount)
              FROM dealflow_receipt receipt WHERE {self.condition} GROUP BY 1 ORDER BY 1
        """)  # noqa: S608 - the conditions are constants of this file

    def open_page(self):
        self.receipts.with_context(read_group_expand=True).web_read_group(
            self.domain,
            ['bucket'],
            ['amount_company:sum', 'amount:sum', 'received_amount:sum', 'gap:sum'],
            auto_unfold=True,
            unfold_read_specification=self.specification,
            unfold_read_default_limit=PAGE,
        )

    def open_lean_page(self):
        self.read_lean_sections()
        self._fetch(f"""
            SELECT * FROM (
                SELECT receipt.*, row_number() OVER (PARTITION BY {SECTION} ORDER BY date_planned, id) AS place
                  FROM dealflow_receipt receipt WHERE {self.condition}
            ) AS receipt
              LEFT JOIN dealflow_deal deal ON deal.id = receipt.deal_id
              LEFT JOIN res_partner partner ON partner.id = receipt.business_partner_id
              LEFT JOIN res_partner entity ON entity.id = receipt.legal_entity_id
              LEFT JOIN res_users seller ON seller.id = receipt.user_id
              LEFT JOIN res_partner seller_partner ON seller_partner.id = seller.partner_id
             WHERE place <= %(page)s
        """)  # noqa: S608 - the conditions are constants of this file

    def read_filter_tree(self):
        for name in FILTERS:
            self.receipts.search_panel_select_range(
                name,
                category_domain=[],
                search_domain=self.domain,
                enable_counters=True,
                filter_domain=[],
                expand=False,
                limit=200,
            )

    def read_lean_filter_tree(self):
        for name in FILTERS:
            self._fetch(f"""
                SELECT {name}, count(*) FROM dealflow_receipt receipt WHERE {self.condition} GROUP BY 1
            """)  # noqa: S608 - the conditions are constants of this file

    def _fetch(self, statement):
        self.env.cr.execute(statement, self.parameters)
        return self.env.cr.fetchall()


FILTERS = ['state', 'invoicing', 'user_id', 'region_id', 'business_partner_id']

SECTION = """
    CASE WHEN date_planned >= %(week)s AND date_planned < %(week_end)s THEN 3
         WHEN date_planned < %(month_start)s THEN 1
         WHEN date_planned < %(week)s THEN 2
         WHEN date_planned < %(month)s THEN 4
         ELSE 5
    END
"""
