from datetime import date, datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import DealflowCommon
from .probe import add_probe

# Models linked to a deal that have other access rules, with the reason.
SEEN_BY_OTHER_RIGHTS = {
    'dealflow.event.status.log': "follows its event, which stays in the calendars of those who take part",
}
# Reports that aggregate deals without showing any single one.
SUMS = ('dealflow.receipt.day', 'dealflow.marketing.report')


def get_paths_to_deals(registry):
    """Return the shortest path of many2one fields from each model of ours to a deal, by model.

    Only our own models count as intermediate steps, because Odoo's documents have their own access rules.
    """
    ours = {
        name
        for name, model in registry.items()
        if model._original_module == 'dealflow' and not model._transient and not model._abstract
    }

    def walk(name, seen):
        for field in registry[name]._fields.values():
            if field.type == 'many2one' and field.comodel_name == 'dealflow.deal':
                yield field.name
            elif field.type == 'many2one' and field.comodel_name in ours and field.comodel_name not in seen:
                for path in walk(field.comodel_name, seen | {field.comodel_name}):
                    yield f'{field.name}.{path}'

    paths = {name: sorted(walk(name, {name}), key=lambda path: (path.count('.'), path)) for name in ours}
    return {name: found[0] for name, found in sorted(paths.items()) if found} | {'dealflow.deal': 'id'}


