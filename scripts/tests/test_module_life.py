"""The module leaves no trace: installed, upgraded, removed."""

import os

import pytest

from frame.databases import Databases
from frame.workbench import Workbench, result

# A partner, an opportunity converted to a deal, and the confirmed order of the deal: what the company keeps.
MAKE_RECORDS = """
import json
partner = env['res.partner'].create({'name': "Kept Company", 'is_company': True})
product = env['product.product'].create({'name': "Kept Product", 'list_price': 100})
lead = env['crm.lead'].create({'name': "Kept Opportunity", 'type': 'opportunity', 'partner_id': partner.id})
lead.action_convert_to_deal({})
deal = env['dealflow.deal'].search([('lead_id', '=', lead.id)])
order = env['sale.order'].create({
    'partner_id': partner.id, 'opportunity_id': lead.id, 'deal_id': deal.id,
    'order_line': [(0, 0, {'product_id': product.id, 'product_uom_qty': 3})],
})
order.action_confirm()
env.cr.commit()
print('RESULT', json.dumps({'deal': len(deal), 'records': [partner.id, lead.id, order.id]}))
"""
# Partners are kept separate and combined in turn; in between, orders are entered in the form of each setting. Nothing
# is committed: the next chapter finds the database unchanged.
SWITCH_PARTNERS = """
import json
from odoo.tests import Form
env = env(user=env.ref('base.user_admin').id)
FIELDS = {
    'res.partner': ['name', 'counterparty_role', 'business_partner_id', 'commercial_partner_id', 'requisites_state'],
    'dealflow.entity.link': ['partner_id', 'entity_id', 'role', 'is_default', 'date_from', 'date_to'],
    'dealflow.contract': ['entity_id', 'business_partner_id', 'state'],
    'dealflow.deal': ['business_partner_id', 'legal_entity_id', 'state', 'amount'],
    'dealflow.receipt': ['business_partner_id', 'legal_entity_id', 'state', 'amount'],
    'sale.order': ['partner_id', 'business_partner_id', 'state', 'amount_total'],
    'account.move': ['partner_id', 'business_partner_id', 'state', 'amount_total'],
}

def picture():
    env.flush_all()
    env.invalidate_all()
    return {
        model: env[model].with_context(active_test=False).search([], order='id').read(names, load=None)
        for model, names in FIELDS.items()
    }

def switch(value):
    env['res.config.settings'].create({'group_dealflow_separate_partners': value}).execute()
    env.registry.clear_cache('templates')

def enter_order(separate):
    with Form(env['sale.order']) as form:
        if separate:
            form.business_partner_id = group
        else:
            form.partner_id = entity
        with form.order_line.new() as line:
            line.product_id = product
    return form.record

is_on = env.user.has_group('dealflow.group_separate_partners')
Partner = env['res.partner']
group, entity = Partner.create([
    {'name': "Kept Group", 'is_company': True, 'counterparty_role': 'partner'},
    {'name': "Kept Entity", 'is_company': True, 'counterparty_role': 'entity'},
])
env['dealflow.entity.link'].create({'partner_id': group.id, 'entity_id': entity.id, 'is_default': True})
product = env['product.product'].create({'name': "Kept Thing", 'list_price': 100})
orders = enter_order(is_on)
before = picture()
for value in (not is_on, is_on, not is_on):
    switch(value)
    orders += enter_order(value)
switch(is_on)
after = picture()
kept = all(
    [row for row in after[model] if row['id'] in {old['id'] for old in rows}] == rows for model, rows in before.items())
# The demo data has one whose prices are too low.
quotations = env['sale.order'].search([('state', '=', 'draft')])
quotations = quotations.filtered(lambda order: not order.dealflow_price_problem)
quotations.action_confirm()
env.flush_all()
print('RESULT', json.dumps({
    'is_on': is_on, 'kept': kept, 'rows': {model: len(rows) for model, rows in before.items()},
    'orders': [[order.partner_id.name, order.business_partner_id.name, order.state] for order in orders],
    'states': sorted(set(quotations.mapped('state'))),
}))
"""
# What only the module adds: columns of its own tables and of Odoo's, and tables.
BROUGHT = """
SELECT replace(field.model, '.', '_'), field.name FROM ir_model_fields AS field
    JOIN ir_model_data AS data ON data.model = 'ir.model.fields' AND data.res_id = field.id
    JOIN information_schema.columns ON table_name = replace(field.model, '.', '_') AND column_name = field.name
    GROUP BY field.id HAVING array_agg(data.module) = ARRAY['dealflow'::varchar]
UNION SELECT relation.name, NULL FROM ir_model_relation AS relation JOIN ir_module_module AS module
    ON module.id = relation.module GROUP BY relation.name HAVING array_agg(module.name) = ARRAY['dealflow'::varchar]
"""
LEFT_BEHIND = """
SELECT relname FROM pg_class WHERE relname LIKE 'dealflow%' OR relname LIKE '%dealflow_search%'
UNION SELECT proname FROM pg_proc WHERE proname LIKE 'dealflow%'
UNION SELECT table_name || '.' || column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name ~ '(^|_)deal_|requisites|business_partner'
UNION SELECT module || '.' || name FROM ir_model_data WHERE module = 'dealflow'
"""
# Every text of the database that names the module. Besides the list of modules these are database names in the channels
# of live notifications, and labels on Odoo's models, which the next upgrade of their module replaces.
NAMED = """
SELECT place FROM (
    SELECT table_name || '.' || column_name AS place, (xpath('//n/text()', query_to_xml(format(
        'SELECT count(*) AS n FROM %I WHERE %I::text ILIKE ''%%dealflow%%''', table_name, column_name
    ), false, true, '')))[1]::text::int AS count
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND data_type IN ('text', 'character varying', 'jsonb', 'json')
) AS text WHERE count > 0 AND place !~ '^(ir_module_module\\.|bus_bus\\.channel$|ir_model\\.info$)'
    AND (place <> 'ir_model_data.name' OR count > 1)
"""


