import math
from datetime import date, datetime, timedelta
from inspect import signature
from xmlrpc.client import Fault

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.public_methods import TEXT, public_method
from .common import DealflowCommon
from .public_methods import get_public_methods

# Invalid values by kind of argument. «None» and «false» mean that there is no value, and the method handles them.
WRONG_VALUES = {
    'text': [5, ['x'], {'x': 1}, True, "zero\0byte"],
    'number': ["abc", [1], True, math.nan, math.inf, 10**400],
    'whole_number': ["2026", 1.5, True, 10**20],
    'flag': ["yes", 1],
    'day': ["soon", 5, "2026-13-01", ["2026-01-01"], datetime(2026, 1, 1)],
    'key': [[1], {'x': 1}, True],
    'record': ["Offer", 1.5, True, [1], -1, 2**31 - 1, 10**20],
    'records': ["abc", 5, ["x"], [True], [0], [10**20], {'x': 1}],
    'reference': ["Offer", 1.5, True, [1], -1, 2**31 - 1, 10**20],
    'rows': ["abc", 5, {'x': 1}, [5], [{'no such key': 1}]],
    'mapping': ["abc", 5, ["x"], True],
    'condition_list': ["abc", 5, True, {'x': 1}, [5], [['name', '=']]],
    'selection': ["no such key", 5, ['planned']],
    'options': ["abc", ["date_from"], {'datum': '2026-01-01'}, {5: 1}],
    'values': ["abc", ["name"], {'amuont': 5}, {5: 1}],
}


