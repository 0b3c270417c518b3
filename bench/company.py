"""Creates the Odoo data of a company with set-based SQL: partners, orders, invoices and a calendar.

It does not know Dealflow: the database is filled before the module is installed, so that a copy without the module has
the same data. Every document is complete and its totals are correct, as if users had entered it. Nothing is committed
here.
"""

from contextlib import contextmanager

from odoo.tools import SQL

EMPLOYEES = 40
ACCOUNTANT = 'scale_accountant'


def fill(env, partners, documents, events, with_opportunities=True):
    """Create employees, ``partners`` companies, as many orders as invoices and opportunities, and calendar events."""
    employees = make_employees(env)
    make_partners(env, partners)
    parameters = _get_accounting(env) | {
        'user': env.uid,
        'company': env.company.id,
        'currency': env.company.currency_id.id,
        'count': documents,
        'employees': employees.ids,
        'people': employees.partner_id.ids,
        'team': env['crm.team'].search([], limit=1).id,
        'partners': partners,
        'events': events,
    }
    env.flush_all()
    models = ('sale.order', 'sale.order.line', 'account.move', 'account.move.line', 'crm.lead', 'calendar.event')
    with columns_of_others(env, *models):
        opportunities = [OPPORTUNITIES] if with_opportunities else []
        statements = ORDERS, ORDER_LINES, INVOICES, INVOICE_LINES, *opportunities, EVENTS, EVENT_PEOPLE, ATTENDEES
        for statement in statements:
            env.cr.execute(statement, parameters)
    env.cr.execute("ANALYZE")
    env.invalidate_all()


@contextmanager
def columns_of_others(env, *models):
    """Set database defaults for required columns of other apps, with the values that Odoo would use."""
    given = []
    for model in map(env.__getitem__, models):
        env.cr.execute(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL""",
            [model._table],
        )
        names = [name for (name,) in env.cr.fetchall() if name in model._fields]
        for name, value in model.default_get(names).items():
            column = SQL.identifier(model._table), SQL.identifier(name)
            env.cr.execute(SQL("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", *column, value))
            given.append(column)
    yield
    for column in given:
        env.cr.execute(SQL("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", *column))


def make_employees(env):
    """Create salespeople with access to all sales documents, and an accountant who creates invoices."""
    groups = env.ref('sales_team.group_sale_salesman_all_leads') + env.ref('base.group_partner_manager')
    common = {'company_id': env.company.id, 'company_ids': [(6, 0, env.company.ids)], 'tz': 'UTC'}
    users = env['res.users'].with_context(no_reset_password=True)
    users.create(
        {
            **common,
            'name': "Accountant",
            'login': ACCOUNTANT,
            'email': 'accountant@example.com',
            'group_ids': [
                (4, env.ref('account.group_account_invoice').id),
                (4, env.ref('base.group_partner_manager').id),
            ],
        }
    )
    return users.create(
        [
            {
                **common,
                'name': f"Seller {index}",
                'login': f'scale_{index}',
                'email': f'seller{index}@example.com',
                'group_ids': [(4, group.id) for group in groups],
            }
            for index in range(EMPLOYEES)
        ]
    )


def make_partners(env, count):
    """Create companies with a phone and an address in one statement."""
    env.flush_all()
    with columns_of_others(env, 'res.partner'):
        env.cr.execute(PARTNERS, {'count': count, 'country': env.ref('base.de').id, 'user': env.uid})
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
    env.cr.execute("ANALYZE res_partner")
    env.invalidate_all()


def _get_accounting(env):
    """Return the accounts, the journal and the product of all documents, in a company with a chart of accounts."""
    company = env.company
    if not company.chart_template:
        env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
    accounts = env['account.account'].with_company(company)
    product = env['product.product'].create(
        {
            'name': "Scale Product",
            'type': 'service',
            'invoice_policy': 'order',
            'list_price': 100,
            'taxes_id': False,
        }
    )
    return {
        'journal': env['account.journal'].search([('type', '=', 'sale')], limit=1).id,
        'receivable': accounts.search([('account_type', '=', 'asset_receivable')], limit=1).id,
        'income': accounts.search([('account_type', '=', 'income')], limit=1).id,
        'product': product.id,
        'unit': product.uom_id.id,
    }


PARTNERS = """
    INSERT INTO res_partner (
        name, complete_name, commercial_company_name, is_company, active, type, phone, phone_sanitized, email,
        email_normalized, city, country_id, lang, tz, partner_share, color, customer_rank, supplier_rank,
        autopost_bills, create_uid, write_uid, create_date, write_date)
    SELECT word || ' ' || number, word || ' ' || number, word || ' ' || number, TRUE, TRUE, 'contact',
           '+49 30 ' || lpad(number::text, 7, '0'), '+4930' || lpad(number::text, 7, '0'),
           'office@client' || number || '.example.com', 'office@client' || number || '.example.com',
           'Berlin', %(country)s, 'en_US', 'UTC', TRUE, 0, 1, 0, 'ask', %(user)s, %(user)s, now(), now()
      FROM (SELECT number, (ARRAY['Nordlicht', 'Acorn', 'Metallbau', 'Brightwater', 'Stahlwerk', 'Ромашка'])
                           [1 + number %% 6] AS word
              FROM generate_series(1, %(count)s) AS number) AS named
"""

# Documents of three years, each for one of the companies.
DOCUMENTS = """
    WITH company AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM res_partner WHERE name ~ '^[^ ]+ [0-9]+$'
    ), document AS (
        SELECT number, company.id AS partner, 100 + (number * 7919) %% 9900 AS amount,
               CURRENT_DATE - 1095 + (number * 1095 / %(count)s)::int AS day,
               (%(employees)s)[1 + number %% cardinality(%(employees)s)] AS seller
          FROM generate_series(1, %(count)s::bigint) AS number
          JOIN company ON company.place = (number * 104729) %% %(partners)s
    )