class StageRightsCommon(DealflowCommon):
    """Test case with a deal with records of all kinds, and two users with full access, one of them kept out.

    ::

        insider: full access, and in the group of the stage           outsider: full access and all optional groups
        clerk: accountant, no seller
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env['res.groups'].create({'name': "Board"})
        boxes = 'dealflow.group_manager,dealflow.group_receipts,dealflow.group_marketing'
        cls.insider = cls._new_user('insider', boxes)
        cls.insider.group_ids |= cls.group
        cls.outsider = cls._new_user('outsider', boxes)
        cls.clerk = cls._new_user('clerk', 'account.group_account_invoice')
        table = cls.env['product.product'].create({'name': "Table"})
        cls.deal = cls._new_deal(
            user_id=cls.outsider.id,
            amount=False,
            opened_on=date(2024, 3, 1),
            line_ids=[
                Command.create({'product_id': cls.product.id, 'quantity': 3, 'price_unit': 500}),
                Command.create({'product_id': table.id, 'quantity': 1, 'price_unit': 700}),
            ],
        )
        cls._hang_everything_on_the_deal()
        cls.deal.with_user(cls.insider).action_win("They signed")
        cls.env.flush_all()

    @classmethod
    def _hang_everything_on_the_deal(cls):
        deal, day = cls.deal, date(2024, 4, 1)
        cls.competitor = cls.env['dealflow.competitor'].create({'name': "Other Chairs"})
        cls.competitor_on_deal = cls.env['dealflow.deal.competitor'].create(
            {'deal_id': deal.id, 'competitor_id': cls.competitor.id, 'price': 2000}
        )
        cls.receipt, cls.came = cls.env['dealflow.receipt'].create(
            [{'name': name, 'deal_id': deal.id, 'amount': 900, 'date_planned': day} for name in ("Advance", "Rest")]
        )
        cls.receipt.action_postpone(date(2024, 5, 1), "They asked for it")
        cls.came.with_user(cls.clerk).action_set_state('received')
        cls.claim = cls.env['dealflow.claim'].create(
            {'name': "Two chairs arrived broken", 'business_partner_id': cls.partner.id, 'deal_id': deal.id}
        )
        cls.contract = cls.env['dealflow.contract'].create(
            {'name': "Supply", 'entity_id': cls.partner.id, 'deal_id': deal.id}
        )
        cls.fair = cls.env['dealflow.marketing.event'].create({'title': "Fair", 'date_start': date(2024, 2, 1)})
        deal.marketing_event_id = cls.fair
        event = (
            cls.env['calendar.event']
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    'name': "About chairs",
                    'start': datetime(2024, 3, 4, 10),
                    'stop': datetime(2024, 3, 4, 11),
                    'event_type_id': cls.env.ref('dealflow.event_type_meeting').id,
                    'deal_id': deal.id,
                }
            )
        )
        cls.event = event
        cls.sheet = cls.env['dealflow.meeting.sheet'].create({'event_id': event.id})
        cls.env['dealflow.meeting.agreement'].create({'sheet_id': cls.sheet.id, 'name': "Send the offer"})
        cls.env['dealflow.meeting.technique'].create(
            {'sheet_id': cls.sheet.id, 'technique_id': cls.env['dealflow.technique'].search([], limit=1).id}
        )
        cls.message = deal.message_post(body="Between us")
        cls.file = cls.env['ir.attachment'].create(
            {'name': "Offer", 'raw': b"offer", 'res_model': deal._name, 'res_id': deal.id}
        )
        cls.order = cls.env['sale.order'].create({'partner_id': cls.partner.id, 'deal_id': deal.id})
        cls.env['dealflow.offer'].create({'user_id': cls.insider.id, 'company_id': cls.company.id, 'deal_id': deal.id})
        process = cls.env['dealflow.process.template'].create({'name': "Process"})
        for name, kind in (("Look", 'task'), ("End", 'end')):
            # Whoever has a step reads the process, also of a hidden deal.
            cls.env['dealflow.process.step'].create(
                {'template_id': process.id, 'name': name, 'kind': kind, 'person': 'starter'}
            )
        process.action_put_into_use()
        process.with_user(cls.insider)._start(deal.with_user(cls.insider))
        cls.partner.phone = '+359888123456'
        provider = cls.env['dealflow.telephony.provider'].create(
            {'name': "PBX", 'country_id': cls.env.ref('base.bg').id, 'company_id': cls.company.id}
        )
        moment = '2024-03-04T10:00:00Z'
        call = {'uniqueid': "1", 'direction': 'incoming', 'result': 'missed', 'started': moment, 'ended': moment}
        provider._receive([{**call, 'number': cls.partner.phone}], moment)

    def _count(self, user, model, path):
        self.env.invalidate_all()
        records = self.env[model].with_user(user).with_context(active_test=False)
        domain = [(path, '=', self.deal.id)]
        if '.' in path or model == 'dealflow.history':
            # The rules of intermediate models would filter too, and the history hides deals that the user cannot see.
            domain = [('id', 'in', records.sudo().search(domain).ids)]
        return records.search_count(domain)


@tagged('post_install', '-at_install')
class TestHiddenStage(StageRightsCommon, HttpCase):
    """Rights by stage (X52): users who may not see a deal see no record that belongs to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_signed.visible_group_ids = cls.group

    def _call(self, model, method, *args, user=None, **kwargs):
        user = user or self.outsider
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def assertCallRefused(self, model, method, *args, **kwargs):
        with self.assertRaises(JsonRpcException) as refusal, mute_logger('odoo.http'):
            self._call(model, method, *args, **kwargs)
        self.assertEqual(str(refusal.exception), 'odoo.exceptions.AccessError')

    def test_everything_that_hangs_on_a_deal_is_hidden_with_it(self):
        """A new model must create a record in the test data, and a model with records must be guarded."""
        paths = {
            model: path
            for model, path in get_paths_to_deals(self.env.registry).items()
            if model not in SEEN_BY_OTHER_RIGHTS
        }
        self.assertEqual(
            [model for model, path in paths.items() if not self._count(self.insider, model, path)],
            [],
            "make one in _hang_everything_on_the_deal()",
        )
        self.assertEqual(
            [model for model, path in paths.items() if self._count(self.outsider, model, path)],
            [],
            "a rule has to ask for is_visible",
        )

    def test_each_rule_is_needed(self):
        """Without its rule each model fails, which shows that the test above finds unguarded models."""
        paths = get_paths_to_deals(self.env.registry)
        rules = self.env['ir.rule'].search([('domain_force', 'like', 'is_visible')])
        self.assertGreater(len(rules), 15)
        # Order lines have no deal field, they follow their order.
        for rule in rules.filtered(lambda rule: rule.model_id.model in paths):
            rule.active = False
            with self.subTest(model=rule.model_id.model):
                self.assertTrue(self._count(self.outsider, rule.model_id.model, paths[rule.model_id.model]))
            rule.active = True

    def test_model_of_tomorrow_is_noticed(self):
        add_probe(self, 'dealflow.probe', _module='dealflow', receipt_id=fields.Many2one('dealflow.receipt'))
        self.assertEqual(get_paths_to_deals(self.registry)['dealflow.probe'], 'receipt_id.deal_id')

    def test_rows_are_refused_over_rpc(self):
        for records in (
            self.deal,
            self.deal.line_ids,
            self.deal.log_ids,
            self.receipt,
            self.receipt.postponement_ids,
            self.claim,
            self.contract,
            self.competitor_on_deal,
            self.claim.log_ids,
            self.sheet,
        ):
            with self.subTest(model=records._name):
                self.assertCallRefused(records._name, 'read', records.ids, ['display_name'])
                self.assertCallRefused(records._name, 'web_read', records.ids, {'display_name': {}})
                self.assertEqual(self._call(records._name, 'search_count', [('id', 'in', records.ids)]), 0)
                [total] = self._call(
                    records._name, 'formatted_read_group', [('id', 'in', records.ids)], [], ['__count']
                )
                self.assertEqual(total['__count'], 0)

    def test_manager_cannot_write_the_receipt(self):
        self.assertCallRefused('dealflow.receipt', 'write', self.receipt.ids, {'amount': 1})
        self.assertCallRefused('dealflow.receipt', 'action_set_state', self.receipt.ids, 'cancelled')
        self.assertCallRefused(
            'dealflow.deal.line', 'create', [{'deal_id': self.deal.id, 'name': "Chair", 'price_unit': 1}]
        )

    def test_messages_and_files_are_refused(self):
        self.assertCallRefused('mail.message', 'read', self.message.ids, ['body'])
        self.assertFalse(self._call('mail.message', 'search_read', [('id', '=', self.message.id)], ['body']))
        self.assertCallRefused('ir.attachment', 'read', self.file.ids, ['datas'])
        self.assertNotEqual(self.url_open(f'/web/content/{self.file.id}').status_code, 200)

    def test_totals_and_counters_leave_it_out(self):
        def tell(user):
            self.env.invalidate_all()
            as_user = self.env(user=user)
            partner = as_user['res.partner'].browse(self.partner.id)
            fair = as_user['dealflow.marketing.event'].browse(self.fair.id)
            days = (date(2024, 4, 1), date(2024, 5, 1))
            options = {'date_from': '2024-01-01', 'date_to': '2100-01-01', 'funnel_id': self.funnel.id}
            return {
                'deals of the client': partner.deal_count,
                'client since': partner.client_since,
                'open claims': partner.dealflow_open_claim_count,
                'deals of the event': fair.deal_count,
                'won by the event': fair.won_amount,
                'marketing report': as_user['dealflow.marketing.report']._read_group(
                    [('event_id', '=', self.fair.id)], [], ['won_amount:sum']
                )[0][0]
                or 0,
                'cash calendar': as_user['dealflow.receipt.day'].search([('date', 'in', days)]).ids,
                'competitor': as_user['dealflow.competitor'].browse(self.competitor.id).deal_count,
                'funnel': as_user['dealflow.sales.funnel'].get_data(options)['won_amount'],
                'moves': as_user['dealflow.deal.log'].search_count([('stage_to_id', '=', self.stage_signed.id)]),
            }

        seen, unseen = tell(self.insider), tell(self.outsider)
        for name, value in seen.items():
            with self.subTest(name):
                self.assertNotEqual(value, unseen[name])
                self.assertFalse(unseen[name])

    def test_documents_of_others_do_not_tell_its_name(self):
        """An order and a meeting stay visible, without the name of their deal, which would be read with sudo."""
        for records in (self.order, self.event):
            with self.subTest(model=records._name):
                specification = {'deal_id': {'fields': {'display_name': {}}}}
                [row] = self._call(records._name, 'web_read', records.ids, specification)
                self.assertEqual(row['deal_id']['display_name'], "Deal in a stage that you may not see")
                [row] = self._call(records._name, 'web_read', records.ids, specification, user=self.insider)
                self.assertEqual(row['deal_id']['display_name'], self.deal.name)

    def test_automation_goes_on(self):
        """Automatic processing and side effects of other work do not fail on deals hidden from the user."""
        self.env.invalidate_all()
        self.assertEqual(self.deal.display_name, "Chairs")
        self.receipt.with_user(self.outsider).sudo().action_set_state('received')
        self.assertEqual(self.receipt.state, 'received')

    def test_opening_the_stage_shows_all_again(self):
        self.stage_signed.visible_group_ids = False
        for model, path in get_paths_to_deals(self.env.registry).items():
            if model not in SEEN_BY_OTHER_RIGHTS:
                with self.subTest(model=model):
                    self.assertEqual(self._count(self.outsider, model, path), self._count(self.insider, model, path))

    def test_new_member_of_the_group_sees_all(self):
        self.assertFalse(self._count(self.outsider, 'dealflow.receipt', 'deal_id'))
        self.outsider.group_ids |= self.group
        self.assertTrue(self._count(self.outsider, 'dealflow.receipt', 'deal_id'))

    def test_nobody_pays_while_no_stage_is_hidden(self):
        """Without hidden stages the rules add no condition, so lists and totals stay as fast as before."""
        self.stage_signed.visible_group_ids = False
        rules = self.env['ir.rule'].with_user(self.outsider)
        for model in ('dealflow.deal', 'dealflow.deal.line', 'dealflow.receipt', 'dealflow.claim', 'crm.lead'):
            for mode in ('read', 'write'):
                with self.subTest(model=model, mode=mode):
                    domain = str(rules._compute_domain(model, mode))
                    self.assertNotIn('stage_id', domain)
                    self.assertNotIn('is_visible', domain)


