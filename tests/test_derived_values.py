import csv
import io
from datetime import date, timedelta

from odoo import api, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import groupby, mute_logger

from .event_common import EventCommon
from .probe import add_probe
from .test_stamp import make_picture

# Rows about warehouses of Odoo's Inventory, which need not be installed; see ``test_price_form_stock``.
OF_INVENTORY = {'dealflow.warehouse.group.line'}
# Stored fields that views show as read-only but that are not guarded as derived values, with the reason.
OPEN_ON_PURPOSE = {
    'dealflow.partner.match': {
        # Managers create pairs by searching for them.
        'kind',
        'left_id',
        'right_id',
        'score',
        'reasons',
    },
    'mailing.mailing': {
        # The values that follow from the state are checked, so users may set the state itself.
        'approval_state',
    },
    'res.partner': {
        # Odoo's merge of contacts writes every plain field of the contact that is kept.
        'origin_kind',
        'origin_lead_id',
    },
}


def get_stored_fields(env):
    """Yield the stored fields of Dealflow on every table, except those that the ORM writes itself."""
    for model_name in sorted(env.registry):
        model = env[model_name]
        if model._abstract or model._transient or not model._auto:
            continue
        for name, field in sorted(model._fields.items()):
            is_ours = model_name.startswith('dealflow.') or 'dealflow' in field._modules
            # Fields of an inherited record are guarded on that record.
            is_column = field.store and not field.inherited and field.type != 'one2many'
            if (
                is_ours
                and is_column
                and name
                not in (
                    'id',
                    'display_name',
                    'create_uid',
                    'create_date',
                    'write_uid',
                    'write_date',
                )
            ):
                yield model, field


def is_derived(field):
    return bool(field.compute and field.readonly and not field.inverse)


def find_open_fields(env, user):
    """Return derived or read-only fields that ``user`` may write nevertheless."""
    found = []
    for model, field in get_stored_fields(env):
        if field.name in OPEN_ON_PURPOSE.get(model._name, ()) or not (is_derived(field) or field.readonly):
            continue
        # Nobody may write tables without any write access: their rows are created by code with sudo only.
        is_register = not is_derived(field) and not env['ir.model.access'].sudo().search_count(
            [
                ('model_id.model', '=', model._name),
                '|',
                ('perm_write', '=', True),
                ('perm_create', '=', True),
            ]
        )
        if is_register and model._name != 'dealflow.probe':
            continue
        acting = model.with_user(user)
        is_guarded = isinstance(model, env.registry['dealflow.derived.values.mixin']) and all(
            each._dealflow_get_refused_fields({field.name}) for each in (acting, acting.sudo())
        )
        # Our models also report this to forms.
        is_told = (
            not model._name.startswith('dealflow.')
            or isinstance(model, env.registry['dealflow.log.mixin'])
            or (not acting.sudo()._has_field_access(field, 'write'))
        )
        if not is_guarded or not is_told:
            found.append(str(field))
    return found


