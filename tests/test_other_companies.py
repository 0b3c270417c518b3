import re
from datetime import date, datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .probe import add_probe
from .test_derived_values import OF_INVENTORY
from .test_stage_rights import StageRightsCommon
from .test_stamp import make_picture

# Models shared by all companies, with the reason.
SHARED = {
    'dealflow.card.arrangement': "views and fields have no company in Odoo",
    'dealflow.card.change': "of how a card is arranged for all companies",
    'dealflow.card.log': "of how a card is arranged for all companies",
    'dealflow.client.kind': "words to choose from; contacts may be shared",
    'dealflow.link.kind': "words to choose from",
    'dealflow.messenger.kind': "words to choose from; contacts may be shared",
    'dealflow.person.role': "words to choose from",
    'dealflow.record.link': "seen by who may read one of the two records, in TestRecordLink",
    'dealflow.claim.cause': "words to choose from",
    'dealflow.column.choice': "how a person looks at a list",
    'dealflow.column.set': "how people look at a list",
    'dealflow.competitor.status': "columns of the register of competitors",
    'dealflow.event.category': "words to choose from",
    'dealflow.event.status': "statuses of the types of events",
    'dealflow.event.type': "events have no company in Odoo",
    'dealflow.filter.folder': "people share them; what they find obeys the rules of the records",
    'dealflow.filter.subscription': "a row is of one person; what is told obeys the rules of the records",
    'dealflow.marketing.event.kind': "words to choose from",
    'dealflow.partner.status': "words to choose from; contacts may be shared",
    'dealflow.region': "words to choose from; contacts may be shared",
    'dealflow.register': "words to choose from in fields that all companies have",
    'dealflow.register.value': "words to choose from in fields that all companies have",
    'dealflow.technique': "words to choose from",
}
# Path to the company of a model that has no company field, or one that is not searchable.
PATHS = {
    'dealflow.consent': 'partner_id.company_id',
    'dealflow.event.status.log': 'sheet_id.company_id',
    'dealflow.marketing.touch': 'event_id.company_id',
    'dealflow.meeting.agreement': 'sheet_id.company_id',
    'dealflow.meeting.technique': 'sheet_id.company_id',
    'dealflow.lead.person': 'lead_id.company_id',
    'dealflow.messenger': 'partner_id.company_id',
    'dealflow.partner.match': 'left_id.company_id',
    'dealflow.partner.phone': 'partner_id.company_id',
    'dealflow.process.question': 'step_id.template_id.company_id',
    'dealflow.process.step': 'template_id.company_id',
    'dealflow.process.way': 'step_id.template_id.company_id',
    'dealflow.requisite.log': 'entity_id.company_id',
    'dealflow.rule.action': 'rule_id.company_id',
    'dealflow.stage': 'funnel_id.company_id',
    'dealflow.stage.requirement': 'stage_id.funnel_id.company_id',
}


def get_kept_models(registry):
    """Return the names of our models whose rows belong to a company."""
    return sorted(
        name
        for name, model in registry.items()
        if model._original_module == 'dealflow' and not model._transient and not model._abstract and name not in SHARED
    )


def get_unguarded_models(env):
    """Return the company models without a global record rule on the company."""
    rules = env['ir.rule'].search([('groups', '=', False), ('perm_read', '=', True)])
    guarded = {rule.model_id.model for rule in rules if re.search(r'company_ids?\b', rule.domain_force or '')}
    # Reports that apply the record rules of the models they read.
    borrowing = {
        'dealflow.receipt.report',
        'dealflow.receipt.day',
        'dealflow.competitor.report',
        'dealflow.competitor.product.report',
    }
    return [name for name in get_kept_models(env.registry) if name not in guarded | borrowing]