@tagged('post_install', '-at_install')
class TestLockedStage(StageRightsCommon):
    """Rights by stage (X52): who may change deals in a stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_signed.edit_group_ids = cls.group

    def _as(self, user, records):
        self.env.invalidate_all()
        return records.with_user(user)

    def test_others_see_and_do_not_change(self):
        deal = self._as(self.outsider, self.deal)
        self.assertEqual(deal.read(['name', 'is_editable'])[0]['is_editable'], False)
        for records, values in (
            (self.deal, {'name': "x"}),
            (self.deal, {'stage_id': self.stage_delivered.id, 'move_comment': "x", 'short_status': "x"}),
            (self.deal, {'line_ids': [Command.create({'name': "Chair", 'price_unit': 1})]}),
            (self.deal.line_ids, {'price_unit': 1}),
            (self.competitor_on_deal, {'price': 1}),
            (self.receipt, {'amount': 1}),
        ):
            with self.subTest(model=records._name, values=values):
                self.assertTrue(self._as(self.outsider, records).read(['display_name']))
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self._as(self.outsider, records).write(values)
        for model, values in (
            ('dealflow.deal.line', {'name': "Chair", 'price_unit': 1}),
            ('dealflow.receipt', {'name': "Rest", 'amount': 1, 'date_planned': date(2024, 5, 1)}),
        ):
            with self.subTest(create=model), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env[model].with_user(self.outsider).create({'deal_id': self.deal.id, **values})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._as(self.outsider, self.deal.line_ids).unlink()

    def test_members_of_the_group_change(self):
        deal = self._as(self.insider, self.deal)
        deal.name = "Chairs for the hall"
        deal.line_ids[0].price_unit = 600
        self.receipt.with_user(self.insider).amount = 901
        deal.action_move_stage(self.stage_delivered.id, "They have it", "delivered")
        self.assertEqual(self.deal.stage_id, self.stage_delivered)
        self._as(self.outsider, self.deal).name = "The next stage is open to all"

    def test_deal_is_handed_into_the_stage(self):
        """Users who work on a deal may move it into the stage, with all its effects, but may not change it there."""
        self.stage_signed.activity_plan_id = self.env['mail.activity.plan'].create(
            {
                'name': "After the sale",
                'res_model': 'dealflow.deal',
                'template_ids': [
                    Command.create(
                        {
                            'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
                            'summary': "Check",
                            'responsible_type': 'on_demand',
                        }
                    )
                ],
            }
        )
        deal = self._new_deal(name="Tables", user_id=self.rep_north.id, opened_on=date(2024, 3, 1))
        self.env['dealflow.receipt'].with_user(self.rep_north).create(
            {'deal_id': deal.id, 'amount': 1000, 'date_planned': date(2024, 5, 1)}
        )
        deal.with_user(self.rep_north).action_win("They signed")
        self.env.cr.precommit.run()
        self.assertEqual(deal.sudo().state, 'won')
        self.assertEqual(deal.sudo().activity_ids.mapped('summary'), ["Check"])
        with self.assertRaises(AccessError):
            self._as(self.rep_north, deal).name = "x"

    def test_new_deal_is_not_begun_there(self):
        values = {'stage_id': self.stage_signed.id, 'move_comment': "They signed", 'short_status': "won"}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._new_deal(self.rep_north, **values)
        self._new_deal(self.insider, **values)

    def test_accountants_say_what_came(self):
        self._as(self.clerk, self.receipt).action_set_state('received')
        self.assertEqual(self.receipt.state, 'received')


@tagged('post_install', '-at_install')
class TestStageOfOpportunities(StageRightsCommon):
    """Rights by stage for Odoo's opportunities (X52)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crm_stage = cls.env['crm.stage'].create({'name': "Confidential"})
        cls.lead = cls.env['crm.lead'].create(
            {'name': "Chairs", 'type': 'opportunity', 'stage_id': cls.crm_stage.id, 'user_id': cls.outsider.id}
        )

    def test_seen_by_the_group_only(self):
        self.crm_stage.dealflow_visible_group_ids = self.group
        domain = [('id', '=', self.lead.id)]
        self.assertTrue(self.env['crm.lead'].with_user(self.insider).search(domain))
        self.assertFalse(self.env['crm.lead'].with_user(self.outsider).search(domain))
        self.crm_stage.dealflow_visible_group_ids = False
        self.assertTrue(self.env['crm.lead'].with_user(self.outsider).search(domain))

    def test_changed_by_the_group_only(self):
        self.crm_stage.dealflow_edit_group_ids = self.group
        self.lead.with_user(self.insider).name = "Tables"
        with self.assertRaises(AccessError):
            self.lead.with_user(self.outsider).name = "Wardrobes"
        self.assertEqual(self.lead.with_user(self.outsider).read(['name'])[0]['name'], "Tables")

    def test_not_moved_out_of_sight(self):
        """Users may not move an opportunity to a stage hidden from them or create one there; code with sudo may."""
        other = self.env['crm.stage'].create({'name': "Open"})
        self.lead.stage_id = other
        self.crm_stage.dealflow_visible_group_ids = self.group
        self.env.flush_all()
        self.env.invalidate_all()
        values = {'name': "Tables", 'type': 'opportunity', 'stage_id': self.crm_stage.id}
        with self.assertRaisesRegex(ValidationError, "may not see"), self.env.cr.savepoint():
            self.lead.with_user(self.outsider).stage_id = self.crm_stage
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env['crm.lead'].with_user(self.outsider).create({**values, 'user_id': self.outsider.id})
        self.assertEqual(self.lead.stage_id, other)
        self.lead.with_user(self.outsider).sudo().stage_id = self.crm_stage
        self.lead.stage_id = other
        self.lead.with_user(self.insider).stage_id = self.crm_stage
        self.assertEqual(self.lead.stage_id, self.crm_stage)
