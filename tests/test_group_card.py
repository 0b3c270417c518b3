from odoo.tests import new_test_user, tagged

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestGroupCard(PartnerCommon):
    """The form of a partner also shows the records of its legal entities (E15, X32)."""

    def setUp(self):
        super().setUp()
        self.salesman = new_test_user(self.env, 'test_salesman', 'sales_team.group_sale_salesman_all_leads')
        self.anna = self._new_contact("Anna", self.alpha)
        self.boris = self._new_contact("Boris", self.beta)
        self.own = self._new_contact("Olga", self.group)
        self._new_contact("Stock", self.alpha, type='delivery')
        self.guest = self._new_partner("Guest", is_company=False, other_company_ids=[(4, self.beta.id)])
        self._new_contact("Stranger", self.stranger)

    def test_people_of_the_legal_entities(self):
        card = self.group.with_user(self.viewer)
        self.assertEqual(card.dealflow_group_contact_ids, self.anna + self.boris + self.guest)
        action = card.action_view_dealflow_contacts()
        self.assertEqual(
            self.env['res.partner'].search(action['domain']), self.anna + self.boris + self.guest + self.own
        )
        self.assertFalse(self.alpha.with_user(self.viewer).dealflow_group_contact_ids)
        self.assertFalse(self.env['res.partner'].new({'name': "New"}).dealflow_group_contact_ids)

    def test_opportunities_of_the_legal_entities(self):
        leads = (
            self._new_lead(partner_id=self.alpha.id)
            + self._new_lead(partner_id=self.boris.id)
            + self._new_lead(partner_id=self.group.id)
        )
        self._new_lead(partner_id=self.stranger.id)
        card = self.group.with_user(self.salesman)
        self.assertEqual(card.opportunity_count, 3)
        self.assertEqual(self.env['crm.lead'].search(card.action_view_opportunity()['domain']), leads.sorted())
        self.assertEqual(self.alpha.with_user(self.salesman).opportunity_count, 1)
        self.env.invalidate_all()
        self.assertEqual((self.group + self.alpha + self.beta).mapped('opportunity_count'), [3, 1, 1])

    def test_meetings_of_the_legal_entities(self):
        invited = self._new_event(partner_ids=[(6, 0, self.anna.ids)])
        named = self._new_event(business_partner_id=self.group.id, legal_entity_id=self.beta.id)
        self._new_event(partner_ids=[(6, 0, self.stranger.ids)])
        card = self.group.with_user(self.salesman)
        self.assertEqual(card.meeting_count, 2)
        action = card.schedule_meeting()
        self.assertEqual(self.env['calendar.event'].search(action['domain']), (invited + named).sorted())
        self.env.invalidate_all()
        self.assertEqual((self.alpha + self.beta + self.stranger).mapped('meeting_count'), [1, 1, 1])

    def test_an_entity_that_left_brings_nothing(self):
        self.group.entity_link_ids.filtered(lambda link: link.entity_id == self.alpha).date_to = '2020-01-01'
        self.env.invalidate_all()
        self.assertEqual(self.group.dealflow_group_contact_ids, self.boris + self.guest)

    def test_partners_that_trade_through_each_other_are_counted(self):
        other = self._new_partner("Other")
        self._link(other, self.stranger)
        self._link(self.stranger, other)
        self._new_lead(partner_id=other.id)
        self.env.invalidate_all()
        self.assertEqual((other + self.stranger).mapped('opportunity_count'), [1, 1])
        self.assertEqual((other + self.stranger).mapped('meeting_count'), [0, 0])
