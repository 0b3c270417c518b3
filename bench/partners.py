"""A register of 200,000 companies, and what its screens cost there; run by hand from Odoo's shell.

>>> from odoo.addons.dealflow.bench import partners
>>> partners.run(env)
"""

from .timing import alternate

ENTITIES = 1000


def make_partners(env, count=200_000):
    """Make companies with a phone and a place by one statement; every tenth has one more number."""
    env.flush_all()
    env.cr.execute(
        """
        WITH made AS (
            INSERT INTO res_partner (
                name, complete_name, commercial_company_name, is_company, active, type, phone, city, country_id, lang,
                counterparty_role, mailing_consent, requisites_state, partner_share, color, create_uid, write_uid,
                create_date, write_date, autopost_bills)
            SELECT word || ' ' || number, word || ' ' || number, word || ' ' || number, TRUE, TRUE, 'contact',
                   '+49 30 ' || lpad(number::text, 7, '0'), 'Berlin', %(country)s, 'en_US',
                   'both', 'unknown', 'draft', TRUE, 0, %(user)s, %(user)s, now(), now(), 'ask'
              FROM (SELECT number, (ARRAY['Nordlicht', 'Acorn', 'Metallbau', 'Brightwater', 'Stahlwerk', 'Ромашка'])
                                   [1 + number %% 6] AS word
                      FROM generate_series(1, %(count)s) AS number) AS named
            RETURNING id)
        INSERT INTO dealflow_partner_phone (partner_id, kind, number, digits, sequence)
        SELECT id, 'mobile', '+49 151 ' || id, '49151' || id, 10 FROM made WHERE id %% 10 = 0
        """,
        {'count': count, 'country': env.ref('base.de').id, 'user': env.uid},
    )
    env.cr.execute("""
        UPDATE res_partner SET commercial_partner_id = id, business_partner_id = id WHERE commercial_partner_id IS NULL
    """)
    env.cr.execute("ANALYZE res_partner, dealflow_partner_phone")
    env.invalidate_all()


def make_group(env, size):
    """Return a partner that trades through ``size`` of the companies."""
    group = env['res.partner'].create(
        {'name': f"Holding of {size}", 'is_company': True, 'counterparty_role': 'partner'})
    entities = env['res.partner'].search([('name', '=like', 'Acorn %'), ('partner_link_ids', '=', False)], limit=size)
    env['dealflow.entity.link'].create([{'partner_id': group.id, 'entity_id': entity.id} for entity in entities])
    env.flush_all()
    return group


class Screens:
    """What the web client asks for when a person opens the screens of partners."""

    def __init__(self, env):
        self.partners = env['res.partner']
        self.card = self._get_specification('form', None)
        self.list = self._get_specification('list', 'dealflow.res_partner_view_list_legal_entities')
        self.plain = self._get_specification('list', 'base.view_partner_tree')

    def _get_specification(self, view_type, view):
        view_id = self.partners.env.ref(view).id if view else False
        fields = self.partners.get_views([(view_id, view_type)])['models']['res.partner']['fields']
        return {
            name: {'limit': 40, 'fields': {'display_name': {}}} if field['type'] in ('one2many', 'many2many')
            else {'fields': {'display_name': {}}} if field['type'] == 'many2one' else {}
            for name, field in fields.items()
        }

    def open_card(self, partner):
        self.partners.browse(partner.id).web_read(self.card)

    def open_list(self, domain=(), specification=None):
        self.partners.web_search_read(
            list(domain), specification or self.list, limit=80, count_limit=10001, order='complete_name')


def explain(env, domain):
    """Return the plan with which PostgreSQL answers a search."""
    query = env['res.partner']._search(domain, limit=80)
    env.cr.execute("EXPLAIN (ANALYZE, TIMING OFF) " + env.cr.mogrify(query.select()).decode())
    return '\n'.join(row[0] for row in env.cr.fetchall())


def run(env, count=200_000, runs=5):
    """Make the register unless it is there, and print seconds, queries and plans."""
    if env['res.partner'].search_count([]) < count:
        make_partners(env, count)
    small, large = make_group(env, 50), make_group(env, ENTITIES)
    screens = Screens(env)
    entity = [('counterparty_role', '!=', 'partner')]
    for name, ours, anchor in (
        ("card of 1,000 entities / of 50", lambda: screens.open_card(large), lambda: screens.open_card(small)),
        ("list of entities / Odoo's list", lambda: screens.open_list(entity),
         lambda: screens.open_list((), screens.plain)),
        ("entities of the 1,000 / of the 50", lambda: screens.open_list([('current_partner_ids', 'in', large.ids)]),
         lambda: screens.open_list([('current_partner_ids', 'in', small.ids)])),
        ("part of a name / Odoo's search", lambda: screens.open_list([('complete_name', 'ilike', 'ahlwerk 4999')]),
         lambda: screens.open_list([('complete_name', 'ilike', 'ahlwerk 4999')], screens.plain)),
        ("phone in another spelling / Odoo's search",
         lambda: screens.open_list([('phone_search', 'ilike', '030-0049 999')]),
         lambda: screens.open_list([('phone', 'ilike', '0049999')], screens.plain)),
    ):
        queries = []
        ours()
        anchor()
        for call in (ours, anchor):
            env.invalidate_all()
            before = env.cr.sql_log_count
            call()
            queries.append(env.cr.sql_log_count - before)
        seconds = alternate(env, runs, ours, anchor)
        print(f"{name:<45}{seconds[0]:>8.3f} s{seconds[1]:>8.3f} s   {queries[0]:>4} and {queries[1]:>4} queries",
              flush=True)
    for domain in ([('complete_name', 'ilike', 'ahlwerk 4999')], [('phone_search', 'ilike', '030-0049 999')]):
        print(domain, explain(env, domain), sep='\n', flush=True)
