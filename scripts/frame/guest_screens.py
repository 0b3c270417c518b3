"""Opens the everyday screens as users of each role, with the calls of the web client; runs in Odoo's shell.

Runs with Dealflow and without, so that a failure on both sides is known not to be ours. ``SETTINGS`` is put before this
source: the path of ``web_client``, the ``roles`` with their groups, and the ``guests``. Nothing is committed. Every
refused or failed call is printed, with the guests involved in it.
"""

import importlib.util
import json
import re
import traceback
from datetime import date
from functools import partial

from odoo import Command
from odoo.tests import new_test_user

MODELS = ['res.partner', 'crm.lead', 'sale.order', 'account.move', 'calendar.event']
OURS = ['dealflow.deal', 'dealflow.receipt']
# Views opened from menus, in addition to the default views of a model.
OTHER_VIEWS = [
    'sale.view_quotation_tree_with_onboarding',
    'account.view_out_invoice_tree',
    'crm.crm_case_tree_view_oppor',
    'crm.crm_lead_view_form',
]
KINDS = ['list', 'form', 'kanban', 'search']

specification = importlib.util.spec_from_file_location('web_client', SETTINGS['web_client'])  # noqa: F821
web_client = importlib.util.module_from_spec(specification)
specification.loader.exec_module(web_client)


def make_people(env):
    """Create a user for each role; report those that fail."""
    people = {}
    for role, groups in SETTINGS['roles'].items():  # noqa: F821
        login = f'guest_screens_{role.replace(" ", "_")}'
        person = attempt('res.users', 'create', partial(new_test_user, env, login, groups=groups), role=role)
        if person is not None:
            people[role] = person
    return people


def make_records(env, seller):
    """Create a seller's client with an opportunity, an order, an invoice and a meeting; report what is refused."""
    if not env.company.chart_template:
        env['account.chart.template'].try_loading('generic_coa', env.company, install_demo=False)
    client = make(env, 'res.partner', name="Guest Company", is_company=True, email='office@guest.example.com')
    person = make(env, 'res.partner', name="Guest Person", parent_id=client.id, email='person@guest.example.com')
    product = make(env, 'product.product', name="Guest Chair", list_price=100)
    mine = {'partner_id': client.id, 'user_id': seller.id}
    lead = make(env, 'crm.lead', name="Chairs", type='opportunity', **mine)
    line = {'product_id': product.id, 'product_uom_qty': 2}
    order = make(env, 'sale.order', opportunity_id=lead.id, order_line=[Command.create(line)], **mine)
    attempt('sale.order', 'confirm', order.action_confirm)
    invoice = make(
        env,
        'account.move',
        move_type='out_invoice',
        partner_id=client.id,
        invoice_date=date(2030, 3, 4),
        invoice_line_ids=[Command.create({'product_id': product.id, 'quantity': 2, 'price_unit': 100})],
    )
    attempt('account.move', 'post', invoice.action_post)
    make(
        env,
        'calendar.event',
        name="About chairs",
        start='2030-03-04 10:00',
        stop='2030-03-04 11:00',
        partner_ids=[Command.link(person.id)],
        opportunity_id=lead.id,
        user_id=seller.id,
    )
    if 'dealflow.deal' in env and lead:
        attempt('crm.lead', 'convert', lead.action_convert_to_deal, {})
        deal = lead.deal_ids
        make(env, 'dealflow.receipt', deal_id=deal.id, name="Advance", amount=100, date_planned=date(2030, 4, 4))
    env.flush_all()


def make(env, model, **values):
    """Create a record; return ``None`` if that fails."""
    made = attempt(model, 'create', env[model].with_context(no_mail_to_attendees=True).create, values)
    return env[model] if made is None else made


def attempt(model, what, method, *arguments, role='superuser'):
    """Call a method and return its result; record a failure."""
    try:
        with env.cr.savepoint():
            return method(*arguments)
    except Exception as error:
        env.invalidate_all()
        told = traceback.format_exc()
        failures.append(
            {
                'role': role,
                'model': model,
                'what': what,
                'error': f"{type(error).__name__}: {' '.join(str(error).split())[:300]}",
                'guests': sorted(set(re.findall(r'/([\w]+)/(?:models|wizards?|controllers)/', told)) & guests),
            }
        )
        return None


def find_views(env, model):
    """Return the views of a model to open, with their names."""
    found = [(False, kind, kind) for kind in KINDS]
    ours = env['ir.model.data'].search([('module', '=', 'dealflow'), ('model', '=', 'ir.ui.view')])
    views = env['ir.ui.view'].browse(ours.mapped('res_id')).exists()
    views |= env['ir.ui.view'].union(
        *(env.ref(name, raise_if_not_found=False) or views.browse() for name in OTHER_VIEWS)
    )
    return found + [
        (view.id, view.type, view.xml_id)
        for view in views
        if view.mode == 'primary' and view.model == model and view.type in KINDS
    ]


def open_view(model, view_id, kind):
    """Make the calls of the web client for opening a view, and for a form also those of an empty record."""
    answer = model.get_views([(view_id, kind)])
    if kind == 'search':
        return
    fields = web_client.get_read_specification(answer['views'][kind]['arch'], model._name, answer['models'])
    if kind == 'form':
        for record in model.search([], order='id desc', limit=3):
            record.web_read(fields)
        if model.has_access('create'):
            model.onchange({}, [], fields)
    else:
        model.web_search_read([], fields, limit=80, count_limit=10001)


def open_everything(env, people):
    """Open the views of all models as all users."""
    for name in MODELS + [name for name in OURS if name in env]:
        views = find_views(env, name)
        for role, person in people.items():
            model = env[name].with_user(person)
            if not model.has_access('read'):
                continue
            for view_id, kind, title in views:
                env.invalidate_all()
                attempt(name, title, open_view, model, view_id, kind, role=role)
                opened.append(title)


guests = set(SETTINGS['guests'])  # noqa: F821
failures, opened = [], []
env = env(user=env.ref('base.user_admin').id, context={'tracking_disable': True})  # noqa: F821
people = make_people(env)
make_records(env, people.get('rep', env.user))
open_everything(env, people)
env.cr.rollback()
print('RESULT', json.dumps({'failures': failures, 'opened': len(opened)}))
