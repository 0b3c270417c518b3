from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestPartnerHandover(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = 'dealflow.group_user,base.group_partner_manager'
        cls.old = new_test_user(cls.env, 'handover_old', groups=groups)
        cls.new = new_test_user(cls.env, 'handover_new', groups=groups)
        cls.colleague = new_test_user(cls.env, 'handover_colleague', groups=groups)
        Partner = cls.env['res.partner']
        cls.group = Partner.create({
            'name': "Group", 'is_company': True, 'counterparty_role': 'partner', 'user_id': cls.old.id})
        cls.alpha = Partner.create({
            'name': "Alpha", 'is_company': True, 'counterparty_role': 'entity', 'user_id': cls.old.id})
        cls.env['dealflow.entity.link'].create({'partner_id': cls.group.id, 'entity_id': cls.alpha.id})

    def _deal(self, user, **vals):
        return self.env['dealflow.deal'].create({
            'name': "Deal", 'business_partner_id': self.group.id, 'legal_entity_id': self.alpha.id,
            'user_id': user.id, **vals})

    def _hand_over(self, **vals):
        self.env['dealflow.partner.handover'].with_user(self.old).with_context(active_ids=self.group.ids).create(
            {'user_id': self.new.id, 'note': "Likes calls", **vals}).action_hand_over()

    def test_client_goes_over_with_everything_open(self):
        deal = self._deal(self.old)
        theirs = self._deal(self.colleague)
        lead = self.env['crm.lead'].create({
            'name': "Lead", 'type': 'opportunity', 'partner_id': self.alpha.id, 'user_id': self.old.id})
        quotation = self.env['sale.order'].create({'partner_id': self.alpha.id, 'user_id': self.old.id})
        contract = self.env['dealflow.contract'].create({
            'name': "Contract", 'entity_id': self.alpha.id, 'user_id': self.old.id})
        task = self.alpha.activity_schedule('mail.mail_activity_data_todo', user_id=self.old.id, summary="Call")
        self._hand_over()
        for record in (self.group, self.alpha, deal, lead, quotation, contract, task):
            self.assertEqual(record.user_id, self.new, record)
        self.assertEqual(theirs.user_id, self.colleague)
        self.assertIn("Likes calls", self.group.message_ids[0].body)
        self.assertIn(self.new, self.group.activity_ids.user_id)

    def test_clients_of_several_managers_go_over_in_one_step(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True, 'user_id': self.colleague.id})
        free = self.env['res.partner'].create({'name': "Free", 'is_company': True})
        theirs = self.env['dealflow.deal'].create({
            'name': "Deal", 'business_partner_id': other.id, 'user_id': self.colleague.id})
        clients = self.group + other + free
        self.env['dealflow.partner.handover'].with_user(self.old).with_context(active_ids=clients.ids).create(
            {'user_id': self.new.id, 'note': "All at once"}).action_hand_over()
        self.assertEqual((clients + self.alpha).user_id, self.new)
        self.assertEqual(theirs.user_id, self.new)
        for client, previous in ((self.group, self.old.name), (other, self.colleague.name), (free, "nobody")):
            self.assertIn(f"from {previous} to", client.message_ids[0].body)
            self.assertIn("All at once", client.message_ids[0].body)

    def test_closed_deal_stays_with_who_closed_it(self):
        deal = self._deal(self.old)
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
                {'user_id': self.new.id, 'partner_ids': False}).action_hand_over()
