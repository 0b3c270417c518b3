"""Fills the database in which the workplace is measured: 200,000 partners with people, and 500,000 events."""

from odoo.fields import Command

from . import company, receipts_plan, scale, screens

PARTNERS = 150_000
PEOPLE = 50_000
EVENTS = 500_000
DOCUMENTS = 20_000

# People of the first clients, two of each, who are asked for in the events.
CONTACTS = """
    INSERT INTO res_partner (
        name, complete_name, commercial_company_name, is_company, active, type, parent_id, commercial_partner_id, phone,
        email, email_normalized, function, country_id, lang, tz, partner_share, color, customer_rank, supplier_rank,
        autopost_bills, create_uid, write_uid, create_date, write_date)
    SELECT 'Person ' || number, client.name || ', Person ' || number, client.name, FALSE, TRUE, 'contact', client.id,
           client.id, '+49 40 ' || lpad(number::text, 7, '0'), 'person' || number || '@client.example.com',
           'person' || number || '@client.example.com', 'Buyer', client.country_id, 'en_US', 'UTC', TRUE, 0, 0, 0,
           'ask', %(user)s, %(user)s, now(), now()
      FROM generate_series(1, %(count)s) AS number
      JOIN (SELECT partner.*, row_number() OVER (ORDER BY id) AS place
              FROM res_partner AS partner WHERE customer_rank > 0) AS client ON client.place = (number + 1) / 2
"""
MAIN_PARTNERS = "UPDATE res_partner SET business_partner_id = commercial_partner_id WHERE business_partner_id IS NULL"
EVENT_CONTACTS = """
    UPDATE calendar_event AS event SET client_contact_id = person.id
      FROM (SELECT parent_id, min(id) AS id FROM res_partner WHERE name LIKE 'Person %%' GROUP BY parent_id) AS person
     WHERE person.parent_id = event.business_partner_id
"""


def fill(env):
    """Fill a database that has Dealflow: a company, its calendar, deals, receipts and opportunities."""
    company.fill(env, partners=PARTNERS, documents=DOCUMENTS, events=EVENTS, with_opportunities=False)
    with company.columns_of_others(env, 'res.partner'):
        env.cr.execute(CONTACTS, {'count': PEOPLE, 'user': env.uid})
    env.cr.execute(MAIN_PARTNERS)
    scale.make_deals(env, DOCUMENTS)
    scale.make_events_typed(env)
    env.cr.execute(EVENT_CONTACTS)
    screens.make_leads(env)
    receipts_plan.make_receipts(env, 3 * DOCUMENTS)
    sellers = env['res.users'].search([('login', '=like', 'scale\\__%'), ('login', '!=', company.ACCOUNTANT)])
    sellers.group_ids = [Command.link(env.ref(f'dealflow.{name}').id) for name in ('group_user_own', 'group_receipts')]
    for seller in sellers:
        seller.password = seller.login
    env.flush_all()
    env.invalidate_all()
