from odoo.tests import tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestEmails(ReceiptCommon):
    """Recipients of emails from a deal and from its documents (C44, X48)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = 'office@example.com'

    def _get_suggested(self, document):
        self.env.invalidate_all()
        return {each['partner_id'] for each in document._message_get_suggested_recipients()}

    def _get_documents(self, **values):
        """Return a deal and its documents in the environment of the rep."""
        deal = self._new_deal(**values)
        contract = self.env['dealflow.contract'].create(
            {'name': "Chairs", 'entity_id': self.partner.id, 'deal_id': deal.id, 'user_id': self.rep_north.id}
        )
        return [document.with_user(self.rep_north) for document in (deal, self._new_receipt(deal), contract)]

    def test_people_of_the_deal_are_suggested(self):
        silent = self._new_contact("Aaron", self.partner)
        for document in self._get_documents(contact_ids=[(6, 0, (silent + self.contact).ids)]):
            with self.subTest(model=document._name):
                suggested = self._get_suggested(document)
                self.assertIn(self.contact.id, suggested)
                self.assertNotIn(silent.id, suggested)
                self.assertNotIn(self.partner.id, suggested)

    def test_without_people_the_client_is_suggested(self):
        for document in self._get_documents():
            with self.subTest(model=document._name):
                self.assertIn(self.partner.id, self._get_suggested(document))
                defaults = document._message_get_default_recipients()[document.id]
                self.assertEqual(defaults['partner_ids'], self.partner.ids)

    def test_a_rule_writes_to_the_client(self):
        """The action «Send Email» of an automation rule reaches the client with a template without recipients (C44)."""
        template = self.env['mail.template'].create(
            {
                'name': "Thank you",
                'subject': "Thank you",
                'body_html': "<p>Thank you</p>",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'use_default_to': True,
            }
        )
        action = self.env['ir.actions.server'].create(
            {
                'name': "Thank",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'state': 'mail_post',
                'template_id': template.id,
                'mail_post_method': 'email',
            }
        )
        deal = self._new_deal(contact_ids=self.contact.ids)
        action.with_context(active_model=deal._name, active_ids=deal.ids, active_id=deal.id).run()
        letter = self.env['mail.mail'].search([('model', '=', deal._name), ('res_id', '=', deal.id)])
        self.assertEqual(letter.recipient_ids, self.contact)

    def test_documents_of_a_client_know_whom_to_write_to(self):
        """Every document of ours with a chatter and a client suggests a recipient."""
        # For internal use only: preparation and minutes, and documents without a single client.
        inside = {'dealflow.meeting.sheet', 'dealflow.competitor', 'dealflow.marketing.event'}
        thread = self.registry['mail.thread']
        for name, model in self.env.registry.items():
            if not name.startswith('dealflow.') or model._abstract or name in inside or not issubclass(model, thread):
                continue
            clients = {'business_partner_id', 'legal_entity_id', 'entity_id', 'partner_id'} & model._fields.keys()
            if clients:
                knows = model._mail_get_partners is not self.registry['base']._mail_get_partners
                has_email = getattr(model, '_primary_email', 'email') in model._fields
                self.assertTrue(knows or has_email or 'partner_id' in model._fields, name)
