from odoo.exceptions import UserError
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
        self.env['dealflow.partner.handover'].with_user(self.old).with_context(active_ids=self.group.ids).create(
            {'user_id': self.new.id, 'note': "Likes calls", **values}
        ).action_hand_over()

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
        self.env['dealflow.partner.handover'].with_user(self.old).with_context(active_ids=clients.ids).create(
            {'user_id': self.new.id, 'note': "All at once"}
        ).action_hand_over()
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
