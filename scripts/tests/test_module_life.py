"""The module comes and goes without leaving a trace: installed, upgraded, removed."""

import json
import os

import pytest

from frame.databases import Databases
from frame.workbench import Workbench

# A partner, an opportunity that became a deal, and the deal's confirmed order: what the company keeps without us.
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
LEFT_BEHIND = """
SELECT relname FROM pg_class WHERE relname LIKE 'dealflow%'
UNION SELECT table_name || '.' || column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name ~ '(^|_)deal_|requisites|business_partner'
UNION SELECT module || '.' || name FROM ir_model_data WHERE module = 'dealflow'
"""


def result(output):
    """What a program in Odoo's shell printed as its result."""
    line = next(line for line in output.splitlines() if 'RESULT ' in line)
    return json.loads(line.split('RESULT ', 1)[1])


@pytest.fixture(scope='module', params=[False, True], ids=['without demo data', 'with demo data'])
def life(request):
    """A database in which the module was just installed, and what Odoo complained about while it was."""
    name = f'dealflow_life_{os.getpid()}'
    with Workbench.prepare() as bench:
        databases = Databases(bench)
        try:
            yield name, databases, databases.install(name, demo=request.param), request.param
        finally:
            databases.drop(name)


# One story in three chapters: each goes on where the one before it ended.

def test_installs_without_a_complaint(life):
    name, databases, complaints, demo = life
    assert complaints == []
    loaded = databases.server.query("SELECT demo FROM ir_module_module WHERE name = 'dealflow'", database=name)
    assert loaded == [[demo]]


def test_upgrades_without_a_complaint(life):
    name, databases, *_ = life
    assert databases.upgrade(name) == []
    assert databases.is_installed(name)


def test_uninstall_leaves_partners_opportunities_and_orders(life):
    name, databases, *_ = life
    made = result(databases.bench.run_program(name, MAKE_RECORDS))
    assert made['deal'] == 1

    complaints = databases.uninstall(name)

    partner, lead, order = made['records']
    assert databases.server.query(
        "SELECT p.name, l.name, l.active, o.state, o.amount_untaxed::float"
        " FROM res_partner p, crm_lead l, sale_order o WHERE p.id = %s AND l.id = %s AND o.id = %s",
        [partner, lead, order], name) == [["Kept Company", "Kept Opportunity", True, 'sale', 300.0]]
    assert databases.server.query(LEFT_BEHIND, database=name) == []
    assert complaints == []
