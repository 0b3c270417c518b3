from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .event_common import EventCommon
from .probe import add_probe
from .test_stamp import make_picture

REFUSALS = (AccessError, UserError, ValidationError)


class DefaultsCommon(EventCommon):
    """Test case with a company that requires every approval, and users with the least rights to create something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ir.config_parameter'].sudo().set_param('dealflow.mailing_approval', True)
        cls.env.company.dealflow_receipt_received_by = 'match'
        cls.env.company.write({f'dealflow_gate_{name}': 'block' for name in ('order', 'invoice', 'contract', 'stage')})
        cls.mailer = new_test_user(cls.env, 'test_default_mailer', 'mass_mailing.group_mass_mailing_user')
        cls.approver = new_test_user(
            cls.env, 'test_default_approver', 'dealflow.group_mailing_approver,mass_mailing.group_mass_mailing_user'
        )
        cls.marketer = new_test_user(cls.env, 'test_default_marketer', 'dealflow.group_marketing')
        cls.fair = cls.env['dealflow.marketing.event'].create({'title': "Spring fair", 'date_start': '2024-03-01'})
        cls.deal = cls._new_deal(cls.rep_north, user_id=cls.rep_north.id)

        cls.sheet = (
            cls.env['dealflow.meeting.sheet']
            .with_user(cls.rep_north)
            .create({'event_id': cls._new_event(cls.rep_north, event_type_id=cls.meeting_type.id).id})
        )
        cls.technique = cls.env['dealflow.technique'].create({'name': "Silence", 'code': 'test_silence'})

    @classmethod
    def _prepare_receipt(cls, **values):
        return {'name': "Advance", 'deal_id': cls.deal.id, 'date_planned': '2030-05-20', 'amount': 300, **values}

    @classmethod
    def _prepare_mailing(cls, **values):
        return {
            'subject': "Spring offer",
            'body_html': "<p>Twenty per cent</p>",
            'mailing_model_id': cls.env['ir.model']._get_id('res.partner'),
            'mailing_domain': "[]",
            **values,
        }


def find_open_defaults(env, user, model_name, prepare, names=None):
    """Return the values that ``user`` may not write on a new record but can set through a context default.

    All booleans and selections are tried, because guarded values are states and checkboxes.
    """
    found = []
    records = env[model_name].with_user(user)
    for name, field in records._fields.items():
        is_ours = model_name.startswith('dealflow.') or 'dealflow' in field._modules
        if names and name not in names or not (is_ours and field.store) or field.inherited:
            continue
        values = {'selection': field.type == 'selection' and field.get_values(env), 'boolean': [True, False]}.get(
            field.type, []
        )
        for value in values:
            # A guard may also ignore the default instead of raising.
            if _try_to_create(records, {**prepare(), name: value}, name) is None and value == _try_to_create(
                records.with_context(**{f'default_{name}': value}), prepare(), name
            ):
                found.append(f'{model_name}.{name}: {value}')
    return found


def _try_to_create(records, values, name):
    """Return the value that the field of a new record gets, or ``None`` when the record is refused."""
    with mute_logger('odoo.sql_db', 'odoo.models'), records.env.cr.savepoint() as savepoint:
        try:
            record = records.create(values)
            record.env.flush_all()
            made = record.sudo()[name]
        except REFUSALS:
            made = None
        savepoint.rollback()
    records.env.invalidate_all()
    return made


@tagged('post_install', '-at_install')
class TestDefaults(DefaultsCommon):
    """Guards check what is stored, not what is passed: a default allows nothing that a value does not (rule 0)."""

    def _get_creators(self):
        """Return the user with the least rights and the required values, for each model of ours or guarded by us."""
        partner = {'partner_id': self.partner.id}
        recipes = {
            'dealflow.receipt': (self.rep_north, self._prepare_receipt),
            'dealflow.deal.line': (self.rep_north, lambda: {'deal_id': self.deal.id, 'name': "x", 'price_unit': 1}),
            'dealflow.deal.competitor': (
                self.rep_north,
                lambda: {
                    'deal_id': self.deal.id,
                    'competitor_id': self.env['dealflow.competitor'].create({'name': "Competitor"}).id,
                },
            ),
            'dealflow.deal': (
                self.rep_north,
                lambda: {'name': "x", 'funnel_id': self.funnel.id, 'amount': 1, 'business_partner_id': self.partner.id},
            ),
            'dealflow.marketing.participant': (self.marketer, lambda: {**partner, 'event_id': self.fair.id}),
            'dealflow.marketing.cost': (self.marketer, lambda: {'name': "Stand", 'event_id': self.fair.id}),
            'dealflow.marketing.material': (self.marketer, lambda: {'name': "Flyer", 'url': "https://example.com"}),
            'dealflow.meeting.agreement': (self.rep_north, lambda: {'name': "Samples", 'sheet_id': self.sheet.id}),
            'dealflow.meeting.technique': (
                self.rep_north,
                lambda: {'sheet_id': self.sheet.id, 'technique_id': self.technique.id},
            ),
            'dealflow.stage.requirement': (
                self.manager,
                lambda: {
                    'stage_id': self.stage_offer.id,
                    'field_id': self.env['ir.model.fields']._get('dealflow.deal', 'expected_close_date').id,
                },
            ),
            'dealflow.minimum.price': (self.manager, lambda: {'applied_on': 'all', 'amount': 1.0}),
            'dealflow.stamp': (self.manager, lambda: {'name': "x", 'image': make_picture()}),
            'dealflow.telephony.extension': (
                self.manager,
                lambda: {
                    'number': "x",
                    'user_id': self.manager.id,
                    'provider_id': self.env['dealflow.telephony.provider']
                    .create({'name': "x", 'country_id': self.env.ref('base.bg').id})
                    .id,
                },
            ),
            'dealflow.call.round.line': (
                self.rep_north,
                lambda: {
                    **partner,
                    'round_id': self.env['dealflow.call.round'].with_user(self.rep_north).create({'name': "x"}).id,
                },
            ),
            'dealflow.rule.action': (
                self.manager,
                lambda: {
                    'kind': 'message',
                    'text': "x",
                    'rule_id': self.env['dealflow.rule'].with_user(self.manager).create({'name': "x"}).id,
                },
            ),
            'dealflow.request.route': (
                self.manager,
                lambda: {'name': "x", 'taker_ids': [Command.create({'user_id': self.rep_north.id})]},
            ),
            'dealflow.request.taker': (
                self.manager,
                lambda: {
                    'route_id': self.env['dealflow.request.route']
                    .create({'name': "x", 'taker_ids': [Command.create({'user_id': self.rep_north.id})]})
                    .id,
                    'user_id': self.rep_second.id,
                },
            ),
            'dealflow.column.set': (
                self.rep_north,
                lambda: {
                    'name': "x",
                    'view_id': self.env.ref('dealflow.dealflow_deal_view_list').id,
                    'columns': [{'name': 'name'}],
                },
            ),
            'dealflow.column.choice': (
                self.rep_north,
                lambda: {
                    'set_id': self.env['dealflow.column.set']
                    .with_user(self.rep_north)
                    .create(
                        {
                            'name': "x",
                            'view_id': self.env.ref('dealflow.dealflow_deal_view_list').id,
                            'columns': [{'name': 'name'}],
                        }
                    )
                    .id,
                    'view_id': self.env.ref('dealflow.dealflow_deal_view_list').id,
                },
            ),
            'dealflow.target': (self.manager, lambda: {'month': '2030-01-01', 'user_id': self.rep_north.id}),
            'dealflow.contract': (self.rep_north, lambda: {'name': "x", 'entity_id': self.partner.id}),
            'dealflow.entity.link': (self.rep_north, lambda: {**partner, 'entity_id': self.other_partner.id}),
            'dealflow.messenger': (
                self.rep_north,
                lambda: {
                    **partner,
                    'kind_id': self.env['dealflow.messenger.kind'].create({'name': "x", 'code': 'probe'}).id,
                    'account': "x",
                },
            ),
            'dealflow.lead.person': (
                self.rep_north,
                lambda: {**partner, 'lead_id': self._new_lead(self.rep_north).id},
            ),
            'dealflow.record.link': (
                self.rep_north,
                lambda: {'source_model': 'res.partner', 'source_id': self.partner.id, 'url': "https://example.com"},
            ),
            'dealflow.register.value': (
                self.manager,
                lambda: {'name': "x", 'register_id': self._new_register().id},
            ),
            'dealflow.partner.phone': (self.rep_north, lambda: {**partner, 'number': "+47 22 33 44 55"}),
            'dealflow.meeting.sheet': (
                self.rep_north,
                lambda: {'event_id': self._new_event(self.rep_north, event_type_id=self.meeting_type.id).id},
            ),
            'mailing.mailing': (self.mailer, self._prepare_mailing),
            'calendar.event': (
                self.rep_north,
                lambda: {
                    'name': "x",
                    'start': self.tomorrow,
                    'stop': self.tomorrow,
                    'event_type_id': self.call_type.id,
                },
            ),
            'res.partner': (self.rep_north, lambda: {'name': "x"}),
            'crm.lead': (self.rep_north, lambda: {'name': "x"}),
        }
        names = {'mailing.mailing': {'approval_state', 'state'}}
        for model_name in sorted(self.env.registry):
            model = self.env[model_name]
            # Without Inventory there is no warehouse to put into a group; see ``test_price_form_stock``.
            if model_name == 'dealflow.warehouse.group.line' and 'stock.warehouse' not in self.env:
                continue
            if model_name in recipes:
                yield model_name, *recipes[model_name], names.get(model_name)
            elif model_name.startswith('dealflow.') and not model._abstract and model._auto and not model._transient:
                for user in (self.rep_north, self.marketer, self.manager):
                    if model.with_user(user).has_access('create'):
                        yield model_name, user, lambda model=model: self._fill(model), None
                        break

    def _new_register(self):
        registers = self.env['dealflow.register']
        return registers.create({'name': f"Probe {registers.search_count([])}"})

    def _fill(self, model):
        """Return the values of the required fields of a new record."""
        values = {}
        defaults = model.default_get(list(model._fields))
        for name, field in model._fields.items():
            is_own = not field.inherited and name not in model._inherits.values()
            if field.required and field.store and is_own and not field.compute and name not in defaults:
                values[name] = {
                    'many2one': lambda field=field: self.env[field.comodel_name].search([], limit=1).id,
                    'selection': lambda field=field: field.get_values(self.env)[0],
                    'date': lambda: '2030-01-01',
                    'datetime': lambda: '2030-01-01 00:00:00',
                    'integer': lambda: 1,
                    'float': lambda: 1.0,
                    'monetary': lambda: 1.0,
                }.get(field.type, lambda: "Probe")()
        if 'title' in model._fields:
            values['title'] = "Probe"
        return values

    def test_no_default_opens_what_a_value_does_not(self):
        found, tried = [], []
        for model_name, user, prepare, names in self._get_creators():
            # The value itself must be valid for the field.
            with self.subTest(model=model_name), self.env.cr.savepoint() as savepoint:
                self.env[model_name].with_user(user).create(prepare())
                savepoint.rollback()
            tried.append(model_name)
            found += find_open_defaults(self.env, user, model_name, prepare, names)
        self.assertEqual(found, [])
        self.assertLessEqual({'dealflow.receipt', 'mailing.mailing', 'dealflow.claim', 'dealflow.contract'}, set(tried))

    def test_guard_of_passed_values_is_found(self):
        @api.model_create_multi
        def create(self, vals_list):
            if any(vals.get('is_paid') for vals in vals_list):
                refusal = "Only accountants say so."
                raise AccessError(refusal)
            return models.Model.create(self, vals_list)

        add_probe(self, 'dealflow.probe', name=fields.Char(), is_paid=fields.Boolean(), create=create)
        self.env['ir.model.access'].create(
            {
                'name': "probe",
                'model_id': self.env['ir.model']._get_id('dealflow.probe'),
                'group_id': self.env.ref('dealflow.group_user_own').id,
                'perm_read': True,
                'perm_create': True,
            }
        )
        self.assertEqual(
            find_open_defaults(self.env, self.rep_north, 'dealflow.probe', lambda: {'name': "x"}),
            ['dealflow.probe.is_paid: True'],
        )

    def test_copy_and_file_open_nothing_either(self):
        receipt = self.env['dealflow.receipt'].with_user(self.rep_north).create(self._prepare_receipt())
        with self.assertRefused(UserError, "only accounting closes receipts"):
            receipt.copy({'state': 'received'})
        result = receipt.with_context(default_state='received').load(
            ['name', 'deal_id/.id', 'date_planned', 'amount'], [["Rest", str(self.deal.id), '2030-06-20', "100"]]
        )
        self.assertIn("only accounting closes receipts", str(result['messages']))
        self.assertFalse(result['ids'])

    def test_sheet_of_a_private_meeting_is_not_made_by_default(self):
        meeting = self._new_event(
            self.rep_south, event_type_id=self.meeting_type.id, privacy='private', client_contact_id=False
        )
        sheets = self.env['dealflow.meeting.sheet'].with_user(self.rep_north)
        for make in (
            lambda: sheets.create({'event_id': meeting.id}),
            lambda: sheets.with_context(default_event_id=meeting.id).create({}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                make()

    def test_elevated_rights_do_not_confirm_in_the_name_of_a_person(self):
        mailing = self.env['mailing.mailing'].with_user(self.mailer).create(self._prepare_mailing())
        for forge in (
            lambda: mailing.sudo().write({'approval_state': 'approved'}),
            lambda: mailing.sudo().create(self._prepare_mailing(approval_state='approved')),
        ):
            with self.assertRefused(AccessError, "approve mailings"):
                forge()

    def test_approver_signs_with_his_own_name(self):
        forged = {'default_approved_by_id': self.env.ref('base.user_admin').id}
        mailing = self.env['mailing.mailing'].with_user(self.mailer).create(self._prepare_mailing())
        mailing = mailing.with_user(self.approver).with_context(**forged)
        mailing.write({'approval_state': 'approved'})
        with self.assertRefused(UserError, "is your own"):
            mailing.create(self._prepare_mailing(approval_state='approved'))
        self.assertEqual(mailing.approved_by_id, self.approver)
        with self.assertRefused(AccessError, "“Confirmed By” of .* cannot be set"):
            mailing.write({'approved_by_id': self.env.ref('base.user_admin').id})


@tagged('post_install', '-at_install')
class TestDefaultsOverRpc(DefaultsCommon, HttpCase):
    def _call(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def _assert_refused(self, kind, *call, **kwargs):
        with self.assertRaises(JsonRpcException) as refusal, mute_logger('odoo.http'):
            self._call(*call, **kwargs)
        self.assertEqual(str(refusal.exception), f'odoo.exceptions.{kind}')

    def test_mailing_is_not_confirmed_by_the_administrator_who_knows_nothing(self):
        context = {
            'default_approval_state': 'approved',
            'default_approved_by_id': self.env.ref('base.user_admin').id,
            'default_approved_on': '2024-01-01 00:00:00',
        }
        values = self._prepare_mailing()
        self._assert_refused('AccessError', self.mailer, 'mailing.mailing', 'create', [values], context=context)
        self._assert_refused(
            'AccessError', self.mailer, 'mailing.mailing', 'web_save', [], values, specification={}, context=context
        )
        mailing_id = self._call(
            self.mailer,
            'mailing.mailing',
            'create',
            [values],
            context={'default_approved_by_id': self.env.ref('base.user_admin').id},
        )[0]
        mailing = self.env['mailing.mailing'].browse(mailing_id)
        self.assertFalse(mailing.approved_by_id)
        self._assert_refused('UserError', self.mailer, 'mailing.mailing', 'action_launch', [mailing_id])
        self._assert_refused(
            'AccessError', self.mailer, 'mailing.mailing', 'copy', [mailing_id], {'approval_state': 'approved'}
        )

    def test_receipt_is_not_received_by_default(self):
        values, context = self._prepare_receipt(), {'default_state': 'received'}
        for rule in ('match', 'accountant'):
            self.env.company.dealflow_receipt_received_by = rule
            self._assert_refused('UserError', self.rep_north, 'dealflow.receipt', 'create', [values], context=context)
            self._assert_refused(
                'UserError',
                self.rep_north,
                'dealflow.receipt',
                'web_save',
                [],
                values,
                specification={},
                context=context,
            )
            self._assert_refused(
                'UserError',
                self.rep_north,
                'dealflow.deal',
                'write',
                self.deal.ids,
                {'receipt_ids': [Command.create({**values, 'deal_id': self.deal.id})]},
                context=context,
            )
        self.env.company.dealflow_receipt_received_by = 'user'
        receipt_id = self._call(self.rep_north, 'dealflow.receipt', 'create', [values], context=context)[0]
        self.assertEqual(self.env['dealflow.receipt'].browse(receipt_id).state, 'received')