@pytest.fixture(scope='module', params=[False, True], ids=['without demo data', 'with demo data'])
def life(request):
    """Return a database in which the module was just installed, and Odoo's warnings and errors."""
    with Workbench.prepare() as bench:
        name = bench.server.own(f'dealflow_life_{os.getpid()}')
        databases = Databases(bench)
        try:
            yield name, databases, databases.install(name, demo=request.param), request.param
        finally:
            databases.drop(name)


# One story in three chapters: each continues from the end of the one before.


def test_installs_without_a_complaint(life):
    name, databases, complaints, demo = life
    assert complaints == []
    loaded = databases.server.query("SELECT demo FROM ir_module_module WHERE name = 'dealflow'", database=name)
    assert loaded == [[demo]]


def test_upgrades_without_a_complaint(life):
    name, databases, *_ = life
    assert databases.upgrade(name) == []
    assert databases.is_installed(name)


def test_keeping_partners_apart_and_together_again_loses_nothing(life):
    """Off after installation, enabled by the demo data; orders of both periods are confirmed (C82, C96)."""
    name, databases, _complaints, demo = life
    outcome = result(databases.bench.run_program(name, SWITCH_PARTNERS))
    assert outcome['is_on'] is demo
    assert outcome['kept'] is True
    assert outcome['orders'] == [["Kept Entity", "Kept Group", 'sale']] * 4
    assert outcome['states'] == ['sale']
    if demo:
        assert outcome['rows']['dealflow.deal'] >= 30
        assert outcome['rows']['dealflow.entity.link'] > 1
        assert outcome['rows']['sale.order'] > 1


def test_uninstall_leaves_partners_opportunities_and_orders(life):
    name, databases, *_ = life
    made = result(databases.bench.run_program(name, MAKE_RECORDS))
    assert made['deal'] == 1
    brought = databases.server.query(BROUGHT, database=name)
    assert len(brought) > 400

    complaints = databases.uninstall(name)

    partner, lead, order = made['records']
    assert databases.server.query(
        "SELECT p.name, l.name, l.active, o.state, o.amount_untaxed::float"
        " FROM res_partner p, crm_lead l, sale_order o WHERE p.id = %s AND l.id = %s AND o.id = %s",
        [partner, lead, order],
        name,
    ) == [["Kept Company", "Kept Opportunity", True, 'sale', 300.0]]
    assert databases.server.query(LEFT_BEHIND, database=name) == []
    assert databases.server.query(NAMED, database=name) == []
    columns = databases.server.query(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION SELECT table_name, NULL FROM information_schema.tables WHERE table_schema = 'public'",
        database=name,
    )
    assert [place for place in brought if place in columns] == []
    assert complaints == []
