from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .test_claim_mail import LETTER
from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestClaimTours(TourCommon, MailCase):
    """Claims in a real browser, with the rights of a rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Rep", email='tour.rep@example.com')
        partner = cls._new_partner("Tour Client", user_id=cls.rep.id)
        cls.contact = cls._new_contact("Tour Anna", partner, email='tour.anna@example.com')
        cls.cause = cls.env['dealflow.claim.cause'].create({'name': "Tour Damage"})
        cls.desk = cls.env['dealflow.claim.desk'].create({'name': "Quality", 'alias_name': 'tour.claims'})

    def test_claim_from_the_letter_to_the_decision(self):
        """A rep handles a claim from the incoming email to the decision (B48)."""
        with self.mock_mail_gateway():
            claim = self.format_and_process(
                LETTER,
                'tour.anna@example.com',
                f'tour.claims@{self.desk.alias_domain}',
                subject="Tour broken chairs",
                target_model='dealflow.claim',
            )
        self._start_tour('dealflow_claims', self.rep)
        self.assertRecordValues(
            claim,
            [
                {
                    'state': 'resolved',
                    'resolution': "New chairs sent",
                    'cost': 80.0,
                    'cause_id': self.cause.id,
                    'contact_id': self.contact.id,
                    'user_id': self.rep.id,
                }
            ],
        )
        answer = claim.message_ids.filtered(lambda message: message.author_id == self.rep.partner_id)
        self.assertIn(self.contact, answer.partner_ids | answer.notified_partner_ids)
