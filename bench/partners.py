"""Compares the screens of partners and legal entities among 200,000 companies, and the totals of a group."""

from functools import partial

from .scenario import Call, Scenario
from .web_client import get_specification

# Numbers of legal entities of the large partner and of the small one; each fills a page.
LARGE, SMALL = 1000, 100

# Sales, debt, deals and the date of the first document of one partner.
TOTALS = """
    SELECT (SELECT row_to_json(figures) FROM (
                SELECT sum(amount_untaxed_signed), sum(amount_residual_signed), min(invoice_date),
                       count(*) FILTER (WHERE move_type = 'out_invoice')
                  FROM account_move
                 WHERE business_partner_id = %(partner)s AND company_id = %(company)s AND state = 'posted'
                   AND move_type IN ('out_invoice', 'out_refund')) AS figures),
           (SELECT row_to_json(figures) FROM (
                SELECT count(*), min(opened_on) FROM dealflow_deal
                 WHERE business_partner_id = %(partner)s AND company_id = %(company)s AND active) AS figures),
           (SELECT min(date_order) FROM sale_order
             WHERE business_partner_id = %(partner)s AND company_id = %(company)s AND state = 'sale')
"""


def make_groups(env):
    """Give every tenth company a second phone, and create two partners that trade through many of the companies."""
    env.cr.execute("""
        INSERT INTO dealflow_partner_phone (partner_id, kind, number, digits, sequence)
        SELECT id, 'mobile', '+49 151 ' || id, '49151' || id, 10 FROM res_partner WHERE is_company AND id % 10 = 0
    """)
    for size in (LARGE, SMALL):
        group = env['res.partner'].create(
            {
                'name': f"Holding of {size}",
                'is_company': True,
                'counterparty_role': 'partner',
            }
        )
        entities = env['res.partner'].search(
            [('name', '=like', 'Acorn %'), ('partner_link_ids', '=', False)], order='id', limit=size
        )
        env['dealflow.entity.link'].create(
            [{'partner_id': group.id, 'entity_id': entity.id, 'role': 'owns'} for entity in entities]
        )
    env.flush_all()


def get_scenarios(env):
    """Return the screens of partners next to Odoo's or a smaller partner's, and group totals next to lean SQL."""
    screens = _Screens(env)
    large, small = (
        env['res.partner'].search([('name', '=', f"Holding of {size}")], limit=1) for size in (LARGE, SMALL)
    )
    name = [('complete_name', 'ilike', 'ahlwerk 4999')]
    return [
        Scenario(scenario, budget, Call(env, ours), Call(env, anchor), repeat=2)
        for scenario, budget, ours, anchor in (
            (
                "totals of a group of 1,000 / lean SQL",
                1.5,
                partial(screens.read_totals, large),
                partial(screens.read_lean_totals, large),
            ),
            (
                "card of 1,000 entities / of 100",
                1.5,
                partial(screens.open_card, large),
                partial(screens.open_card, small),
            ),
            (
                "entities of 1,000 / of 100",
                1.5,
                partial(screens.open_entities, large),
                partial(screens.open_entities, small),
            ),
            (
                "legal entities / Odoo's contacts",
                1.0,
                partial(screens.open_list, [('counterparty_role', '!=', 'partner')]),
                partial(screens.open_plain_list, []),
            ),
            (
                "part of a name / Odoo's search",
                1.0,
                partial(screens.open_list, name),
                partial(screens.open_plain_list, name),
            ),
            (
                "phone in other spelling / Odoo's search",
                1.0,
                partial(screens.open_list, [('dealflow_phone_search', 'ilike', '030-0049 999')]),
                partial(screens.open_plain_list, [('phone', 'ilike', '0049999')]),
            ),
            (
                "number of a call / contact by its id",
                1.2,
                partial(screens.find_caller, '+49300049999'),
                partial(screens.find_by_id, screens.find_caller('+49300049999').id),
            ),
        )
    ]


class _Screens:
    """The requests of the web client when a user opens the screens of partners."""

    def __init__(self, env):
        self.env = env
        self.partners = env['res.partner']
        self.card = get_specification(self.partners, 'form')
        self.list = get_specification(self.partners, 'list', 'dealflow.res_partner_view_list_legal_entities')
        self.plain = get_specification(self.partners, 'list', 'base.view_partner_tree')

    def open_card(self, partner):
        partner.web_read(self.card)

    def open_entities(self, partner):
        self.open_list([('dealflow_current_partner_ids', 'in', partner.ids)])

    def open_list(self, domain):
        self._read(domain, self.list)

    def open_plain_list(self, domain):
        self._read(domain, self.plain)

    def _read(self, domain, specification):
        self.partners.web_search_read(domain, specification, limit=80, count_limit=10001, order='complete_name')

    def find_caller(self, number):
        """Return the contact with a number, as a ringing phone asks for it."""
        country, company = self.env.ref('base.de'), self.env.company
        contact = self.partners._dealflow_get_number_owners([number], country, company)[number]
        contact.read(['name'])
        return contact

    def find_by_id(self, contact_id):
        self.partners.sudo().search([('id', '=', contact_id)]).read(['name'])

    def read_totals(self, partner):
        partner.read(
            ['group_client_since', 'group_deal_count', 'group_average_bill', 'group_total_sales', 'group_total_due']
        )

    def read_lean_totals(self, partner):
        self.env.cr.execute(TOTALS, {'partner': partner.id, 'company': self.env.company.id})
        self.env.cr.fetchall()