@tagged('post_install', '-at_install')
class TestPublicMethods(TransactionCase):
    """Every public method answers an RPC call with a result or a readable error, never with a traceback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.methods = get_public_methods(cls.env)

    def _get_records(self, method):
        model = self.env[method.model]
        return model if getattr(method.function, '_api_model', False) else model.browse(1)

    def test_every_public_method_is_marked(self):
        self.assertGreater(len(self.methods), 100)
        self.assertEqual(
            [str(method) for method in self.methods if not hasattr(method.function, 'dealflow_kinds')],
            [],
            "what may be called from outside carries @public_method; what only we call begins with _",
        )

    def test_odoo_finds_them(self):
        for method in self.methods:
            with self.subTest(method=str(method)):
                self.assertTrue(get_public_method(self.env[method.model], method.name))

    def test_a_parameter_needs_its_kind(self):
        with self.assertRaisesRegex(TypeError, "each parameter needs its kind"):

            @public_method(comment=TEXT)
            def action_win(self, comment, other):
                pass

    def test_unknown_missing_and_superfluous_arguments_are_refused(self):
        for method in self.methods:
            records = self._get_records(method)
            kinds = method.function.dealflow_kinds
            with self.subTest(method=str(method)):
                with self.assertRaises(UserError):
                    method.function(records, typo=1)
                with self.assertRaises(UserError):
                    method.function(records, *[False] * (len(kinds) + 1))
                needed = [
                    name
                    for name, parameter in signature(method.function).parameters.items()
                    if name != 'self' and parameter.default is parameter.empty
                ]
                if needed:
                    with self.assertRaisesRegex(UserError, needed[0]):
                        method.function(records)

    def test_values_of_another_kind_are_refused(self):
        """The message names the argument, and the method has changed nothing."""
        for method in self.methods:
            records = self._get_records(method)
            for name, kind in method.function.dealflow_kinds.items():
                others = {other: False for other in method.function.dealflow_kinds if other != name}
                if kind.name == 'field':
                    column = self.env[kind.details['model']]._fields[kind.details['field_name']]
                    kind = self.env['dealflow.public.call']._get_kind(column)
                for value in WRONG_VALUES[kind.name]:
                    with self.subTest(method=str(method), argument=name, value=value):
                        with self.assertRaisesRegex(UserError, name):
                            method.function(records, **{name: value}, **others)

    def test_records_are_numbers_and_at_least_one(self):
        for method in self.methods:
            if getattr(method.function, '_api_model', False):
                continue
            kinds = dict.fromkeys(method.function.dealflow_kinds, False)
            for ids in (["Offer"], [1.5], [True], [0], [-1], [10**20], []):
                with self.subTest(method=str(method), ids=ids), self.assertRaises(UserError):
                    method.function(self.env[method.model].browse(ids), **kinds)

    def test_records_that_are_gone_and_too_many(self):
        """Calling a method for one record on several raises a readable error instead of «Expected singleton»."""
        refused = []
        for method in self.methods:
            if getattr(method.function, '_api_model', False):
                continue
            kinds = dict.fromkeys(method.function.dealflow_kinds, False)
            for ids in ([2**31 - 3], [2**31 - 3, 2**31 - 2]):
                with self.subTest(method=str(method), ids=ids):
                    try:
                        with self.env.cr.savepoint():
                            method.function(self.env[method.model].browse(ids), **kinds)
                    except UserError as error:
                        self.assertNotIn("singleton", str(error))
                        refused.append(len(ids))
        self.assertGreater(refused.count(1), 50)
        self.assertGreaterEqual(refused.count(2), refused.count(1), "what one record is refused, two are")

    def test_values_of_records_are_read_by_their_fields(self):
        call = self.env['dealflow.public.call']
        kind = self.env.registry['crm.lead'].action_convert_to_deal.dealflow_kinds['vals']
        for vals in (
            {'amount': "much"},
            {'name': 5},
            {'business_partner_id': "Acme"},
            {'business_partner_id': 2**31 - 1},
            {'expected_close_date': "soon"},
            {'date_last_stage_update': "yesterday"},
            {'priority': "highest"},
            {'active': "yes"},
            {'tag_ids': "VIP"},
            {'tag_ids': ["VIP"]},
            {'line_ids': [[99, 0, {}]]},
            {'deal_id': "Chairs"},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, next(iter(vals))):
                call._read(self.env['crm.lead'], 'vals', kind, vals)
        vals = {'amount': 5, 'name': "Chairs", 'tag_ids': [[6, 0, []]], 'user_id': False}
        self.assertEqual(call._read(self.env['crm.lead'], 'vals', kind, vals), vals)

    def test_conditions_are_read(self):
        report = self.env['dealflow.sales.funnel']
        for domain in ("abc", 5, [['no_such_field', '=', 1]], [['amount', '=']], ['|'], [['amount', '>', "much"]]):
            with self.subTest(domain=domain), self.assertRaisesRegex(UserError, "domain"):
                report.get_data({'domain': domain})
        self.assertTrue(report.get_data({'domain': [['amount', '>', 5], ['name', 'ilike', "chairs"]]}))

    def test_answers_travel(self):
        pack = self.env['dealflow.public.call']._pack
        self.assertIs(pack(None), True)
        self.assertEqual(
            pack(
                {
                    5: None,
                    'day': date(2026, 1, 2),
                    'moment': datetime(2026, 1, 2, 3, 4, 5),
                    'rows': [{'owner': self.env.user, 'pair': (None, 1)}],
                    'set': {2, 1},
                }
            ),
            {
                '5': False,
                'day': '2026-01-02',
                'moment': '2026-01-02 03:04:05',
                'rows': [{'owner': [self.env.uid], 'pair': (False, 1)}],
                'set': [1, 2],
            },
        )


@tagged('post_install', '-at_install')
class TestCallsFromOutside(DealflowCommon, HttpCase):
    """The same over HTTP: JSON-2 with the user's API key, and XML-RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        expires = fields.Datetime.now() + timedelta(days=1)
        cls.key = cls.env['res.users.apikeys'].with_user(cls.rep_north)._generate(None, "Program", expires)
        cls.deal = cls._new_deal(cls.rep_north)

    def _call(self, model, method, **body):
        return self.url_open(f'/json/2/{model}/{method}', json=body, headers={'Authorization': f'bearer {self.key}'})

    def assertUnprocessable(self, message, *args, **body):
        with mute_logger('odoo.http'):
            answer = self._call(*args, **body)
        self.assertEqual(answer.status_code, 422, answer.text)
        self.assertRegex(answer.json()['message'], message)
        self.assertEqual(answer.json()['name'], 'odoo.exceptions.UserError')

    def test_wrong_kinds_are_said_in_a_sentence(self):
        deal = {'ids': self.deal.ids, 'comment': "They like it", 'short_status': "Offer sent"}
        self.assertUnprocessable(
            '“stage_id” .* not "Offer"', 'dealflow.deal', 'action_move_stage', stage_id="Offer", **deal
        )
        self.assertUnprocessable("“vals” .* not \"abc\"", 'crm.lead', 'action_convert_to_deal', ids=[1], vals='abc')
        self.assertUnprocessable(
            "“date_from” cannot be read", 'dealflow.sales.funnel', 'get_data', options={'date_from': "last Monday"}
        )
        self.assertUnprocessable(
            "“options” has no key “datefrom”. Its keys are: date_from",
            'dealflow.sales.funnel',
            'get_data',
            options={'datefrom': '2026-01-01'},
        )
        self.assertUnprocessable("No record was named", 'dealflow.deal', 'action_win', comment="Signed")
        self.assertUnprocessable("one record at a time", 'dealflow.deal', 'action_repeat', ids=[1, 2])
        self.assertEqual(self.deal.stage_id, self.stage_talk)

    def test_the_funnel_travels_over_xml_rpc(self):
        """Stages that no deal has reached have no figures, and XML-RPC cannot send «None»."""
        arguments = (self.env.cr.dbname, self.rep_north.id, self.key, 'dealflow.sales.funnel')
        data = self.xmlrpc_object.execute_kw(*arguments, 'get_data', [{'funnel_id': self.funnel.id}])
        self.assertEqual([row['name'] for row in data['stages']], self.funnel.stage_ids.mapped('name'))
        self.assertIs(data['stages'][-1]['median_days'], False)
        self.assertEqual(self._call('dealflow.sales.funnel', 'get_data', options=data['options']).json(), data)
        with self.assertRaisesRegex(Fault, "has no key"), mute_logger('odoo.http'):
            self.xmlrpc_object.execute_kw(*arguments, 'get_data', [{'datefrom': '2026-01-01'}])

    def test_a_dialog_is_used_up(self):
        dialog = (
            self.env['dealflow.deal.lose']
            .with_user(self.rep_north)
            .create({'deal_ids': self.deal.ids, 'lost_reason_id': self.reason.id, 'comment': "Too dear"})
        )
        self.assertEqual(self._call(dialog._name, 'action_apply', ids=dialog.ids).status_code, 200)
        self.assertUnprocessable("already been used", dialog._name, 'action_apply', ids=dialog.ids)