"""

ORDERS = (
    DOCUMENTS
    + """
    INSERT INTO sale_order (
        name, state, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id, currency_rate,
        user_id, team_id, date_order, amount_untaxed, amount_tax, amount_total, invoice_status, locked,
        require_signature, require_payment, prepayment_percent, create_uid, write_uid, create_date, write_date)
    SELECT 'SCALE' || number, 'sale', %(company)s, partner, partner, partner, %(currency)s, 1, seller, %(team)s, day,
           amount, 0, amount, 'to invoice', FALSE, FALSE, FALSE, 1, %(user)s, %(user)s, day, day
      FROM document
     ORDER BY number
"""
)

ORDER_LINES = """
    INSERT INTO sale_order_line (
        order_id, sequence, company_id, currency_id, order_partner_id, salesman_id, product_id, product_uom_id, state,
        qty_delivered_method, invoice_status, name, product_uom_qty, price_unit, technical_price_unit, discount,
        price_subtotal, price_tax, price_total, price_reduce_taxexcl, price_reduce_taxinc, qty_delivered, qty_invoiced,
        qty_to_invoice, untaxed_amount_invoiced, untaxed_amount_to_invoice, is_downpayment, is_expense, customer_lead,
        create_uid, write_uid, create_date, write_date)
    SELECT id, 10, company_id, currency_id, partner_id, user_id, %(product)s, %(unit)s, 'sale', 'manual', 'to invoice',
           'Scale Product', 1, amount_total, amount_total, 0, amount_total, 0, amount_total, amount_total, amount_total,
           0, 0, 1, 0, amount_total, FALSE, FALSE, 0, create_uid, write_uid, create_date, write_date
      FROM sale_order WHERE name LIKE 'SCALE%%'
"""

INVOICES = (
    DOCUMENTS
    + """
    INSERT INTO account_move (
        name, sequence_prefix, sequence_number, state, move_type, auto_post, journal_id, company_id, currency_id,
        partner_id, commercial_partner_id, partner_shipping_id, invoice_partner_display_name, invoice_user_id, team_id,
        date, invoice_date, invoice_date_due, payment_state, payment_reference, invoice_currency_rate,
        amount_untaxed, amount_tax, amount_total, amount_residual, amount_untaxed_signed,
        amount_untaxed_in_currency_signed, amount_tax_signed, amount_total_signed, amount_total_in_currency_signed,
        amount_residual_signed, always_tax_exigible, checked, posted_before, made_sequence_gap, is_manually_modified,
        is_move_sent, create_uid, write_uid, create_date, write_date)
    SELECT prefix || lpad(place::text, 5, '0'), prefix, place, 'posted', 'out_invoice', 'no', %(journal)s, %(company)s,
           %(currency)s, partner, partner, partner, res_partner.name, seller, %(team)s, day, day, day + 30, 'not_paid',
           prefix || lpad(place::text, 5, '0'), 1, amount, 0, amount, amount, amount, amount, 0, amount, amount, amount,
           TRUE, TRUE, TRUE, FALSE, FALSE, TRUE, %(user)s, %(user)s, day, day
      FROM (SELECT document.*, 'INV/' || extract(year FROM day) || '/' AS prefix,
                   row_number() OVER (PARTITION BY extract(year FROM day) ORDER BY number) AS place
              FROM document) AS invoice
      JOIN res_partner ON res_partner.id = partner
     ORDER BY number
