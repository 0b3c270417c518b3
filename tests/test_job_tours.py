from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .tour_common import TourCommon

START = '/odoo/action-dealflow.dealflow_start_action'
WORKPLACE = '/odoo/action-dealflow.dealflow_workplace_action'
DEALS = '/odoo/action-dealflow.dealflow_deal_action'


@tagged('post_install', '-at_install')
class TestJobTours(TourCommon):
    """Frequent jobs take no more clicks than docs/rep.md promises; the tours count them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Seller")
        cls.client = cls._new_partner("Tour Client", user_id=cls.rep.id)
        cls.buyer = cls._new_contact("Tour Buyer", cls.client)

    def _check_logged_call(self, **values):
        events = self.env['calendar.event'].search([('business_partner_id', '=', self.client.id)], order='start')
        call, following = events
        self.assertRecordValues(
            call,
            [
                {
                    'dealflow_state': 'done',
                    'result': "Wants two variants",
                    'client_contact_id': self.buyer.id,
                    'user_id': self.rep.id,
                    **values,
                }
            ],
        )
        self.assertLessEqual(call.stop, fields.Datetime.now())
        self.assertEqual(following.name, "Send two variants")
        self.assertGreater(following.start, fields.Datetime.now() + timedelta(days=1))

    def _new_moved_deal(self):
        """Return a deal in a funnel whose second stage requires a next step in the notes and a contract."""
        funnel = self._new_funnel(
            "Tour funnel",
            "Tour talk",
            {'name': "Tour offer", 'requirement_ids': [Command.create({'kind': 'contract_active'})]},
            {'name': "Tour signed", 'is_won': True},
            sequence=-1,
        )
        entity = self._new_partner("Tour Client Ltd", counterparty_role='entity')
        self._link(self.client, entity)
        deal = self._new_deal(
            name="Tour Chairs",
            business_partner_id=self.client.id,
            legal_entity_id=entity.id,
            user_id=self.rep.id,
            funnel_id=funnel.id,
        )
        return deal, funnel.stage_ids[1]

    def test_move_a_deal(self):
        deal, stage = self._new_moved_deal()
        contract = self.env['dealflow.contract'].create(
            {
                'name': "Tour contract",
                'entity_id': deal.legal_entity_id.id,
                'date_signed': '2020-01-01',
                'date_start': '2020-01-01',
            }
        )
        contract.action_activate()
        self._start_tour('dealflow_move_deal', self.rep, DEALS)
        self.assertEqual(deal.stage_id, stage)
        self.assertEqual(deal.short_status, "Offer sent")

    def test_move_that_misses_a_requirement(self):
        """Missing requirements are shown before the user types anything, with a link to fulfil them."""
        deal, stage = self._new_moved_deal()
        self._start_tour('dealflow_move_deal_missing', self.rep, DEALS)
        self.assertNotEqual(deal.stage_id, stage)

    def test_plan_receipts_by_a_term(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Tour term",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': share, 'nb_days': days})
                    for share, days in ((30, 0), (70, 30))
                ],
            }
        )
        deal = self._new_deal(name="Tour Chairs", business_partner_id=self.client.id, user_id=self.rep.id)
        self.assertFalse(deal.legal_entity_id.property_payment_term_id)
        self._start_tour('dealflow_plan_receipts', self.rep, WORKPLACE)
        self.assertEqual(deal.receipt_ids.sorted('date_planned').mapped('amount'), [300, 700])
        self.assertTrue(term)

    def test_new_client_with_its_first_contact(self):
        self._start_tour('dealflow_new_client_contact', self.rep, WORKPLACE)
        client = self.env['res.partner'].search([('name', '=', "Tour New Client")])
        self.assertRecordValues(client, [{'is_company': True, 'user_id': self.rep.id}])
        self.assertRecordValues(
            client.child_ids,
            [
                {
                    'name': "Tour Newcomer",
                    'phone': "+49 30 1234567",
                    'email': "newcomer@example.com",
                    'user_id': self.rep.id,
                }
            ],
        )

    def test_log_a_call_on_the_client(self):
        self._start_tour('dealflow_log_call_card', self.rep, f'/odoo/res.partner/{self.client.id}')
        self._check_logged_call()

    def test_log_a_call_on_the_deal(self):
        deal = self._new_deal(business_partner_id=self.client.id, user_id=self.rep.id, contact_ids=self.buyer.ids)
        self._start_tour('dealflow_log_call_card', self.rep, f'/odoo/dealflow.deal/{deal.id}')
        self._check_logged_call(deal_id=deal.id)

    def test_log_a_call_on_the_opportunity(self):
        lead = self._new_lead(partner_id=self.buyer.id, user_id=self.rep.id)
        self._start_tour('dealflow_log_call_card', self.rep, f'/odoo/crm.lead/{lead.id}')
        self._check_logged_call(opportunity_id=lead.id)

    def test_log_a_call_on_the_start_page(self):
        self._start_tour('dealflow_log_call_start', self.rep, START)
        self._check_logged_call()

    def test_open_a_task_of_no_document_on_the_start_page(self):
        self.env['mail.activity'].create(
            {
                'summary': "Tour task",
                'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
                'user_id': self.rep.id,
            }
        )
        self._start_tour('dealflow_open_task_start', self.rep, START)

    def test_finish_a_planned_call_on_the_start_page(self):
        call_type = self.env.ref('dealflow.event_type_call_out')
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=2)
        first, second = (
            self._new_event(
                self.rep, name=name, event_type_id=call_type.id, business_partner_id=self.client.id, start=day
            )
            for name, day in (("Tour first", start), ("Tour second", start + timedelta(minutes=10)))
        )
        self._start_tour('dealflow_finish_call_start', self.rep, START)
        self.assertRecordValues(
            first + second,
            [
                {'dealflow_state': 'done', 'result': "Wants two variants"},
                {'dealflow_state': 'overdue', 'result': False},
            ],
        )

    def test_configuration_is_within_reach(self):
        """When the menu bar is full, other menus move behind «+» first."""
        manager = self._new_user('manager', 'dealflow.group_manager,dealflow.group_receipts')
        self.browser_size = '1100x768'
        self._start_tour('dealflow_narrow_menu', manager, START)

    def test_stages_stand_below_the_buttons(self):
        """When there is no room next to the buttons, the stages get their own line instead of becoming one button."""
        names = ("Clarification", "Presentation", "Negotiation", "Agreement")
        deal = self._new_deal(
            funnel_id=self._new_funnel("Tour funnel", *names).id,
            business_partner_id=self.client.id,
            user_id=self.rep.id,
        )
        self.browser_size = '1400x900'
        self.browser_js(
            f'/odoo/dealflow.deal/{deal.id}',
            """
                const stages = [...document.querySelectorAll('.o_arrow_button:not(.dropdown-toggle)')];
                const shown = stages.filter((stage) => stage.checkVisibility()).map((stage) => stage.innerText);
                if (shown.length < 4) throw new Error(`The stages that are shown: ${shown}`);
                console.log('test successful');
            """,
            "Boolean(document.querySelector('.o_statusbar_status .o_arrow_button_current'))",
            login=self.rep.login,
        )

    def test_start_of_a_head(self):
        head = self._new_user('head', 'dealflow.group_user_team')
        self._start_tour('dealflow_start_of_head', head, START)

    def test_start_of_a_viewer(self):
        viewer = self._new_user('viewer', 'dealflow.group_viewer')
        self._start_tour('dealflow_start_of_viewer', viewer, START)
