import re
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestPartnerHandover(PartnerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old, cls.new, cls.colleague = (
            cls._new_user(login, 'dealflow.group_user,base.group_partner_manager')
            for login in ('old', 'new', 'colleague')
        )
        (cls.group + cls.alpha).user_id = cls.old

    def _hand_over(self, **values):
        self.env['dealflow.partner.handover'].with_user(self.old).with_context(
            active_model='res.partner', active_ids=self.group.ids
        ).create({'user_id': self.new.id, 'note': "Likes calls", **values}).action_hand_over()

    def test_client_goes_over_with_everything_open(self):
        deal = self._new_deal(user_id=self.old.id)
        theirs = self._new_deal(user_id=self.colleague.id)
        lead = self._new_lead(partner_id=self.alpha.id, user_id=self.old.id)
        quotation = self._new_order(self.alpha, user_id=self.old.id)
        contract = self.env['dealflow.contract'].create(
            {'name': "Contract", 'entity_id': self.alpha.id, 'user_id': self.old.id}
        )
        task = self.alpha.activity_schedule('mail.mail_activity_data_todo', user_id=self.old.id, summary="Call")
        self._hand_over()
        for record in (self.group, self.alpha, deal, lead, quotation, contract, task):
            self.assertEqual(record.user_id, self.new, record)
        self.assertEqual(theirs.user_id, self.colleague)
        self.assertIn("Likes calls", self.group.message_ids[0].body)
        self.assertIn(self.new, self.group.activity_ids.user_id)

    def test_clients_of_several_managers_go_over_in_one_step(self):
        other, free = self._new_partner("Other", user_id=self.colleague.id), self._new_partner("Free")
        theirs = self._new_deal(business_partner_id=other.id, legal_entity_id=other.id, user_id=self.colleague.id)
        clients = self.group + other + free
        self.env['dealflow.partner.handover'].with_user(self.old).with_context(
            active_model='res.partner', active_ids=clients.ids
        ).create({'user_id': self.new.id, 'note': "All at once"}).action_hand_over()
        self.assertEqual((clients + self.alpha).user_id, self.new)
        self.assertEqual(theirs.user_id, self.new)
        for client, previous in ((self.group, self.old.name), (other, self.colleague.name), (free, "nobody")):
            self.assertIn(f"from {previous} to", client.message_ids[0].body)
            self.assertIn("All at once", client.message_ids[0].body)

    def test_closed_deal_stays_with_who_closed_it(self):
        deal = self._new_deal(user_id=self.old.id)
        deal.with_user(self.old).action_lose(self.env['crm.lost.reason'].search([], limit=1).id, "Too dear")
        self._hand_over()
        self.assertEqual(deal.user_id, self.old)

    def test_without_entities_only_the_client_goes_over(self):
        self._hand_over(with_group=False)
        self.assertEqual(self.group.user_id, self.new)
        self.assertEqual(self.alpha.user_id, self.old)

    def test_nobody_selected_is_an_error(self):
        with self.assertRaisesRegex(UserError, "Select the clients"):
            self.env['dealflow.partner.handover'].with_user(self.old).create(
                {'user_id': self.new.id, 'partner_ids': False}
            ).action_hand_over()

    # What is handed over

    def test_activities_and_events_on_the_work_go_over(self):
        deal = self._new_deal(user_id=self.old.id)
        lead = self._new_lead(partner_id=self.alpha.id, user_id=self.old.id)
        receipt = self._new_receipt(deal, date_planned=deal.opened_on + timedelta(days=30))
        tasks = self.env['mail.activity'].union(
            *(
                record.activity_schedule('mail.mail_activity_data_todo', user_id=self.old.id, summary="Ask")
                for record in (deal, lead, receipt)
            )
        )
        meeting_type = self.env.ref('dealflow.event_type_meeting')
        events = self.env['calendar.event'].union(
            *(
                self._new_event(user_id=self.old.id, event_type_id=meeting_type.id, **values)
                for values in (
                    {'business_partner_id': self.group.id},
                    {'deal_id': deal.id},
                    {'opportunity_id': lead.id},
                )
            )
        )
        done = self._new_event(user_id=self.old.id, event_type_id=meeting_type.id, deal_id=deal.id)
        done.event_status_id = meeting_type.status_ids.filtered('is_done')[:1]
        theirs = self._new_event(user_id=self.colleague.id, event_type_id=meeting_type.id, deal_id=deal.id)
        self._hand_over()
        for record in [*tasks, *events, receipt]:
            self.assertEqual(record.user_id, self.new, record)
        for event in events:
            self.assertIn(self.new.partner_id, event.partner_ids)
            self.assertNotIn(self.old.partner_id, event.partner_ids)
        self.assertEqual(done.user_id, self.old)
        self.assertEqual(theirs.user_id, self.colleague)

    def test_money_of_a_won_deal_is_followed_up_by_the_receiver(self):
        deal = self._new_deal(user_id=self.old.id)
        receipt = self._new_receipt(deal, date_planned=deal.opened_on + timedelta(days=30))
        task = deal.activity_schedule('mail.mail_activity_data_todo', user_id=self.old.id, summary="Ship")
        deal.funnel_id.enforces_requirements = False
        deal.with_user(self.old).action_win("They signed")
        self._hand_over()
        self.assertEqual(deal.user_id, self.old)
        self.assertEqual(receipt.user_id | task.user_id, self.new)
        self.env.invalidate_all()
        self.assertTrue(deal.with_user(self.new).has_access('write'))

    def test_what_stays_is_named(self):
        self._new_deal(user_id=self.old.id)
        self._new_deal(user_id=self.colleague.id)
        handover = self._new_handover(self.old)
        self.assertIn("Deal: 1", handover.summary)
        self.assertIn("continues with: Deal: 1", handover.summary)
        handover.action_hand_over()
        self.assertIn(f"{self.colleague.name.split(' ')[0]}", self.group.message_ids[0].body)
        self.assertIn("continues with: Deal: 1", self.group.message_ids[0].body)

    # Who may hand over

    def _new_handover(self, user, clients=None, **values):
        clients = clients or self.group
        return (
            self.env['dealflow.partner.handover']
            .with_user(user)
            .with_context(active_model='res.partner', active_ids=clients.ids)
            .create({'user_id': self.new.id, **values})
        )

    def test_rep_does_not_take_the_clients_of_a_colleague_without_their_deals(self):
        deal = self._new_deal(user_id=self.old.id)
        rep = self._new_user('thief', 'dealflow.group_user_own,base.group_partner_manager')
        self.env.invalidate_all()
        handover = self._new_handover(rep, user_id=rep.id)
        self.assertIn("cannot go over without them", handover.summary)
        with self.assertRefused(AccessError, "deals with these clients that you may not change: 1"):
            handover.action_hand_over()
        self.assertEqual((self.group.user_id, deal.user_id), (self.old, self.old))

    def test_rep_hands_over_his_own_clients(self):
        rep = self._new_user('leaver', 'dealflow.group_user_own')
        self.group.user_id = rep
        deal = self._new_deal(user_id=rep.id)
        task = deal.activity_schedule('mail.mail_activity_data_todo', user_id=rep.id, summary="Ask")
        self.env.invalidate_all()
        self._new_handover(rep).action_hand_over()
        self.assertEqual(deal.user_id | self.group.user_id | task.user_id, self.new)

    # Who can receive

    def test_receivers_are_people_who_work_here_on_deals(self):
        for user in (
            self._new_user('gone', 'dealflow.group_user', active=False),
            self._new_user('looker', 'dealflow.group_viewer'),
        ):
            with self.assertRefused(UserError, f"{re.escape(user.name)} cannot take over clients"):
                self._new_handover(self.old, user_id=user.id).action_hand_over()
        with self.assertRefused(UserError, "Choose who becomes responsible"):
            self._new_handover(self.old, user_id=False).action_hand_over()

    def test_receiver_works_in_the_company_of_the_deals(self):
        self._new_deal(user_id=self.old.id)
        other = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self._new_user(
            'stranger', 'dealflow.group_user', company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        with self.assertRefused(UserError, "does not work in"):
            self._new_handover(self.old, user_id=stranger.id).action_hand_over()

    def test_clients_are_divided_by_share(self):
        clients = self.env['res.partner'].union(*(self._new_partner(f"Client {number}") for number in range(9)))
        clients.user_id = self.old
        lines = [(0, 0, {'user_id': user.id, 'share': share}) for user, share in ((self.new, 2), (self.colleague, 1))]
        self._new_handover(self.old, clients, user_id=False, is_shared=True, line_ids=lines).action_hand_over()
        counts = {user: len(partners) for user, partners in clients.grouped('user_id').items()}
        self.assertEqual(counts, {self.new: 6, self.colleague: 3})

    def test_clients_of_one_group_stay_together(self):
        other = self._new_partner("Other", user_id=self.old.id)
        lines = [(0, 0, {'user_id': user.id}) for user in (self.new, self.colleague)]
        clients = self.alpha + other + self.group
        self._new_handover(self.old, clients, user_id=False, is_shared=True, line_ids=lines).action_hand_over()
        self.assertEqual(self.alpha.user_id, self.group.user_id)
        self.assertNotEqual(other.user_id, self.group.user_id)