"""
)

# The product line, and the receivable of the client.
INVOICE_LINES = """
    INSERT INTO account_move_line (
        move_id, journal_id, company_id, company_currency_id, currency_id, sequence, account_id, partner_id, product_id,
        product_uom_id, move_name, parent_state, name, display_type, date, invoice_date, date_maturity, debit, credit,
        balance, amount_currency, amount_residual, amount_residual_currency, quantity, price_unit, price_subtotal,
        price_total, discount, is_storno, reconciled, deductible_amount, create_uid, write_uid, create_date, write_date)
    SELECT id, journal_id, company_id, currency_id, currency_id, 100, %(income)s, partner_id, %(product)s, %(unit)s,
           name, state, 'Scale Product', 'product', date, invoice_date, NULL, 0, amount_total, -amount_total,
           -amount_total, 0, 0, 1, amount_total, amount_total, amount_total, 0, FALSE, FALSE, 100,
           create_uid, write_uid, create_date, write_date
      FROM account_move WHERE move_type = 'out_invoice'
    UNION ALL
    SELECT id, journal_id, company_id, currency_id, currency_id, 10000, %(receivable)s, partner_id, NULL, NULL,
           name, state, NULL, 'payment_term', date, invoice_date, invoice_date_due, amount_total, 0, amount_total,
           amount_total, amount_total, amount_total, NULL, NULL, 0, 0, 0, FALSE, FALSE, 100,
           create_uid, write_uid, create_date, write_date
      FROM account_move WHERE move_type = 'out_invoice'
"""

# From two and a half years ago until half a year ahead, between 8:00 and 16:00.
EVENTS = """
    INSERT INTO calendar_event (
        name, start, stop, duration, user_id, active, show_as, allday, create_uid, write_uid, create_date, write_date)
    SELECT 'Scale event ' || number, start, start + interval '1 hour', 1, seller, TRUE, 'busy', FALSE, seller, seller,
           least(start, now() AT TIME ZONE 'UTC'), least(start, now() AT TIME ZONE 'UTC')
      FROM (SELECT number, (%(employees)s)[1 + number %% cardinality(%(employees)s)] AS seller,
                   CURRENT_DATE - 912 + ((number * 7919) %% 1095)::int
                   + interval '1 hour' * (8 + (number / 1095) %% 9) AS start
              FROM generate_series(1, %(events)s::bigint) AS number) AS event
     ORDER BY number
"""

EVENT_PEOPLE = """
    INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
    SELECT event.id, res_users.partner_id
      FROM calendar_event event JOIN res_users ON res_users.id = event.user_id
     WHERE event.name LIKE 'Scale event %%'
"""

ATTENDEES = """
    INSERT INTO calendar_attendee (
        event_id, partner_id, common_name, state, availability, access_token, create_uid, write_uid, create_date,
        write_date)
    SELECT event.id, res_partner.id, res_partner.name, 'accepted', 'busy', md5(event.id::text), event.user_id,
           event.user_id, event.create_date, event.create_date
      FROM calendar_event event
      JOIN res_users ON res_users.id = event.user_id
      JOIN res_partner ON res_partner.id = res_users.partner_id
     WHERE event.name LIKE 'Scale event %%'
"""

# In the database with the module, opportunities that match its deals replace these.
OPPORTUNITIES = """
    INSERT INTO crm_lead (
        name, type, active, company_id, user_id, partner_id, stage_id, priority, probability, automated_probability,
        expected_revenue, won_status, create_date, write_date, create_uid, write_uid
    )
    SELECT 'Opportunity ' || number, 'opportunity', TRUE, %(company)s,
           (%(employees)s)[1 + number %% cardinality(%(employees)s)], client.id,
           (SELECT id FROM crm_stage WHERE is_won IS NOT TRUE ORDER BY sequence, id LIMIT 1), '0', 10, 10, 1000,
           'pending', now(), now(), %(user)s, %(user)s
      FROM generate_series(1, %(count)s) AS number
      JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM res_partner WHERE customer_rank > 0) AS client
        ON client.place = 1 + number %% %(partners)s
"""
