from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged

from . import test_screens_by_role
from .common import DealflowCommon
from .marketing_common import MarketingCommon

# Written by code only, which appends events of the document.
WITHOUT_PERSONS = {
    'dealflow.claim.log',
    'dealflow.deal.log',
    'dealflow.event.status.log',
    'dealflow.receipt.postponement',
    'dealflow.marketing.touch',
    'dealflow.request.arrival',
    'dealflow.request.assignment',
}
# No existing record can be used for these references.
WITHOUT_TARGET = {
    # In the demo data nobody has saved columns; see ``test_column_set``.
    ('dealflow.column.choice', 'set_id'),
    # Users may read events of others as «busy».
    ('dealflow.meeting.sheet', 'event_id'),
    ('mail.activity', 'dealflow_event_id'),
    ('dealflow.call.round.line', 'event_id'),
    # Nobody writes processes; the card is asked when one is started.
    ('dealflow.process', 'claim_id'),
    ('dealflow.process', 'deal_id'),
    ('dealflow.process', 'lead_id'),
    ('dealflow.process', 'receipt_id'),
    # A competitor line never changes its deal.
    ('dealflow.deal.competitor', 'deal_id'),
    # Only marketers write participants, and they may read all opportunities.
    ('dealflow.marketing.participant', 'lead_id'),
    # A row of the log is never changed.
    ('dealflow.request.assignment', 'lead_id'),
    # Tried in TestMessenger and TestLeadPerson.
    ('dealflow.lead.person', 'lead_id'),
    ('dealflow.messenger', 'lead_id'),
}


def is_guarded(env, name):
    return env['dealflow.reference.mixin']._dealflow_is_guarded_model(name)


def get_checked(model):
    return model._dealflow_get_guarded_references() if hasattr(model, '_dealflow_get_guarded_references') else ()


def get_loose_references(env):
    """Return our stored references to guarded documents that users may write without a check, as model and field."""
    writable = set(
        env['ir.model.access']
        .sudo()
        .search(
            [
                '|',
                ('perm_create', '=', True),
                ('perm_write', '=', True),
            ]
        )
        .model_id.mapped('model')
    )
    return {
        (model._name, field.name)
        for model in env.values()
        if model._name in writable and not model._abstract and model._auto
        for field in model._fields.values()
        if field.type == 'many2one'
        and field.store
        and 'dealflow' in field._modules
        and is_guarded(env, field.comodel_name)
        and not (field.compute and field.readonly)
        and field.name not in get_checked(model)
    }


