"""Compares the history of a client with 10,000 entries with the same history without access checks.

The anchor is one statement for the page and one for the count, which treat every document as readable.
"""

from contextlib import contextmanager, nullcontext
from functools import partial

from odoo import models
from odoo.tools import SQL

from .receipts_plan import OWN_SELLER
from .scenario import Call, Scenario
from .web_client import get_specification

MESSAGES, DEALS = 6_000, 500
PAGE = 80
BUDGET = 1.2


def get_scenarios(env):
    """Return the first page for a seller with access to all deals and for one limited to own deals; commits nothing."""
    client = env['res.partner'].sudo().create({'name': "Client with a long history", 'is_company': True})
    env.flush_all()
    _make_entries(env, client)
    own = env['res.users'].sudo().search([('login', '=', OWN_SELLER)])
    scenarios = []
    for whose, user_env in (("all", env), ("own", env(user=own))):
        page = _Page(user_env, client)
        scenarios.append(
            Scenario(
                f"history of 10,000 entries, {whose} / without rights",
                BUDGET,
                Call(user_env, page.open),
                Call(user_env, partial(page.open, is_unguarded=True)),
                repeat=4,
            )
        )
    return scenarios


def _make_entries(env, client):
    env.cr.execute(
        """
        INSERT INTO mail_message (model, res_id, message_type, date, author_id, create_uid, create_date)
        SELECT 'res.partner', %(client)s, 'comment', now() AT TIME ZONE 'UTC' - number * interval '1 hour',
               %(author)s, 2, now() AT TIME ZONE 'UTC'
          FROM generate_series(1, %(messages)s) AS number
        """,
        {'client': client.id, 'messages': MESSAGES, 'author': env.user.partner_id.id},
    )
    for table in ('dealflow_deal', 'dealflow_receipt'):
        env.cr.execute(
            SQL(
                """UPDATE %s SET legal_entity_id = %s, business_partner_id = %s
                    WHERE %s IN (SELECT id FROM dealflow_deal ORDER BY id LIMIT %s)""",
                SQL.identifier(table),
                client.id,
                client.id,
                SQL.identifier('id' if table == 'dealflow_deal' else 'deal_id'),
                DEALS,
            )
        )
    env.invalidate_all()


class _Page:
    """The first page of the history of one client, as one seller opens it."""

    def __init__(self, env, client):
        self.history = env['dealflow.history']
        self.domain = client.with_env(env).action_dealflow_view_history()['domain']
        self.specification = get_specification(self.history, 'list')

    def open(self, is_unguarded=False):
        with self._without_guards() if is_unguarded else nullcontext():
            self.history.web_search_read(self.domain, self.specification, limit=PAGE, count_limit=10_001)

    @contextmanager
    def _without_guards(self):
        model = type(self.history)
        names = {name: getattr(models.BaseModel, name) for name in ('search_fetch', 'search_count', 'fetch')}
        names['_get_reader'] = lambda _self, _model: lambda *_args: (SQL(), None)
        for name, function in names.items():
            setattr(model, name, function)
        try:
            yield
        finally:
            for name in names:
                delattr(model, name)