@tagged('post_install', '-at_install')
class TestOtherCompanies(StageRightsCommon, HttpCase):
    """Users without access to a company see nothing of it in any model, relation, counter or report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other = cls.env['res.company'].create({'name': "Elsewhere"})
        cls.foreign = cls._new_user(
            'foreign',
            ','.join(
                (
                    'dealflow.group_manager',
                    'dealflow.group_receipts',
                    'dealflow.group_marketing',
                    'dealflow.group_requisites_confirmer',
                    'account.group_account_invoice',
                )
            ),
        )
        cls.foreign.write({'company_ids': [Command.set(cls.other.ids)], 'company_id': cls.other.id})
        cls._make_the_rest()
        cls.env.flush_all()

    @classmethod
    def _make_the_rest(cls):
        """Assign the clients to the company, and create a record of each model that does not depend on a deal."""
        (cls.partner + cls.other_partner).company_id = cls.company
        cls.competitor.company_id = cls.company
        cls.funnel.company_id = cls.company
        cls.env['dealflow.stage.requirement'].create({'stage_id': cls.stage_delivered.id, 'kind': 'attachment'})
        cls.link = cls.env['dealflow.entity.link'].create(
            {'partner_id': cls.partner.id, 'entity_id': cls.other_partner.id, 'company_id': cls.company.id}
        )
        cls.phone = cls.env['dealflow.partner.phone'].create(
            {'partner_id': cls.partner.id, 'number': "+47 22 33 44 55"}
        )
        cls.env['dealflow.messenger'].create(
            {
                'partner_id': cls.partner.id,
                'kind_id': cls.env['dealflow.messenger.kind'].create({'name': "Chat", 'code': 'chat'}).id,
                'account': "anna",
            }
        )
        lead = cls.env['crm.lead'].create({'name': "Wants chairs", 'company_id': cls.company.id})
        cls.env['dealflow.lead.person'].create({'lead_id': lead.id, 'partner_id': cls.contact.id})
        cls.env['dealflow.consent'].create({'partner_id': cls.partner.id, 'source': "Form at the fair"})
        cls.match = cls.env['dealflow.partner.match'].create(
            {'kind': 'duplicate', 'left_id': cls.partner.id, 'right_id': cls.other_partner.id}
        )
        cls.partner.with_user(cls.clerk).sudo().action_submit_requisites()
        cls.desk = cls.env['dealflow.claim.desk'].create({'name': "Complaints", 'company_id': cls.company.id})
        cls.target = cls.env['dealflow.target'].create(
            {'company_id': cls.company.id, 'user_id': cls.outsider.id, 'month': date(2024, 3, 1), 'amount': 1000}
        )
        cls.env['dealflow.conversion.target'].create({'company_id': cls.company.id, 'conversion': 20})
        cls.env['dealflow.marketing.participant'].create({'event_id': cls.fair.id, 'partner_id': cls.contact.id})
        cls.env['dealflow.marketing.cost'].create(
            {'event_id': cls.fair.id, 'name': "Stand", 'date': date(2024, 2, 1), 'planned_amount': 10}
        )
        cls.env['dealflow.marketing.material'].create(
            {'name': "Leaflet", 'company_id': cls.company.id, 'url': 'https://example.com/leaflet'}
        )
        product = cls.env['product.product'].create({'name': "Stool", 'company_id': cls.company.id})
        cls.env['dealflow.minimum.price'].create(
            {'company_id': cls.company.id, 'applied_on': 'variant', 'product_id': product.id, 'amount': 1}
        )
        cls.env['dealflow.segment.terms'].create({'company_id': cls.company.id, 'name': "Wholesale"})
        cls._make_rule()
        cls._make_process()
        cls.env['dealflow.offer'].create({'company_id': cls.company.id, 'user_id': cls.outsider.id})
        cls.env['dealflow.product.suggestion'].create(
            {'company_id': cls.company.id, 'partner_id': cls.partner.id, 'product_id': product.id}
        )
        cls.env['dealflow.stamp'].create({'company_id': cls.company.id, 'name': "Stamp", 'image': make_picture()})
        cls._make_call()
        cls._make_request()
        cls.env['dealflow.warehouse.group'].create({'company_id': cls.company.id, 'name': "Main"})
        cls.env['dealflow.working.day'].create({'date': date(2024, 3, 2), 'company_id': cls.company.id})
        cls.env['dealflow.receipt.habit'].create(
            {'company_id': cls.company.id, 'level': 'company', 'party_id': cls.company.id, 'case_count': 5}
        )

    @classmethod
    def _make_rule(cls):
        action = {'kind': 'message', 'text': "Look"}
        rule = cls.env['dealflow.rule'].create(
            {'name': "Rule", 'company_id': cls.company.id, 'action_ids': [Command.create(action)]}
        )
        rule._log(cls.partner, 'done', deeds="Message")
        cls.env['dealflow.rule.call'].create(
            {
                'rule_id': rule.id,
                'company_id': cls.company.id,
                'res_model': 'res.partner',
                'url': "https://example.com",
                'payload': "{}",
            }
        )

    @classmethod
    def _make_process(cls):
        template = cls.env['dealflow.process.template'].create(
            {'name': "Process", 'company_id': cls.company.id, 'object': 'client'}
        )
        step = {'template_id': template.id, 'name': "Ask", 'kind': 'question'}
        step = cls.env['dealflow.process.step'].create([step, {**step, 'name': "End", 'kind': 'end'}])[0]
        cls.env['dealflow.process.question'].create({'step_id': step.id, 'name': "What?"})
        cls.env['dealflow.process.way'].create({'step_id': step.id, 'name': "Yes"})
        template.action_put_into_use()
        template._start(cls.partner.with_company(cls.company))

    @classmethod
    def _make_call(cls):
        provider = cls.env['dealflow.telephony.provider'].create(
            {
                'company_id': cls.company.id,
                'name': "PBX",
                'country_id': cls.env.ref('base.bg').id,
                'extension_ids': [Command.create({'number': "101", 'user_id': cls.outsider.id})],
            }
        )
        cls.env['dealflow.call.round'].create(
            {
                'company_id': cls.company.id,
                'name': "Spring",
                'line_ids': [Command.create({'partner_id': cls.partner.id})],
            }
        )
        start, end = '2024-03-04T10:00:00Z', '2024-03-04T10:05:00Z'
        call = {'uniqueid': "1", 'direction': 'incoming', 'result': 'answered', 'started': start, 'ended': end}
        talk = {'kind': 'talked', 'extension': "101", 'from': start, 'until': end}
        provider._receive([{**call, 'number': cls.phone.number, 'legs': [talk]}], end)
        # Who asked after the first call of the register is in the report on when they were called.
        cls.env['crm.lead'].create({'name': "Asks for chairs", 'company_id': cls.company.id})

    @classmethod
    def _make_request(cls):
        taker = Command.create({'user_id': cls.outsider.id})
        cls.env['dealflow.request.route'].create(
            {'company_id': cls.company.id, 'name': "All", 'sequence': -1, 'taker_ids': [taker]}
        )
        source = cls.env['dealflow.request.source'].create(
            {'company_id': cls.company.id, 'name': "Site", 'country_id': cls.env.ref('base.bg').id}
        )
        answer = source._take_in({'subject': "Asks for tables", 'email': 'somebody@example.com'}, '')
        cls.env['crm.lead'].browse(answer['id'])._dealflow_route()

    def _call(self, model, method, *args, **kwargs):
        self.authenticate(self.foreign.login, self.foreign.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def _of_company(self, model):
        records = (
            self.env[model].sudo().with_context(active_test=False, allowed_company_ids=(self.company + self.other).ids)
        )
        return records.search([(PATHS.get(model, 'company_id'), '=', self.company.id)])

    def test_every_model_has_a_rule(self):
        self.assertEqual(get_unguarded_models(self.env), [])
        self.assertLessEqual(SHARED.keys(), self.env.registry.models.keys())

    def test_model_of_tomorrow_is_noticed(self):
        add_probe(self, 'dealflow.probe', _module='dealflow', company_id=fields.Many2one('res.company'))
        self.assertEqual(get_unguarded_models(self.env), ['dealflow.probe'])

    def test_nothing_is_read(self):
        empty, seen = [], []
        for model in get_kept_models(self.env.registry):
            records = self._of_company(model)
            if not records:
                if model not in OF_INVENTORY:
                    empty.append(model)
                continue
            self.env.invalidate_all()
            own = self.env[model].with_user(self.foreign).with_context(active_test=False)
            if own.has_access('read') and own.search_count([('id', 'in', records.ids)]):
                seen.append(model)
        self.assertEqual(empty, [], "make one in _make_the_rest()")
        self.assertEqual(seen, [])

    def test_nothing_is_written(self):
        for model in get_kept_models(self.env.registry):
            records = self._of_company(model)
            if not records._auto or model in OF_INVENTORY and not records:
                continue
            self.env.invalidate_all()
            for method, values in (('write', [{'company_id': self.other.id}]), ('unlink', [])):
                name = next(iter({'company_id', 'name', 'sequence'} & records._fields.keys()), None)
                values = [{name: records[:1][name]}] if values and name and name != 'company_id' else values
                with self.subTest(model=model, method=method), self.assertRaises(UserError), self.env.cr.savepoint():
                    getattr(records[:1].with_env(self.env).with_user(self.foreign), method)(*values)

    def test_requisites_phones_and_pairs_are_refused_over_rpc(self):
        log = self.partner.requisite_log_ids
        self.assertTrue(log)
        for records, names in (
            (log, ['snapshot']),
            (self.phone, ['number']),
            (self.match, ['reasons']),
            (self.link, ['entity_id']),
        ):
            with self.subTest(model=records._name):
                self.assertEqual(self._call(records._name, 'search_read', [('id', 'in', records.ids)], names), [])
                with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
                    self._call(records._name, 'read', records.ids, names)
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call('dealflow.partner.match', 'action_mark_different', self.match.ids)
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self._call('dealflow.partner.phone', 'write', self.phone.ids, {'number': "1"})

    def test_history_tells_nothing_of_foreign_clients(self):
        """Messages, tasks, requisites, mailings and events have no company; their client has."""
        self.partner.message_post(body="Between us", message_type='comment')
        self.partner.activity_schedule('mail.mail_activity_data_todo', summary="Call").action_feedback()
        self.env['calendar.event'].with_context(no_mail_to_attendees=True).create(
            {
                'name': "Lunch",
                'start': datetime(2024, 3, 5, 10),
                'stop': datetime(2024, 3, 5, 11),
                'business_partner_id': self.partner.id,
                'partner_ids': [Command.set(self.contact.ids)],
            }
        )
        self.env.flush_all()
        domain = ['|', ('partner_id', 'child_of', self.partner.id), ('business_partner_id', '=', self.partner.id)]
        history = self.env['dealflow.history']
        kinds = {kind for (kind,) in history._read_group(domain, ['kind'])}
        self.assertLessEqual({'message', 'task', 'event', 'requisites', 'deal', 'receipt'}, kinds)
        self.assertEqual(self._call('dealflow.history', 'search_read', domain, ['name']), [])
        self.assertTrue(history.with_user(self.outsider).search_count(domain))

    def test_shared_clients_stay_shared(self):
        self.partner.company_id = False
        self.partner.with_context(mail_create_nosubscribe=True).message_post(body="Hello", message_type='comment')
        self.env.flush_all()
        self.assertEqual(len(self._call('dealflow.partner.phone', 'read', self.phone.ids, ['number'])), 1)
        domain = [('partner_id', '=', self.partner.id), ('kind', '=', 'message')]
        self.assertTrue(self._call('dealflow.history', 'search_count', domain))

    def test_branch_reads_the_clients_of_the_company_above(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.foreign.write({'company_ids': [Command.set(branch.ids)], 'company_id': branch.id})
        self.env.flush_all()
        self.assertEqual(len(self._call('dealflow.partner.phone', 'read', self.phone.ids, ['number'])), 1)

    def _get_documents_with_company(self):
        return {
            model: records[:1]
            for model in get_kept_models(self.env.registry)
            if (field := self.env[model]._fields.get('company_id'))
            and self.env[model]._auto
            and not field.compute
            and not field.related
            and not field.readonly
            and (records := self._of_company(model))
        }

    def test_nothing_is_made_in_a_company_of_others(self):
        """A record cannot be created in another company, not even with sudo, by a context default or over RPC."""
        tried = set()
        for model, record in self._get_documents_with_company().items():
            for elevated in (False, True):
                person = self.env[model].with_user(self.outsider).sudo(elevated)
                if not person.has_access('create'):
                    continue
                [values] = record.sudo().copy_data()
                values.pop('company_id')
                for given, context in (
                    ({'company_id': self.other.id}, {}),
                    ({}, {'default_company_id': self.other.id}),
                ):
                    with self.subTest(model=model, elevated=elevated, context=context):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            person.with_context(**context).create({**values, **given})
                tried.add(model)
        self.assertLessEqual({'dealflow.claim', 'dealflow.contract', 'dealflow.deal'}, tried)
        self.outsider.company_ids |= self.other
        values = {'name': "Tables & Co", 'company_id': self.other.id}
        chosen = self.env['dealflow.competitor'].with_user(self.outsider)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            chosen.with_context(allowed_company_ids=self.company.ids).create(values)
        self.assertEqual(chosen.with_context(allowed_company_ids=self.other.ids).create(values).company_id, self.other)

    def test_whatever_has_a_company_of_its_own_looks_at_that_of_the_person(self):
        unguarded = {
            model
            for model in get_kept_models(self.env.registry)
            if (field := self.env[model]._fields.get('company_id'))
            and self.env[model]._auto
            and not (field.compute or field.related or field.readonly)
            and not hasattr(self.env[model], '_check_company_of_person')
            # Log rows are written by code only.
            and not hasattr(self.env[model], '_append')
        }
        self.assertEqual(unguarded, set())

    def test_nothing_moves_into_a_company_of_others(self):
        """A record of one's own cannot be moved to another company, not even with sudo."""
        documents = self._get_documents_with_company()
        # A deal cannot change its company at all.
        del documents['dealflow.deal']
        self.assertIn('dealflow.claim', documents)
        self.assertIn('dealflow.contract', documents)
        for model, record in documents.items():
            for elevated in (False, True):
                person = record.with_env(self.env).with_user(self.outsider).sudo(elevated)
                if not person.has_access('write'):
                    continue
                with self.subTest(model=model, elevated=elevated):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        person.write({'company_id': self.other.id})
                    self.assertEqual(record.company_id, self.company)
        competitor = (
            self.env['dealflow.competitor']
            .with_user(self.outsider)
            .create({'name': "Tables & Co", 'company_id': self.company.id})
        )
        with (
            self.assertRaisesRegex(AccessError, "“Tables & Co” cannot go to the company Elsewhere"),
            self.env.cr.savepoint(),
        ):
            competitor.company_id = self.other
        self.outsider.company_ids |= self.other
        competitor.company_id = self.other
        self.assertEqual(competitor.sudo().company_id, self.other)