@tagged('post_install', '-at_install')
class TestDerivedValues(EventCommon):
    """Derived values are written by code only, on every model of ours (rule 0)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.everything = new_test_user(
            cls.env,
            'test_everything',
            groups='dealflow.group_manager,dealflow.group_marketing,dealflow.group_receipts,base.group_system',
        )
        cls.other_deal = cls._new_deal(name="Tables")
        cls.competitor = cls.env['dealflow.competitor'].create({'name': "Nordform"})
        cls.fair = cls.env['dealflow.marketing.event'].create({'title': "Spring fair", 'date_start': '2024-03-01'})
        cls.technique = cls.env['dealflow.technique'].create({'name': "Silence", 'code': 'test_silence'})

    # Checks over the registry

    def test_no_derived_field_is_open(self):
        self.assertEqual(find_open_fields(self.env, self.everything), [])

    def test_model_that_forgets_its_guard_is_found(self):
        def _compute_total(self):
            self.total = 0

        add_probe(
            self,
            'dealflow.probe',
            **{
                'name': fields.Char(),
                'total': fields.Integer(compute='_compute_total', store=True),
                'verdict': fields.Char(readonly=True),
                '_compute_total': api.depends('name')(_compute_total),
            },
        )
        self.assertEqual(
            find_open_fields(self.env, self.everything), ['dealflow.probe.total', 'dealflow.probe.verdict']
        )

    def test_derived_fields_do_not_change(self):
        """Try to write, create, default and import derived values, as a manager and with sudo."""
        derived = [(model._name, field) for model, field in get_stored_fields(self.env) if is_derived(field)]
        self.assertGreater(len(derived), 60)
        for model_name, names in groupby(derived, lambda pair: pair[0]):
            # Logs refuse every write, see ``test_append_only``; without Inventory there is no warehouse to put in.
            is_log = isinstance(self.env[model_name], self.registry['dealflow.log.mixin'])
            if not is_log and (model_name not in OF_INVENTORY or 'stock.warehouse' in self.env):
                record = self.env[model_name].create(self._prepare_values(model_name))
                for _model_name, field in names:
                    with self.subTest(field=str(field)):
                        self._try_to_change(record, field)

    def _try_to_change(self, record, field):
        name, present = field.name, record[field.name]
        other = self._get_other_value(field, record)
        given = field.convert_to_write(other, record)
        acting = record.with_user(self.everything).sudo()
        self._attack(lambda: acting.write({name: given}))
        self._attack(
            lambda: acting.load(
                ['.id', f'{name}/.id' if field.relational else name], [[str(record.id), self._to_cell(field, other)]]
            )
        )
        self.env.invalidate_all()
        self.assertEqual(record[name], present)
        values = self._prepare_values(record._name)
        self._attack(lambda: acting.browse().create({**values, name: given}), name, other)
        self._attack(lambda: acting.browse().with_context(**{f'default_{name}': given}).create(values), name, other)

    def _attack(self, attempt, name=None, forged=None):
        """Run the attack, check that the resulting record does not have the forged value, and roll back."""
        with mute_logger('odoo.models', 'odoo.sql_db'), self.env.cr.savepoint() as savepoint:
            try:
                made = attempt()
            except UserError:
                made = None
            if made and name:
                self.assertNotEqual(made[name], forged)
            if name or not made:
                savepoint.rollback()
        self.env.invalidate_all()

    def _to_cell(self, field, value):
        return ",".join(map(str, value.ids)) if field.relational else str(value)

    def _get_other_value(self, field, record):
        """Return a value of the field that differs from the one of the record."""
        value = record[field.name]
        match field.type:
            case 'boolean':
                return not value
            case 'integer' | 'float' | 'monetary':
                return value + 7
            case 'date':
                return (value or date(2020, 1, 1)) + timedelta(days=3)
            case 'datetime':
                return (value or fields.Datetime.to_datetime('2020-01-01')) + timedelta(days=3)
            case 'selection':
                return next(key for key in field.get_values(self.env) if key != value)
            case 'many2one' | 'many2many':
                return self.env[field.comodel_name].search([('id', 'not in', value.ids)], limit=1) or (
                    self.env[field.comodel_name].create(self._prepare_values(field.comodel_name))
                )
            case _:
                return f"{value} forged"

    def _prepare_values(self, model_name):
        """Return valid values for a new record of the model; for an unknown model, those of its required fields."""
        recipe = {
            'dealflow.deal.competitor': lambda: {'deal_id': self._new_deal().id, 'competitor_id': self.competitor.id},
            'dealflow.deal.line': lambda: {'deal_id': self.other_deal.id, 'name': "Chair", 'price_unit': 10},
            'dealflow.marketing.participant': lambda: {
                'event_id': self.fair.id,
                'partner_id': self.env['res.partner'].create({'name': "Guest"}).id,
            },
            'dealflow.meeting.sheet': lambda: {'event_id': self._new_event(event_type_id=self.meeting_type.id).id},
            'dealflow.meeting.technique': lambda: {
                'technique_id': self.technique.id,
                'sheet_id': self.env['dealflow.meeting.sheet']
                .create(self._prepare_values('dealflow.meeting.sheet'))
                .id,
            },
            'dealflow.call': lambda: {
                'uniqueid': "Probe",
                'direction': 'incoming',
                'result': 'missed',
                'started_on': '2030-01-01',
                'ended_on': '2030-01-01',
                'company_id': self.env.company.id,
                'partner_id': self.partner.id,
                'provider_id': self._new_telephony_provider().id,
            },
            'dealflow.call.round.line': lambda: {
                'round_id': self.env['dealflow.call.round'].create({'name': "Probe"}).id,
                'partner_id': self.partner.id,
            },
            'dealflow.telephony.extension': lambda: {
                'number': "Probe",
                'user_id': self.everything.id,
                'provider_id': self._new_telephony_provider().id,
            },
            'dealflow.process': lambda: {
                'template_id': self.env['dealflow.process.template'].create({'name': "Probe"}).id,
                'deal_id': self._new_deal().id,
                'company_id': self.env.company.id,
            },
            'dealflow.process.step': lambda: {
                'name': "Probe",
                'template_id': self.env['dealflow.process.template'].create({'name': "Probe"}).id,
            },
            'dealflow.process.entry': lambda: {
                'step_id': self.env['dealflow.process.step'].create(self._prepare_values('dealflow.process.step')).id,
                'process_id': self.env['dealflow.process'].create(self._prepare_values('dealflow.process')).id,
            },
            'dealflow.receipt': lambda: {'deal_id': self.other_deal.id, 'date_planned': '2030-05-20', 'amount': 300},
            'dealflow.rule.action': lambda: {
                'kind': 'message',
                'text': "Probe",
                'rule_id': self.env['dealflow.rule'].create({'name': "Probe"}).id,
            },
            'dealflow.column.choice': lambda: {
                'set_id': self.env['dealflow.column.set'].create(self._prepare_values('dealflow.column.set')).id,
                'view_id': self.env.ref('dealflow.dealflow_deal_view_list').id,
            },
            'dealflow.column.set': lambda: {
                'name': "Probe",
                'view_id': self.env.ref('dealflow.dealflow_deal_view_list').id,
                'columns': [{'name': 'name'}],
            },
            'dealflow.stamp': lambda: {'name': "Stamp", 'image': make_picture()},
        }.get(model_name)
        if recipe:
            return recipe()
        model, values = self.env[model_name], {}
        defaults = model.default_get(list(model._fields))
        for name, field in model._fields.items():
            if not field.required or not field.store or field.compute or name in defaults or field.inherited:
                continue
            if field.type == 'many2one':
                values[name] = self.env[field.comodel_name].search([], limit=1).id
            elif field.type == 'selection':
                values[name] = field.get_values(self.env)[0]
            else:
                values[name] = {
                    'integer': 1,
                    'float': 1.0,
                    'monetary': 1.0,
                    'date': '2030-01-01',
                    'datetime': '2030-01-01',
                }.get(field.type, "Probe")
        if model._rec_name in model._fields and model._fields[model._rec_name].type == 'char':
            values.setdefault(model._rec_name, "Probe")
        return values

    def _new_telephony_provider(self):
        return self.env['dealflow.telephony.provider'].create(
            {'name': "Probe", 'country_id': self.env.ref('base.bg').id}
        )

    # Legitimate use

    def test_equal_values_come_back_in(self):
        """An exported list can be imported again with changes to its editable columns."""
        self.rep_north.group_ids += self.env.ref('base.group_allow_export')
        deal = self._new_deal(self.rep_north, name="Chairs")
        names = [
            '.id',
            'name',
            'number',
            'amount_company',
            'weighted_amount',
            'meets_requirements',
            'opened_on',
            'state',
        ]
        rows = deal.with_context(import_compat=True).export_data(names)['datas']
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        rows = list(csv.reader(io.StringIO(text.getvalue())))
        rows[0][1] = "Armchairs"
        result = deal.load(names, rows)
        self.assertFalse(result['messages'])
        self.assertEqual(deal.name, "Armchairs")

    def test_other_values_are_named(self):
        """The message names the field, the value and what to do instead (rule 7)."""
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(AccessError, "“Amount .Company Currency.” of “Chairs” .*“5.0”.* follows from Amount"):
            deal.write({'amount_company': 5})
        with self.assertRefused(
            AccessError, "“Number” of “Chairs” cannot .*“D-7”.* history.*without meeting requirements"
        ):
            deal.write({'number': "D-7"})
        with self.assertRefused(AccessError, "“Number” of “Stools”"):
            self._new_deal(self.rep_north, name="Stools", number="D-7")

    def test_numbers_come_with_the_history(self):
        deal = self._new_deal(self.importer, number="OLD-7")
        self.assertEqual(deal.number, "OLD-7")
        claim = (
            self.env['dealflow.claim']
            .with_user(self.importer)
            .create({'name': "A leg is missing", 'number': "C-OLD-7", 'date_open': '2020-01-02 10:00:00'})
        )
        self.assertRecordValues(
            claim, [{'number': "C-OLD-7", 'date_open': fields.Datetime.to_datetime('2020-01-02 10:00:00')}]
        )
        mine = self._new_deal(self.rep_north)
        self.assertTrue(mine.number)
        self.assertNotEqual(mine.number, self._new_deal(self.rep_north).number)

    def test_derived_values_of_others_on_the_way_do_no_harm(self):
        """A context default meant for another document neither blocks a new record nor changes it."""
        deal = self._new_deal(self.rep_north)
        line = (
            self.env['dealflow.deal.line']
            .with_user(self.rep_north)
            .with_context(
                default_price_subtotal=5,
                default_company_id=self.env.company.id,
                default_state='draft',
            )
            .create({'deal_id': deal.id, 'name': "Chair", 'price_unit': 10})
        )
        self.assertEqual(line.price_subtotal, 10)
        self.assertEqual(line.env.context['default_price_subtotal'], 5)

    def test_automation_follows_requirements_and_forges_nothing(self):
        """Automation rules run in sudo as the user who changed the deal; they can react, but forge no values."""
        deal = self._new_deal(self.rep_north)
        field = self.env['ir.model.fields']._get
        follow, forge = self.env['base.automation'].create(
            [
                {
                    'name': "Note unmet requirements",
                    'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                    'trigger': 'on_write',
                    'trigger_field_ids': [Command.link(field('dealflow.deal', 'meets_requirements').id)],
                    'filter_domain': "[('meets_requirements', '=', False)]",
                    'action_server_ids': [
                        Command.create(
                            {
                                'name': "Note",
                                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                                'state': 'code',
                                'code': "records.write({'description': 'requirements not met'})",
                            }
                        )
                    ],
                },
                {
                    'name': "Forge",
                    'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                    'trigger': 'on_write',
                    'active': False,
                    'trigger_field_ids': [Command.link(field('dealflow.deal', 'name').id)],
                    'action_server_ids': [
                        Command.create(
                            {
                                'name': "Forge",
                                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                                'state': 'code',
                                'code': "records.write({'weighted_amount': 999999})",
                            }
                        )
                    ],
                },
            ]
        )
        self.env['dealflow.stage.requirement'].create(
            {
                'stage_id': self.stage_talk.id,
                'kind': 'field',
                'field_id': field('dealflow.deal', 'expected_close_date').id,
            }
        )
        deal._refresh_requirements()
        self.assertFalse(deal.meets_requirements)
        self.assertIn("requirements not met", deal.description)
        forge.active = True
        with self.assertRefused(UserError, "cannot be set"):
            deal.write({'name': "x"})
        self.assertTrue(follow)

    def test_door_is_open_only_while_code_writes(self):
        deal = self._new_deal(self.rep_north)
        other = self._new_deal(self.rep_north)
        deal.sudo()._dealflow_set_derived({'meets_requirements': False})
        self.assertFalse(deal.meets_requirements)
        with self.assertRefused(AccessError, "cannot be set"):
            deal.sudo().write({'meets_requirements': True})
        with (
            self.env.protecting([('dealflow.derived.values.mixin', deal._fields['meets_requirements'])], deal),
            self.assertRefused(AccessError, "cannot be set"),
        ):
            other.sudo().write({'meets_requirements': False})


@tagged('post_install', '-at_install')
class TestDerivedValuesOverRpc(EventCommon, HttpCase):
    """RPC calls of sellers and marketers on their own records, without any view."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._new_user('derived_marketer', 'dealflow.group_marketing')
        cls.deal = cls._new_deal(
            cls.rep_north, line_ids=[Command.create({'name': "Chair", 'quantity': 10, 'price_unit': 100})]
        )
        cls.receipt = (
            cls.env['dealflow.receipt']
            .with_user(cls.rep_north)
            .create({'deal_id': cls.deal.id, 'date_planned': '2030-05-20', 'amount': 300})
        )
        cls.claim = cls.env['dealflow.claim'].with_user(cls.rep_north).create({'name': "A leg is missing"})

    def _call(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def _assert_stays(self, user, record, **forged):
        """Check that the value cannot be written, neither alone nor together with editable values."""
        before = {name: record.sudo()[name] for name in forged}
        for name, value in forged.items():
            with self.subTest(field=name), self.assertRaises(JsonRpcException) as refusal, mute_logger('odoo.http'):
                self._call(user, record._name, 'write', record.ids, {name: value})
            self.assertEqual(str(refusal.exception), 'odoo.exceptions.AccessError')
        self.env.invalidate_all()
        self.assertEqual({name: record.sudo()[name] for name in forged}, before)

    def test_amount_of_a_deal_in_company_currency(self):
        self._assert_stays(
            self.rep_north,
            self.deal,
            amount_company=999999999,
            weighted_amount=999999999,
            meets_requirements=False,
            number="D-1",
            state='won',
        )
        logs = self.deal.sudo().log_ids
        self.assertEqual(set(logs.mapped('amount_company_to')) - {0.0}, {1000.0})

    def test_subtotal_of_a_product(self):
        line = self.deal.line_ids
        self._assert_stays(self.rep_north, line, price_subtotal=999999999)
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call(
                self.rep_north,
                'dealflow.deal',
                'write',
                self.deal.ids,
                {'line_ids': [[1, line.id, {'price_subtotal': 999999999}]]},
            )
        self.env.invalidate_all()
        self.assertEqual((line.price_subtotal, self.deal.amount), (1000, 1000))

    def test_received_money(self):
        """A forged receipt changes neither the received money nor the requirement of a stage that depends on it."""
        self.env['dealflow.stage.requirement'].create(
            {'stage_id': self.stage_offer.id, 'kind': 'received_share', 'min_percent': 100}
        )
        self._assert_stays(
            self.rep_north,
            self.receipt,
            received_amount=1000,
            received_amount_company=1000,
            matched_amount=1000,
            cover_date='2024-01-01',
            matched_on='2024-01-01',
            gap=0,
            open_amount=5,
            open_amount_company=5,
            cancelled_amount=5,
            is_closed_by_match=True,
            is_closed_by_loss=True,
            active=False,
            date_planned_initial='2031-01-01',
            postponement_count=7,
            moved_days=7,
        )
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call(
                self.rep_north,
                'dealflow.deal',
                'write',
                self.deal.ids,
                {'receipt_ids': [[1, self.receipt.id, {'received_amount': 1000}]]},
            )
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call(
                self.rep_north, 'dealflow.deal', 'action_move_stage', self.deal.ids, self.stage_offer.id, "x", "y"
            )
        self.env.invalidate_all()
        self.assertEqual(self.deal.stage_id, self.stage_talk)

    def test_dates_number_and_cost_of_a_claim(self):
        self._assert_stays(
            self.rep_north,
            self.claim,
            cost_amount_company=7,
            date_open='2020-01-01 00:00:00',
            date_closed='2020-01-01 00:00:00',
            number="C-1",
            resolve_hours=1,
        )
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call(self.rep_north, 'dealflow.claim', 'create', [{'name': "x", 'date_open': '2020-01-01 00:00:00'}])

    def test_costs_of_marketing(self):
        fair = self.env['dealflow.marketing.event'].create({'title': "Spring fair", 'date_start': '2024-03-01'})
        cost = self.env['dealflow.marketing.cost'].create(
            {'name': "Stand", 'event_id': fair.id, 'planned_amount': 10, 'actual_amount': 10}
        )
        self._assert_stays(self.marketer, cost, planned_amount_company=7, actual_amount_company=7)

    def test_sheet_of_a_meeting_and_its_statistics(self):
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        sheet = self.env['dealflow.meeting.sheet'].with_user(self.rep_north).create({'event_id': meeting.id})
        technique = self.env['dealflow.technique'].create({'name': "Silence", 'code': 'test_silence'})
        line = (
            self.env['dealflow.meeting.technique']
            .with_user(self.rep_north)
            .create({'sheet_id': sheet.id, 'technique_id': technique.id})
        )
        self._assert_stays(
            self.rep_north,
            sheet,
            name="x",
            deal_id=self.deal.id,
            state='minuted',
            user_ids=[[4, self.rep_south.id]],
            user_id=self.rep_south.id,
        )
        self._assert_stays(self.rep_north, line, used_count=7, worked_count=7, worked_share=100)

    def test_defaults_and_creation(self):
        deal_id = self._call(
            self.rep_north,
            'dealflow.deal',
            'create',
            [{'name': "x", 'funnel_id': self.funnel.id, 'amount': 10}],
            context={'default_amount_company': 999999999, 'default_meets_requirements': False, 'default_number': "D-1"},
        )[0]
        deal = self.env['dealflow.deal'].browse(deal_id)
        self.assertEqual((deal.amount_company, deal.meets_requirements), (10, True))
        self.assertNotEqual(deal.number, "D-1")
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call(
                self.rep_north,
                'dealflow.deal',
                'web_save',
                [],
                {'name': "x", 'funnel_id': self.funnel.id, 'amount': 10, 'amount_company': 999999999},
                specification={},
            )