@tagged('post_install', '-at_install')
class TestReferencesOfModels(MarketingCommon):
    """Every reference to a document checks that the user may read the document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.rep.copy({'login': 'test_reference_stranger', 'name': "Stranger"})
        cls.env.user.group_ids |= cls.env.ref('account.group_account_manager')
        make_records = test_screens_by_role.TestScreensByRole._make_records.__func__
        make_records(cls, cls.rep)
        make_records(cls, cls.stranger)
        # Documents of the stranger without references so far, and a receipt of the rep without invoices.
        cls._new_lead(user_id=cls.stranger.id, partner_id=cls.beta.id)
        cls.env['dealflow.deal'].create(
            {'name': "Secret", 'business_partner_id': cls.beta.id, 'user_id': cls.stranger.id}
        )
        cls.env['sale.order'].create({'partner_id': cls.beta.id, 'user_id': cls.stranger.id})
        cls.env['dealflow.claim'].create(
            {'name': "Secret", 'business_partner_id': cls.beta.id, 'user_id': cls.stranger.id}
        )
        cls.env['dealflow.receipt'].create(
            {
                'name': "Rest",
                'date_planned': date(2030, 5, 5),
                'amount': 10,
                'deal_id': cls.env['dealflow.deal'].search([('user_id', '=', cls.rep.id)], order='id desc', limit=1).id,
            }
        )
        for person in (cls.rep, cls.stranger):
            lines = [Command.create({'partner_id': cls.alpha.id})]
            cls.env['dealflow.call.round'].with_user(person).create({'name': "Round", 'line_ids': lines})
            # Folders of filters are of one person until they are shared.
            cls._new('dealflow.filter.folder', person, {'name': "Own", 'model': 'crm.lead'})
            cls.env['ir.filters'].with_user(person).create(
                {'name': "Own", 'model_id': 'crm.lead', 'user_ids': [Command.set(person.ids)]}
            )
        cls.env.flush_all()

    def _get_references(self):
        for model in self.env.values():
            if not model._abstract:
                for name in get_checked(model):
                    if model._fields[name].type == 'many2one':
                        yield model, model._fields[name]

    def _find_foreign(self, own, field):
        """Return a document that the user may neither read nor see through another record, or an empty recordset."""
        documents = (
            self.env[field.comodel_name].sudo().with_context(active_test=False).search([], order='id desc', limit=100)
        )
        documents = documents.with_user(own.env.user).sudo(False)
        foreign = documents - documents._filtered_access('read')
        return (foreign - own.with_context(active_test=False).search([(field.name, 'in', foreign.ids)])[field.name])[:1]

    def _get_attempts(self, own, field):
        self.env.invalidate_all()
        if own._transient or not own.has_access('write'):
            return
        target = self._find_foreign(own, field)
        if target:
            for record in own.search([], order='id desc', limit=100)._filtered_access('write')[:3]:
                yield record, target

    def _try(self, record, name, target):
        try:
            with self.env.cr.savepoint():
                record.write({name: target.id})
        except AccessError:
            return 'refused'
        except UserError:
            # The record is locked for another reason.
            return 'locked'
        return 'accepted'

    def test_every_reference_is_checked(self):
        self.assertEqual(get_loose_references(self.env), set())

    def test_a_model_that_forgets_is_found(self):
        """Logs have no check, because users cannot write them; with write access, the test above would fail."""
        self.env['ir.model.access'].create(
            {
                'name': "probe",
                'model_id': self.env['ir.model']._get_id('dealflow.deal.log'),
                'perm_create': True,
                'group_id': self.env.ref('dealflow.group_manager').id,
            }
        )
        self.assertEqual(get_loose_references(self.env), {('dealflow.deal.log', 'deal_id')})

    def test_documents_that_not_everybody_reads_are_guarded(self):
        """A comodel whose rules differ by group is guarded, or users cannot write the reference."""
        by_group = set(self.env['ir.rule'].sudo().search([('groups', '!=', False)]).model_id.mapped('model'))
        pointed_to = {
            field.comodel_name
            for model in self.env.values()
            if model._name not in WITHOUT_PERSONS and not model._abstract and model._auto
            for field in model._fields.values()
            if field.type == 'many2one'
            and field.store
            and not field.compute
            and not field.inherited
            and 'dealflow' in field._modules
            and (
                field.comodel_name.startswith('dealflow.')
                or field.comodel_name
                in ('crm.lead', 'sale.order', 'account.move', 'account.move.line', 'calendar.event')
            )
        }
        self.assertEqual({name for name in pointed_to & by_group if not is_guarded(self.env, name)}, set())

    def test_no_record_is_moved_to_what_the_person_may_not_read(self):
        """Write a stranger's document into each reference of the rep's newest record of each model."""
        untried, accepted = set(), []
        for model, field in self._get_references():
            reference = (model._name, field.name)
            answers = {
                self._try(record, field.name, target)
                for person in (self.rep, self.marketer)
                for record, target in self._get_attempts(model.with_user(person), field)
            }
            if 'accepted' in answers:
                accepted.append(reference)
            elif 'refused' not in answers:
                untried.add(reference)
        self.assertEqual(accepted, [])
        transient = {(model._name, field.name) for model, field in self._get_references() if model._transient}
        self.assertLessEqual(untried - transient, WITHOUT_TARGET)


class ReferenceCommon(DealflowCommon):
    """Test case with a deal, a claim and an opportunity of a rep, and a colleague's documents hidden from the rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._new_deal(
            user_id=cls.rep_north.id,
            line_ids=[
                Command.create(
                    {
                        'product_id': cls.product.id,
                        'quantity': 1,
                        'price_unit': 100,
                    }
                )
            ],
        )
        cls.foreign = cls._new_deal(user_id=cls.rep_south.id, name="Secret sofas")
        cls.own_lead, cls.foreign_lead = cls.env['crm.lead'].create(
            [
                {'name': "Chairs", 'type': 'opportunity', 'user_id': cls.rep_north.id, 'partner_id': cls.partner.id},
                {
                    'name': "Secret",
                    'type': 'opportunity',
                    'user_id': cls.rep_south.id,
                    'partner_id': cls.other_partner.id,
                },
            ]
        )
        cls.receipt = cls.env['dealflow.receipt'].create(
            {
                'name': "Advance",
                'deal_id': cls.own.id,
                'date_planned': date(2030, 4, 4),
                'amount': 300,
            }
        )
        cls.sheets = cls.env['dealflow.meeting.sheet']
        for user in (cls.rep_north, cls.rep_south):
            event = (
                cls.env['calendar.event']
                .with_context(no_mail_to_attendees=True)
                .create(
                    {
                        'name': "About chairs",
                        'start': '2030-03-04 10:00',
                        'stop': '2030-03-04 11:00',
                        'user_id': user.id,
                        'event_type_id': cls.env.ref('dealflow.event_type_meeting').id,
                        'business_partner_id': cls.partner.id,
                    }
                )
            )
            cls.sheets += cls.env['dealflow.meeting.sheet'].create(
                {
                    'event_id': event.id,
                    'agreement_ids': [Command.create({'name': "Send samples"})],
                    'technique_ids': [
                        Command.create(
                            {
                                'technique_id': cls.env['dealflow.technique'].search([], limit=1).id,
                            }
                        )
                    ],
                }
            )
        cls.env.flush_all()
        cls.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestReferences(ReferenceCommon):
    """Legitimate use still works."""

    def test_what_may_be_read_is_pointed_to(self):
        second = self._new_deal(user_id=self.rep_north.id)
        self.env.invalidate_all()
        self.own.line_ids.with_user(self.rep_north).deal_id = second
        self.receipt.with_user(self.rep_north).deal_id = second
        self.own.with_user(self.rep_north).lead_id = self.own_lead
        claim = (
            self.env['dealflow.claim']
            .with_user(self.rep_north)
            .create(
                {
                    'name': "Late",
                    'business_partner_id': self.partner.id,
                    'deal_id': second.id,
                }
            )
        )
        self.assertEqual(self.own.line_ids.deal_id + self.receipt.deal_id + claim.deal_id, second)
        self.assertEqual(second.line_ids.mapped('deal_id') + self.own.lead_id.mapped('deal_ids'), second + self.own)

    def test_unchanged_reference_is_written_again(self):
        """A co-executor saves the deal with the colleague's unchanged opportunity, and an import does the same."""
        self.foreign.write({'lead_id': self.foreign_lead.id, 'co_executor_ids': self.rep_north.ids})
        self.env.invalidate_all()
        helped = self.foreign.with_user(self.rep_north)
        helped.write({'lead_id': self.foreign_lead.id, 'short_status': "waits"})
        self.assertEqual(helped.short_status, "waits")

    def test_nightly_jobs_and_automations_of_nobody_point_where_they_like(self):
        self.own.line_ids.deal_id = self.foreign
        self.assertEqual(self.foreign.line_ids.product_id, self.product)

    def test_elevated_rights_do_not_help_the_person(self):
        line_sudo = self.own.line_ids.with_user(self.rep_north).sudo()
        with self.assertRefused(AccessError, "“Deal” of Deal Line|names a record"):
            line_sudo.deal_id = self.foreign

    def test_opportunity_needs_the_right_to_change_it(self):
        """Losing a deal also loses its opportunity, so read access to the opportunity is not enough."""
        self.env['ir.rule'].create(
            {
                'name': "read all",
                'model_id': self.env['ir.model']._get_id('crm.lead'),
                'perm_write': False,
                'perm_create': False,
                'perm_unlink': False,
                'domain_force': "[(1, '=', 1)]",
                'groups': [Command.link(self.env.ref('dealflow.group_user_own').id)],
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.foreign_lead.with_user(self.rep_north).name, "Secret")
        with self.assertRefused(AccessError, "names a record"):
            self.own.with_user(self.rep_north).lead_id = self.foreign_lead

    def test_a_name_that_is_known_from_elsewhere_opens_no_deal_and_no_opportunity(self):
        """Seeing the name of a deal or an opportunity on another record is not enough to refer to it."""
        claims = self.env['dealflow.claim']
        values = {'name': "Late", 'business_partner_id': self.partner.id, 'deal_id': self.foreign.id}
        shown = claims.create({**values, 'user_id': self.rep_north.id})
        helped = self._new_deal(user_id=self.rep_south.id, co_executor_ids=self.rep_north.ids)
        helped.lead_id = self.foreign_lead
        self.env.invalidate_all()
        self.assertEqual(shown.with_user(self.rep_north).deal_id, self.foreign)
        self.assertEqual(helped.with_user(self.rep_north).lead_id, self.foreign_lead)
        for elevated in (False, True):
            with self.assertRefused(AccessError, "names a record"):
                claims.with_user(self.rep_north).sudo(elevated).create(values)
            with self.assertRefused(AccessError, "names a record"):
                self.own.with_user(self.rep_north).sudo(elevated).lead_id = self.foreign_lead
        self.own.with_user(self.rep_north).action_lose(self.reason.id, "Too expensive")
        self.assertEqual(self.foreign_lead.won_status, 'pending')

    def test_work_on_documents_of_deals_out_of_sight_goes_on(self):
        """Sales and accounting users save and invoice an order without seeing its deal."""
        order = self._new_order(self.partner, self.product, deal_id=self.foreign.id)
        self.env.flush_all()
        bookkeeper = self._new_user(
            'bookkeeper', 'sales_team.group_sale_salesman_all_leads,account.group_account_invoice'
        )
        self.env.invalidate_all()
        theirs = order.with_user(bookkeeper)
        theirs.write({'note': "Ring twice"})
        theirs.action_confirm()
        theirs.order_line.qty_delivered = 1
        self.assertTrue(theirs._create_invoices())
        self.assertTrue(theirs.copy())

    def test_loss_of_a_deal_follows_to_its_own_opportunity(self):
        self.own.with_user(self.rep_north).lead_id = self.own_lead
        self.own.with_user(self.rep_north).action_lose(self.reason.id, "Too expensive")
        self.assertEqual(self.own_lead.won_status, 'lost')

    def test_batch_costs_no_query_for_each_record(self):
        lines = self.env['dealflow.deal.line'].with_user(self.rep_north)

        def count_queries(number):
            values = {'deal_id': self.own.id, 'product_id': self.product.id}
            return self._count_queries(lambda: lines.create([values] * number))

        count_queries(2)
        few, many = count_queries(5), count_queries(60)
        self.assertLessEqual(many - few, 2)


@tagged('post_install', '-at_install')
class TestReferencesByRpc(ReferenceCommon, HttpCase):
    """RPC calls of a rep with ids of documents that the rep may not read."""

    def setUp(self):
        super().setUp()
        self.authenticate('test_rep_north', 'test_rep_north')

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            '/web/dataset/call_kw',
            {
                'model': model,
                'method': method,
                'args': list(args),
                'kwargs': kwargs,
            },
        )

    def assertRefusedByRpc(self, *args, **kwargs):
        with self.assertRaisesRegex(JsonRpcException, 'AccessError'):
            self._call(*args, **kwargs)
        self.env.invalidate_all()

    def test_line_is_not_moved_to_a_deal_of_a_colleague(self):
        line = self.own.line_ids
        self.assertRefusedByRpc('dealflow.deal.line', 'write', line.ids, {'deal_id': self.foreign.id})
        self.assertRefusedByRpc(
            'dealflow.deal', 'write', self.own.ids, {'line_ids': [[1, line.id, {'deal_id': self.foreign.id}]]}
        )
        self.assertEqual(line.deal_id, self.own)

    def test_receipt_is_not_moved_to_a_deal_of_a_colleague(self):
        self.assertRefusedByRpc('dealflow.receipt', 'write', self.receipt.ids, {'deal_id': self.foreign.id})
        self.assertRefusedByRpc(
            'dealflow.deal',
            'write',
            self.own.ids,
            {'receipt_ids': [[1, self.receipt.id, {'deal_id': self.foreign.id}]]},
        )
        self.assertEqual(self.receipt.deal_id, self.own)

    def test_minutes_are_not_moved_to_a_confidential_sheet(self):
        own, foreign = self.sheets
        for lines in (own.agreement_ids, own.technique_ids):
            self.assertRefusedByRpc(lines._name, 'write', lines.ids, {'sheet_id': foreign.id})
            self.assertEqual(lines.sheet_id, own)

    def test_opportunity_of_a_colleague_is_not_taken(self):
        """Otherwise losing the deal would lose and archive the colleague's opportunity."""
        values = {'name': "Bait", 'business_partner_id': self.partner.id, 'funnel_id': self.funnel.id}
        self.assertRefusedByRpc('dealflow.deal', 'create', [{**values, 'lead_id': self.foreign_lead.id}])
        self.assertRefusedByRpc('dealflow.deal', 'create', [values], context={'default_lead_id': self.foreign_lead.id})
        self.assertRefusedByRpc('dealflow.deal', 'write', self.own.ids, {'lead_id': self.foreign_lead.id})
        self.assertRefusedByRpc('dealflow.deal', 'web_save', self.own.ids, {'lead_id': self.foreign_lead.id}, {})
        self.assertRefusedByRpc('dealflow.deal', 'copy', self.own.ids, {'lead_id': self.foreign_lead.id})
        self.assertFalse(self.foreign_lead.deal_ids)

    def test_deal_of_a_colleague_is_not_read_by_naming_it(self):
        order = self.env['sale.order'].create({'partner_id': self.partner.id, 'user_id': self.rep_north.id})
        client = {'business_partner_id': self.partner.id}
        for model, values in (
            ('dealflow.claim', {**client, 'name': "Late"}),
            ('dealflow.contract', {'name': "Delivery", 'entity_id': self.partner.id}),
            (
                'calendar.event',
                {
                    'name': "Call",
                    'start': '2030-01-01 10:00:00',
                    'stop': '2030-01-01 11:00:00',
                    'event_type_id': self.env.ref('dealflow.event_type_meeting').id,
                },
            ),
            ('sale.order', {'partner_id': self.partner.id}),
            ('dealflow.deal.split', {}),
            ('dealflow.receipt.plan', {}),
        ):
            with self.subTest(model=model):
                self.assertRefusedByRpc(model, 'create', [{**values, 'deal_id': self.foreign.id}])
        self.assertRefusedByRpc('sale.order', 'write', order.ids, {'deal_id': self.foreign.id})
        self.assertRefusedByRpc('res.partner', 'write', self.contact.ids, {'origin_lead_id': self.foreign_lead.id})

    def test_import_is_refused_too(self):
        external = self.foreign._export_rows([['id']])[0][0]
        self.env.flush_all()
        answer = self._call(
            'dealflow.claim',
            'load',
            ['name', 'business_partner_id/.id', 'deal_id/id'],
            [
                ["Late", str(self.partner.id), external],
            ],
        )
        self.assertFalse(answer['ids'])
        self.assertIn('names a record', str(answer['messages']))
