"""Compares Odoo's own actions in a database with the module and in one without, in one process and one run.

Both databases are copies of one that was filled before the module was installed, so they contain the same partners,
orders, invoices and events. In the one with the module every event has a type. The users have the same Odoo groups.
"""

from datetime import date, datetime, time, timedelta
from functools import partial

from odoo.fields import Command

from .company import ACCOUNTANT
from .scenario import Call, Scenario
from .web_client import get_specification

CREATE_BUDGET = 1.05
OPEN_BUDGET = 1.1
PAGE = 80
CALENDAR_PEOPLE = 20


def get_scenarios(env, plain_env):
    """Return the actions on partners, orders, invoices and the calendar, with the module and without."""
    sides = [_Actions(env), _Actions(plain_env)]

    def compare(name, budget, call, repeat, as_accountant=False):
        calls = [Call(side.accountant_env if as_accountant else side.env, partial(call, side)) for side in sides]
        return Scenario(name, budget, *calls, repeat=repeat)

    return [
        compare('create 10 partners', CREATE_BUDGET, _Actions.create_partners_one_by_one, 6),
        compare('create 200 partners at once', CREATE_BUDGET, partial(_Actions.create_partners, count=200), 4),
        compare('create 5 orders', CREATE_BUDGET, _Actions.create_orders, 6),
        compare('create 5 invoices', CREATE_BUDGET, _Actions.create_invoices, 6, as_accountant=True),
        compare('create 10 calendar events', CREATE_BUDGET, _Actions.create_events, 6),
        compare('list of contacts', OPEN_BUDGET, partial(_Actions.open_list, model='res.partner', view=None), 3),
        compare(
            'list of orders',
            OPEN_BUDGET,
            partial(_Actions.open_list, model='sale.order', view='sale.view_order_tree'),
            3,
        ),
        compare(
            'list of invoices',
            OPEN_BUDGET,
            partial(
                _Actions.open_list,
                model='account.move',
                view='account.view_out_invoice_tree',
                domain=[('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt'))],
            ),
            3,
            as_accountant=True,
        ),
        compare(
            'list of calendar events',
            OPEN_BUDGET,
            partial(_Actions.open_list, model='calendar.event', view='calendar.view_calendar_event_tree'),
            3,
        ),
        compare("calendar, a week of 20 people", OPEN_BUDGET, _Actions.open_calendar, 3),
        Scenario(
            "our register / Odoo's calendar, a week",
            OPEN_BUDGET,
            Call(env, sides[0].open_register),
            Call(plain_env, sides[1].open_calendar),
            repeat=3,
        ),
        Scenario(
            "our schedule / Odoo's calendar, a week",
            OPEN_BUDGET,
            Call(env, sides[0].open_schedule),
            Call(plain_env, sides[1].open_calendar),
            repeat=3,
        ),
    ]


class _Actions:
    """The actions of a seller, and for invoices of an accountant, in one database."""

    def __init__(self, env):
        self.env = env
        self.accountant_env = env(user=env['res.users'].sudo().search([('login', '=', ACCOUNTANT)]))
        self.specifications = {}
        employees = [('login', '=like', 'scale\\__%'), ('login', '!=', ACCOUNTANT)]
        self.people = env['res.users'].sudo().search(employees, order='id', limit=CALENDAR_PEOPLE)
        self.clients = env['res.partner'].search([('name', '=like', 'Nordlicht %')], order='id', limit=10)
        self.product = env['product.product'].search([('name', '=', 'Scale Product')])
        monday = date.today() - timedelta(days=date.today().weekday())
        self.week = datetime.combine(monday, time())

    # Creating: each document is created in its own request, which ends with the messages and tracking values.

    def create_partners_one_by_one(self):
        for number in range(10):
            self._create_in_request(self.env['res.partner'], self._get_partner_values(number))

    def create_partners(self, count):
        self.env['res.partner'].create([self._get_partner_values(number) for number in range(count)])
        self.env.cr.flush()

    def _get_partner_values(self, number):
        return {
            'name': f"New Company {number}",
            'is_company': True,
            'street': "Street 1",
            'city': "Oslo",
            'country_id': self.env.ref('base.no').id,
            'phone': f'+47 22 {number:06d}',
            'email': f'office@new{number}.example.com',
        }

    def create_orders(self):
        for client in self.clients[:5]:
            self._create_in_request(
                self.env['sale.order'],
                {
                    'partner_id': client.id,
                    'order_line': [Command.create({'product_id': self.product.id, 'product_uom_qty': 3})] * 2,
                },
            )

    def create_invoices(self):
        for client in self.clients[:5]:
            self._create_in_request(
                self.accountant_env['account.move'],
                {
                    'move_type': 'out_invoice',
                    'partner_id': client.id,
                    'invoice_date': date.today(),
                    'invoice_line_ids': [Command.create({'product_id': self.product.id, 'quantity': 3})] * 2,
                },
            )

    def create_events(self):
        for hour in range(10):
            start = self.week + timedelta(days=1, hours=8 + hour)
            self._create_in_request(
                self.env['calendar.event'],
                {
                    'name': f"New event {hour}",
                    'start': start,
                    'stop': start + timedelta(hours=1),
                    'partner_ids': [Command.set(self.people[:3].partner_id.ids)],
                },
            )

    @staticmethod
    def _create_in_request(model, vals):
        model.create(vals)
        model.env.cr.flush()
        model.env.invalidate_all()

    # Opening

    def open_list(self, model, view, domain=()):
        env = self.accountant_env if model == 'account.move' else self.env
        env[model].web_search_read(
            list(domain), self._get_fields(env[model], 'list', view), limit=PAGE, count_limit=10001
        )

    def open_register(self):
        self.env['calendar.event'].web_search_read(
            [('event_type_id', '!=', False)],
            self._get_fields(self.env['calendar.event'], 'list', 'dealflow.calendar_event_view_list_register'),
            limit=PAGE,
            count_limit=10001,
        )

    def open_calendar(self):
        """Open Odoo's calendar: the events of the week, then their attendees."""
        invited = [('partner_ids', 'in', self.people.partner_id.ids)]
        events = self._read_week('calendar.view_calendar_event_calendar', invited)
        partner_ids = sorted({partner_id for event in events for partner_id in event['partner_ids']})
        self.env['res.partner'].browse(partner_ids).get_attendee_detail([event['id'] for event in events])

    def open_schedule(self):
        """Open our calendar of the same users' week."""
        self._read_week(
            'dealflow.calendar_event_view_calendar_schedule',
            [('event_type_id.in_calendar', '=', True), ('user_id', 'in', self.people.ids)],
        )

    def _read_week(self, view, domain):
        events = self.env['calendar.event']
        return events.search_read(
            [('start', '<=', self.week + timedelta(days=7)), ('stop', '>=', self.week), *domain],
            list(self._get_fields(events, 'calendar', view)),
        )

    def _get_fields(self, records, view_type, view):
        """Return the fields of the view, cached: users open a view far more often than it is put together."""
        key = records._name, view
        if key not in self.specifications:
            self.specifications[key] = get_specification(records, view_type, view)
        return self.specifications[key]
