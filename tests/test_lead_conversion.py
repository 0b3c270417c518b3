from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestLeadConversion(DealflowCommon):
    """An opportunity is converted to a deal, and both have one outcome (E19, E20, rule 5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The default funnel is the first by sequence, so the test funnel goes first.
        cls.source = cls.env['utm.source'].create({'name': "Fair in Bilbao"})
        cls.lead_values = {
            'name': "Desks",
            'user_id': cls.rep_north.id,
            'expected_revenue': 500.0,
            'partner_id': cls.contact.id,
            'source_id': cls.source.id,
            'date_deadline': '2030-01-31',
        }
        cls.lead = cls._new_lead(cls.rep_north)

    def _wizard(self, leads, user=None):
        return Form(
            self.env['dealflow.lead.convert']
            .with_user(user or self.rep_north)
            .with_context(
                active_model='crm.lead',
                active_ids=leads.ids,
            )
        )

    def _convert_twice(self):
        self.lead.action_convert_to_deal()
        self.lead.action_convert_to_deal({'name': "Lamps", 'amount': 70.0})

    def test_dialog_makes_a_deal(self):
        form = self._wizard(self.lead)
        self.assertEqual(form.partner_mode, 'existing')
        self.assertEqual(form.business_partner_id, self.partner)
        self.assertEqual(form.amount, 500.0)
        form.amount = 600
        action = form.save().action_apply()
        deal = self.env['dealflow.deal'].with_user(self.rep_north).browse(action['res_id'])
        self.assertRecordValues(
            deal,
            [
                {
                    'lead_id': self.lead.id,
                    'business_partner_id': self.partner.id,
                    'legal_entity_id': self.partner.id,
                    'contact_ids': self.contact.ids,
                    'funnel_id': self.funnel.id,
                    'stage_id': self.stage_talk.id,
                    'amount': 600.0,
                    'source_id': self.source.id,
                    'user_id': self.rep_north.id,
                }
            ],
        )
        self.assertEqual(self.lead.won_status, 'pending')
        self.assertEqual(self.lead.dealflow_deal_count, 1)
        self.assertReconciled(deal)

    def test_dialog_creates_the_partner(self):
        lead = self._new_lead(self.rep_north, partner_id=False, partner_name="Новая фирма", contact_name="Пётр")
        form = self._wizard(lead)
        self.assertEqual(form.partner_mode, 'create')
        deal = self.env['dealflow.deal'].browse(form.save().action_apply()['res_id'])
        self.assertEqual(deal.business_partner_id.name, "Новая фирма")
        self.assertTrue(deal.business_partner_id.is_company)
        self.assertEqual(deal.contact_ids.name, "Пётр")

    def test_dialog_leaves_the_partner_open(self):
        form = self._wizard(self._new_lead(self.rep_north, partner_id=False))
        self.assertEqual(form.partner_mode, 'none')
        deal = self.env['dealflow.deal'].browse(form.save().action_apply()['res_id'])
        self.assertFalse(deal.business_partner_id)

    def test_many_become_one_deal_each(self):
        leads = self.lead + self._new_lead(self.rep_north, name="Lamps", expected_revenue=70.0)
        action = self._wizard(leads).save().action_apply()
        deals = self.env['dealflow.deal'].search(action['domain'])
        self.assertEqual(sorted(deals.mapped('amount')), [70.0, 500.0])
        self.assertEqual(deals.lead_id, leads)

    def test_attach_to_existing_deal(self):
        deal = self._new_deal(self.rep_north)
        form = self._wizard(self.lead)
        form.mode = 'attach'
        form.deal_id = deal
        form.save().action_apply()
        self.assertEqual(deal.lead_id, self.lead)

    def test_attach_many_merges_them(self):
        leads = self.lead + self._new_lead(self.rep_north, name="Lamps")
        deal = self._new_deal(self.rep_north)
        form = self._wizard(leads)
        form.mode = 'attach'
        form.deal_id = deal
        form.save().action_apply()
        self.assertEqual(len(leads.exists()), 1)
        self.assertEqual(deal.lead_id, leads.exists())

    def test_closed_opportunity_is_refused(self):
        self.lead.action_set_lost(lost_reason_id=self.reason.id)
        with self.assertRefused(UserError, "is closed"):
            self.lead.action_convert_to_deal()

    def test_lead_becomes_opportunity(self):
        lead = self._new_lead(self.rep_north, type='lead')
        lead.action_convert_to_deal()
        self.assertEqual(lead.type, 'opportunity')

    def test_outcome_follows_the_last_deal(self):
        self._convert_twice()
        first, second = self.lead.deal_ids
        first.action_lose(self.reason.id, "comment")
        self.assertEqual(self.lead.won_status, 'pending')
        second.action_win("comment")
        self.assertEqual(self.lead.won_status, 'won')
        self.assertEqual(self.lead.probability, 100)
        second.action_reopen("comment")
        self.assertEqual(self.lead.won_status, 'pending')
        second.action_lose(self.reason.id, "comment")
        self.assertEqual(self.lead.won_status, 'lost')
        self.assertFalse(self.lead.active)
        self.assertEqual(self.lead.lost_reason_id, self.reason)
        first.action_reopen("comment")
        self.assertEqual(self.lead.won_status, 'pending')
        self.assertTrue(self.lead.active)

    def test_outcome_reaches_a_colleagues_opportunity(self):
        self.lead.action_convert_to_deal({'user_id': self.rep_north.id})
        deal = self.lead.deal_ids
        self.lead.sudo().user_id = self.rep_south
        deal.with_user(self.rep_north).action_win("comment")
        self.assertEqual(self.lead.sudo().won_status, 'won')

    def test_opportunity_is_not_closed_past_its_deals(self):
        self.lead.action_convert_to_deal()
        with self.assertRefused(ValidationError, "has deals, and follows them: Desks .Open."):
            self.lead.action_set_won()
        with self.assertRefused(ValidationError, "Close the deals instead"):
            self.lead.action_set_lost(lost_reason_id=self.reason.id)
        with self.assertRefused(ValidationError, "Close the deals instead"):
            self.lead.stage_id = self.env['crm.stage'].create({'name': "Sold", 'is_won': True})
        self.assertEqual(self.lead.won_status, 'pending')

    def test_dashboards_count_the_sale_once(self):
        """Odoo's own figures of opportunities, after two deals from one lead (rule 5)."""

        def figures():
            groups = (
                self.env['crm.lead']
                .with_context(active_test=False)
                ._read_group([('id', '=', self.lead.id)], ['won_status'], ['__count', 'expected_revenue:sum'])
            )
            return {status: (count, revenue) for status, count, revenue in groups}

        def won_frequency():
            return sum(self.env['crm.lead.scoring.frequency'].sudo().search([]).mapped('won_count'))

        control = self._new_lead(self.rep_north, name="Closed by hand, in Odoo's own way")
        control.action_set_won()
        first_stage = control._stage_find(domain=[('is_won', '=', False)])
        control.stage_id = first_stage
        before = won_frequency()
        control.action_set_won()
        gain = won_frequency() - before
        control.stage_id = first_stage
        self.assertAlmostEqual(won_frequency(), before)

        self.assertEqual(figures(), {'pending': (1, 500.0)})
        self._convert_twice()
        first, second = self.lead.deal_ids
        first.action_win("comment")
        self.assertEqual(figures(), {'pending': (1, 500.0)})
        self.assertAlmostEqual(won_frequency(), before)
        second.action_win("comment")
        self.assertEqual(figures(), {'won': (1, 500.0)})
        self.assertAlmostEqual(won_frequency(), before + gain, msg="Two won deals score as one won opportunity")
        second.action_reopen("comment")
        self.assertAlmostEqual(won_frequency(), before)

    def test_merge_keeps_the_deals(self):
        self.lead.action_convert_to_deal()
        deal = self.lead.deal_ids
        other = self._new_lead(self.rep_north, name="Lamps", priority='3', probability=99)
        merged = (self.lead + other).merge_opportunity()
        self.assertEqual(deal.lead_id, merged)

    def test_client_stays_once_there_is_a_deal(self):
        """Everything of an opportunity but its client can be changed once there is a deal (P41)."""
        self.lead.partner_id = self.other_partner
        self.lead.partner_id = self.partner
        self.lead.action_convert_to_deal()
        with self.assertRefused(UserError, "keeps its client Ромашка"):
            self.lead.partner_id = self.other_partner
        with self.assertRefused(UserError, "keeps its client Ромашка"):
            self.lead.sudo().partner_id = False
        self.lead.write({'name': "More chairs", 'partner_id': self.partner.id, 'expected_revenue': 7})

    def test_failure_needs_a_reason(self):
        """Losing an opportunity needs a lost reason (E20)."""
        with self.assertRefused(ValidationError, "Lost Reason"):
            self.lead.action_set_lost()
        with self.assertRaises(AssertionError):
            Form(
                self.env['crm.lead.lost'].with_user(self.rep_north).with_context(default_lead_ids=self.lead.ids)
            ).save()
        wizard = Form(self.env['crm.lead.lost'].with_user(self.rep_north).with_context(default_lead_ids=self.lead.ids))
        wizard.lost_reason_id = self.reason
        wizard.save().action_lost_reason_apply()
        self.assertEqual(self.lead.won_status, 'lost')

    def test_failure_needs_a_reason_in_sudo_too(self):
        """An automation rule runs in sudo as the user who triggered it (rule 1)."""
        with self.assertRefused(ValidationError, "Lost Reason"):
            self.lead.with_user(self.rep_north).sudo().action_set_lost()

    def test_without_rights_of_dealflow_opportunities_fail_as_in_odoo(self):
        salesman = self._new_user('salesman', 'sales_team.group_sale_salesman')
        lead = self._new_lead(salesman, user_id=salesman.id)
        lead.action_set_lost()
        self.assertEqual(lead.won_status, 'lost')

    def test_colleagues_opportunity_is_not_converted(self):
        self.lead.sudo().user_id = self.rep_south
        with self.assertRaises(Exception):  # noqa: B017 - which access right fails first is up to Odoo
            self.lead.with_user(self.rep_second).action_convert_to_deal()
        self.assertFalse(self.lead.sudo().deal_ids)

    def test_sums_count_what_is_not_in_deals(self):
        """The revenue of an opportunity with deals is not counted twice (rule 5)."""
        kept = self._new_lead(expected_revenue=100, user_id=self.rep_north.id)
        converted = self._new_lead(expected_revenue=40, user_id=self.rep_north.id, partner_id=self.partner.id)
        converted.with_user(self.rep_north).action_convert_to_deal()
        leads = self.env['crm.lead'].with_user(self.rep_north)
        domain = [('id', 'in', (kept + converted).ids)]
        groups = leads.web_read_group(domain, ['user_id'], ['dealflow_open_revenue:sum'])['groups']
        self.assertEqual([group['dealflow_open_revenue:sum'] for group in groups], [100])
        self.assertEqual(sum(leads.search(domain).mapped('dealflow_open_revenue')), 100)
        self.assertEqual(leads.search([*domain, ('deal_ids', '=', False)]), kept)

    def test_card_says_that_a_colleague_goes_on_with_it(self):
        """The kanban card says why the revenue is not counted; otherwise the sums would look wrong."""
        lead = self._new_lead(user_id=self.rep_north.id, partner_id=self.partner.id)
        lead.action_convert_to_deal({'user_id': self.rep_south.id})
        arch = etree.fromstring(lead.get_view(view_type='kanban')['arch'])
        for reader, badge in ((self.rep_north, 'in_deals_of_others'), (self.seller_all, 'in_deals')):
            lead.invalidate_recordset(['dealflow_deal_count'])
            [values] = lead.with_user(reader).read(['dealflow_has_deals', 'dealflow_deal_count'])
            shown = [
                node.get('name')
                for node in arch.xpath("//div[starts-with(@name, 'in_deals')]")
                if not safe_eval(node.get('invisible'), values)
            ]
            self.assertEqual(shown, [badge])

    def test_archiving_asks_for_the_reason(self):
        """Archiving an open opportunity needs a lost reason, as losing it does (E20)."""
        lead = self._new_lead(user_id=self.rep_north.id, probability=50).with_user(self.rep_north)
        action = lead.action_archive()
        self.assertEqual(action['res_model'], 'crm.lead.lost')
        self.assertTrue(lead.active)
        with self.assertRefused(ValidationError, "as lost with a reason"):
            lead.write({'active': False})
        wizard = self.env['crm.lead.lost'].with_user(self.rep_north).with_context(**action['context'])
        wizard.create({'lost_reason_id': self.reason.id}).action_lost_reason_apply()
        self.assertRecordValues(lead, [{'active': False, 'won_status': 'lost', 'lost_reason_id': self.reason.id}])
