import json
import re
from datetime import timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DealflowCase
from .public_methods import get_public_methods

PAGE = Path(__file__).parents[1] / 'docs' / 'api.md'
EXAMPLE = re.compile(r'```http\nPOST /json/2/([\w.]+)/(\w+)\n(.*?)```\n```json ?(\d*)\n(.*?)```', re.DOTALL)
DAY = re.compile(r'^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$')

# Keys whose answer must have exactly the documented keys; for an action the page shows only the important ones.
ACTION = 'ir.actions'


# Marks a list of which the page shows only the beginning.
MORE = "…"

# Sequence numbers of Odoo, such as the number of a claim.
COUNTED = re.compile(r'\b[A-Z]+\d{4,}\b')

# Record ids on the page start here; smaller numbers are counts.
FIRST_NUMBER = 101

# Models other than ours whose records our methods create.
ALSO_COUNTED = ('crm.lead', 'sale.order', 'calendar.event', 'mail.activity', 'res.partner', 'mail.message')


def read_examples():
    """Return the examples of the page: model, method, body, status and answer of each."""
    return [
        (model, method, json.loads(body), int(status or 200), answer)
        for model, method, body, status, answer in EXAMPLE.findall(PAGE.read_text())
    ]


@tagged('post_install', '-at_install')
class TestApiPage(DealflowCase, HttpCase):
    """The API page names every public method, and its examples give the documented answers.

    Ids on the page are placeholders: the records of its table are created here, other ids are taken from the answers.
    """

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref('base.EUR')
        euro.active = True
        cls.company = cls.env['res.company'].create({'name': "Chair Company", 'currency_id': euro.id})
        cls.env['ir.config_parameter'].set_param('dealflow.mailing_approval', True)
        cls.user_values = {'company_id': cls.company.id, 'company_ids': [Command.set(cls.company.ids)]}
        rights = ('manager', 'receipts', 'requisites_confirmer', 'marketing', 'stage_override', 'mailing_approver')
        cls.company.dealflow_minimum_price_policy = 'approval'
        # An offer names the day until which it is valid, which would be another one every day.
        cls.company.quotation_validity_days = 0
        groups = ','.join([*(f'dealflow.group_{name}' for name in rights), 'product.group_product_manager'])
        cls.program = cls._new_user('program', groups, name="Program")
        expires = fields.Datetime.now() + timedelta(days=1)
        cls.key = cls.env['res.users.apikeys'].with_user(cls.program)._generate(None, "Program", expires)
        # Created as that user, so that the records belong to the user and their company.
        cls.env = cls.env(user=cls.program, context={**cls.env.context, 'allowed_company_ids': cls.company.ids})
        cls.records = cls._make_records()

    @classmethod
    def _make_records(cls):
        """Return the records of the table of the page by their ids on the page."""
        client, colleague = cls._new_partner("Acme"), cls._new_user_of_company()
        # Created by another user: nobody may confirm their own change.
        entity = cls._new('res.partner', colleague, {'name': "Acme Ltd", 'is_company': True}).with_env(cls.env)
        entity.counterparty_role = 'entity'
        contact = cls._new_contact("Ann", client, email='ann@example.com')
        cls._link(client, entity, is_default=True)
        funnel = cls._new_funnel(
            "Chairs",
            {'name': "Talk", 'probability': 10},
            {'name': "Offer", 'probability': 50},
            {'name': "Signed", 'probability': 100, 'is_won': True},
            sequence=1,
            company_id=cls.company.id,
        )
        talk, offer, signed = funnel.stage_ids
        reason = cls.env['crm.lost.reason'].create({'name': "Too expensive"})
        cls.deal_values = {'business_partner_id': client.id, 'funnel_id': funnel.id, 'user_id': cls.program.id}
        cls._import_history(talk, offer, signed, reason)
        deal = cls._new_deal(name="Desks", amount=3000.0)
        meeting_type = cls.env['dealflow.event.type'].search([('is_meeting', '=', True)], limit=1)
        today = fields.Date.context_today(cls.program)
        fair = cls.env['dealflow.marketing.event'].create(
            {
                'title': "Fair",
                'date_start': '2040-03-10',
                'date_end': '2040-03-12',
                'segment_domain': repr([('id', '=', client.id)]),
                'company_id': cls.company.id,
            }
        )
        # Nobody may confirm their own entry, so another user created and submitted all but the first.
        mailings = [
            maker['mailing.mailing'].create(
                {
                    'subject': f"Fair {number}",
                    'mailing_model_id': cls.env['ir.model']._get_id('res.partner'),
                    'body_html': "<p>Come</p>",
                }
            )
            for number, maker in enumerate([cls.env, *[cls.env(user=colleague, su=True)] * 3], 1)
        ]
        for mailing in mailings[1:]:
            mailing.action_dealflow_request_approval()
        west = cls.env['dealflow.competitor'].create({'name': "West"})
        cls.env['dealflow.deal.competitor'].create({'deal_id': deal.id, 'competitor_id': west.id, 'price': 2700.0})
        return {
            **cls._make_products(),
            122: west,
            101: cls._new_lead(
                name="Chairs for the office", expected_revenue=5000.0, partner_id=client.id, user_id=cls.program.id
            ),
            102: client,
            103: entity,
            104: contact,
            107: cls.env['ir.ui.view']
            .sudo()
            .search([('model', '=', 'dealflow.competitor'), ('type', '=', 'list')], limit=1),
            110: funnel,
            111: talk,
            112: offer,
            113: signed,
            120: reason,
            121: cls.env['dealflow.competitor'].create({'name': "Nord"}),
            130: colleague,
            131: cls.company.currency_id,
            **dict(zip((144, 145, 146), cls._make_low_orders(client, colleague), strict=True)),
            150: cls._new_receipt(deal, amount=2000.0, date_planned='2040-05-20'),
            160: cls.env['dealflow.contract'].create({'name': "Frame", 'number': "1", 'entity_id': entity.id}),
            170: cls.env['dealflow.claim'].create(
                {'name': "A leg is missing", 'business_partner_id': client.id, 'resolution': "A leg was sent"}
            ),
            180: cls._new_event(
                name="Meeting with Acme",
                event_type_id=meeting_type.id,
                business_partner_id=client.id,
                user_id=cls.program.id,
                allday=True,
                start=fields.Datetime.to_datetime(today),
            ),
            185: cls._make_call(contact),
            **dict(zip((186, 187, 188), cls._make_filters(), strict=True)),
            189: cls.program,
            190: fair,
            191: cls.env['dealflow.marketing.participant'].create({'event_id': fair.id, 'partner_id': contact.id}),
            193: cls._make_process(),
            195: cls.env['dealflow.partner.match'].create(
                {'kind': 'group', 'left_id': client.id, 'right_id': cls._new_partner("Acme Logistics").id}
            ),
            **dict(zip((196, 197, 198, 199), mailings, strict=True)),
            200: deal,
        }

    @classmethod
    def _make_low_orders(cls, client, colleague):
        """Return an order of the program's own and two of the colleague, all below the minimum price."""
        # Not sellable in the price form, whose examples count what it lists.
        stool = cls.env['product.product'].create({'name': "Stool", 'list_price': 70.0, 'sale_ok': False})
        cls.env['dealflow.minimum.price'].create({'applied_on': 'variant', 'product_id': stool.id, 'amount': 80.0})
        team = cls.env['crm.team'].create({'name': "Ivan's", 'user_id': colleague.id})
        return [
            maker['sale.order'].create(
                {
                    'partner_id': client.id,
                    'user_id': user.id,
                    'team_id': team.id,
                    'company_id': cls.company.id,
                    'order_line': [Command.create({'product_id': stool.id, 'price_unit': 70.0})],
                }
            )
            for maker, user in (
                (cls.env, cls.program),
                *[(cls.env(user=colleague, su=True), colleague)] * 2,
            )
        ]

    @classmethod
    def _make_filters(cls):
        """Return a folder of filters, a folder in it that fills itself, and a filter in it."""
        folder = cls.env['dealflow.filter.folder'].create({'name': "West coast", 'model': 'dealflow.competitor'})
        filled = folder.create(
            {'name': "By name", 'model': 'dealflow.competitor', 'groupby': 'name', 'parent_id': folder.id}
        )
        saved = cls.env['ir.filters'].create(
            {
                'name': "Of the west",
                'model_id': 'dealflow.competitor',
                'domain': "[('name', '=', 'West')]",
                'user_ids': [Command.set(cls.program.ids)],
                'dealflow_folder_id': folder.id,
            }
        )
        return folder, filled, saved

    @classmethod
    def _make_process(cls):
        process = cls.env['dealflow.process.template'].create(
            {
                'name': "Complaint",
                'object': 'claim',
                'company_id': cls.company.id,
                'step_ids': [
                    Command.create({'name': "Look at it", 'sequence': 1}),
                    Command.create({'name': "Looked at", 'sequence': 2, 'kind': 'end', 'result': "Looked at"}),
                ],
            }
        )
        process.action_put_into_use()
        return process

    @classmethod
    def _make_call(cls, contact):
        # The telephony tells of calls; the provider is switched off again, since other examples know nothing of it.
        calls = cls.env['dealflow.call'].with_user(SUPERUSER_ID).with_company(cls.company)
        provider = (
            cls.env['dealflow.telephony.provider']
            .sudo()
            .create({'name': "PBX", 'country_id': cls.env.ref('base.no').id})
        )
        provider.active = False
        now = fields.Datetime.now()
        return calls.create(
            {
                'provider_id': provider.id,
                'company_id': cls.company.id,
                'uniqueid': "1",
                'direction': 'incoming',
                'number': '+47 22 33 44 99',
                'number_e164': '+4722334499',
                'result': 'answered',
                'started_on': now - timedelta(minutes=5),
                'ended_on': now,
                'talk_seconds': 240,
                'user_id': cls.program.id,
                'answered_by_id': cls.program.id,
                'partner_id': contact.id,
                'needs_comment': True,
            }
        ).with_env(cls.env)

    @classmethod
    def _make_products(cls):
        # As an administrator: whoever sells makes no products.
        categories = cls.env['product.category'].sudo().create([{'name': "Components"}, {'name': "Seating"}])
        components, seating = categories.sudo(False)
        cls.company.sudo().write(
            {
                'dealflow_component_category_ids': [Command.set(components.ids)],
                'dealflow_product_category_ids': [Command.set(seating.ids)],
            }
        )
        chair = (
            cls.env['product.product']
            .sudo()
            .create(
                {
                    'name': "Chair",
                    'default_code': 'CHAIR-1',
                    'list_price': 50.0,
                    'standard_price': 30.0,
                    'categ_id': seating.id,
                    'company_id': cls.company.id,
                }
            )
            .sudo(False)
        )
        # List prices, also where the database has price lists.
        cls.env['product.pricelist'].sudo().search([]).active = False
        client = cls._new_partner("Oak House")
        order = cls._new_order(client, chair)
        order.order_line.write({'product_uom_qty': 4, 'price_unit': 45.0})
        order.action_confirm()
        return {105: client, 133: components, 134: seating, 135: chair.uom_id, 140: chair, 141: order}

    @classmethod
    def _new_user_of_company(cls):
        env, cls.env = cls.env, cls.env(su=True)
        colleague = cls._new_user('ivan', 'dealflow.group_user,dealflow.group_receipts', name="Ivan")
        cls.env = env
        return colleague.with_env(env)

    @classmethod
    def _import_history(cls, talk, offer, signed, reason):
        """Import two deals of the past, one won and one lost, as a file import does."""

        def row(day, **values):
            return Command.create({'date': f'{day} 12:00:00', 'comment': "As it was", **values})

        deals = cls.env['dealflow.deal'].with_context(import_file=True)
        deals.create(
            [
                {
                    **cls.deal_values,
                    'name': "Shelves",
                    'amount': 1000.0,
                    'stage_id': signed.id,
                    'move_comment': "As it was",
                    'short_status': "Signed",
                    'log_ids': [
                        row('2024-01-10', stage_to_id=talk.id, amount_to=1000.0),
                        row('2024-02-10', stage_to_id=offer.id, amount_to=1000.0),
                        row('2024-03-10', stage_to_id=signed.id, amount_to=1000.0),
                    ],
                },
                {
                    **cls.deal_values,
                    'name': "Lamps",
                    'amount': 400.0,
                    'stage_id': talk.id,
                    'lost_reason_id': reason.id,
                    'move_comment': "As it was",
                    'short_status': "Lost",
                    'log_ids': [
                        row('2024-01-20', stage_to_id=talk.id, amount_to=400.0),
                        row('2024-02-20', stage_to_id=talk.id, amount_to=400.0, lost_reason_id=reason.id),
                    ],
                },
            ]
        )

    def _call(self, model, method, body):
        with mute_logger('odoo.http'):
            return self.url_open(
                f'/json/2/{model}/{method}',
                json=body,
                headers={'Authorization': f'bearer {self.key}'},
                method='POST',
            )

    def test_the_page_names_every_method(self):
        text = PAGE.read_text()
        examples = {f'{model}.{method}' for model, method, *_rest in read_examples()}
        headings = set(re.findall(r'^### `([\w.]+)`', text, re.MULTILINE))
        self.assertEqual(headings, examples, "each heading has an example")
        methods = {str(method): method for method in get_public_methods(self.env)}
        self.assertEqual(sorted(headings - methods.keys()), [], "these are gone")
        buttons = self._read_buttons(text)
        self.assertEqual(sorted(buttons - methods.keys()), [], "these are gone")
        self.assertEqual(
            sorted(methods.keys() - headings - buttons),
            [],
            "methods that may be called from outside stand on the page, are @api.private, or begin with _",
        )
        for name in sorted(buttons):
            self.assertFalse(methods[name].function.dealflow_kinds, f"{name} has arguments and needs an example")

    def _read_buttons(self, text):
        rows = text.partition('## Buttons')[2]
        return {
            f'{model}.{method}'
            for model, methods in re.findall(r'^\| `([\w.]+)` \| (.*) \|$', rows, re.MULTILINE)
            for method in re.findall(r'`(\w+)`', methods)
        }

    def test_the_page_names_every_argument(self):
        for name, section in self._get_sections().items():
            method = next(method for method in get_public_methods(self.env) if str(method) == name)
            for argument in method.function.dealflow_kinds:
                self.assertIn(f'`{argument}`', section, name)

    def _get_sections(self):
        parts = re.split(r'^### `([\w.]+)`$', PAGE.read_text(), flags=re.MULTILINE)[1:]
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def test_the_page_tells_the_records(self):
        table = PAGE.read_text().partition('## The records of the examples')[2].partition('\n## ')[0]
        self.assertEqual({int(number) for number in re.findall(r'\b[12]\d\d\b', table)} - {201}, self.records.keys())

    def test_examples_answer_what_the_page_says(self):
        self.numbers = {number: record.id for number, record in self.records.items()}
        for model, method, body, status, expected in read_examples():
            with self.subTest(example=f'{model}.{method}'):
                body = self._translate(body)
                answer = self._call(model, method, body)
                self.assertEqual(answer.status_code, status, answer.text)
                self.assertNotIn('null', re.sub(r'"(\\.|[^"])*"', '', answer.text))
                self._compare(answer.json(), json.loads(expected), is_part=status != 200)
                self._repeat(model, method, body, answer)

    def _repeat(self, model, method, body, answer):
        """Check that repeating the call creates nothing and returns the same answer or says that it is already done."""
        before = self._count_records()
        again = self._call(model, method, body)
        self.assertIn(again.status_code, (200, 422), again.text)
        if again.status_code == 200:
            self.assertEqual(again.json(), answer.json())
        self.assertEqual(self._count_records(), before)

    def _count_records(self):
        self.env.invalidate_all()
        names = [name for name in self.env.registry if name.startswith('dealflow.') or name in ALSO_COUNTED]
        return {
            name: self.env[name].sudo().with_context(active_test=False).search_count([])
            for name in names
            if self.env[name]._auto and not self.env[name]._transient
        }

    def _translate(self, part):
        """Return a call of the page with the ids of existing records."""
        if isinstance(part, dict):
            return {key: self._translate(value) for key, value in part.items()}
        if isinstance(part, list):
            return [self._translate(value) for value in part]
        return self.numbers.get(part, part) if type(part) is int else part

    def _compare(self, answer, expected, path='', is_part=False):
        """Compare an answer with the page: ids by the record they stand for, dates by their format."""
        if isinstance(expected, dict):
            self.assertIsInstance(answer, dict, path)
            if is_part or str(expected.get('type')).startswith(ACTION):
                self.assertLessEqual(expected.keys(), answer.keys(), path)
            else:
                self.assertEqual(expected.keys(), answer.keys(), path)
            for key, value in expected.items():
                self._compare(answer[key], value, f'{path}.{key}')
        elif isinstance(expected, list):
            self.assertIsInstance(answer, list, path)
            shown = [value for value in expected if value != MORE]
            self.assertEqual(answer[len(shown) :] if len(shown) == len(expected) else [], [], path)
            for index, value in enumerate(shown):
                self._compare(answer[index], value, f'{path}[{index}]')
        elif type(expected) is int and expected >= FIRST_NUMBER:
            self.assertIs(type(answer), int, path)
            self.assertEqual(answer, self.numbers.setdefault(expected, answer), path)
        elif isinstance(expected, str) and expected.isdecimal() and int(expected) >= FIRST_NUMBER:
            self.assertEqual(answer, str(self.numbers[int(expected)]), path)
        elif isinstance(expected, str) and DAY.match(expected) and not expected.startswith(('2024', '2040')):
            self.assertRegex(answer, DAY, path)
        elif isinstance(expected, str):
            self.assertEqual(COUNTED.sub('…', answer), COUNTED.sub('…', expected), path)
        else:
            self.assertEqual(answer, expected, path)
            self.assertIs(type(answer), type(expected), path)
