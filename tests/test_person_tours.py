from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestPersonTours(TourCommon):
    """People, their messengers, and those of an opportunity, in a real browser (B42, P42)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')

    def test_rep_enters_a_contact_in_parts(self):
        self.env['dealflow.messenger.kind'].create(
            {'name': "Telegram", 'code': 'tour', 'link_pattern': 'https://t.me/{account}'}
        )
        self._start_tour('dealflow_new_contact', self.rep, '/odoo/dealflow-deal-contacts')
        person = self.env['res.partner'].search([('name', '=', "Анна Олеговна Берг")])
        self.assertEqual(
            (person.dealflow_surname, person.dealflow_first_name, person.patronymic), ("Берг", "Анна", "Олеговна")
        )
        self.assertEqual(person.dealflow_messenger_ids.link, 'https://t.me/anna')

    def test_rep_writes_to_the_persons_of_an_opportunity(self):
        self.env['dealflow.person.role'].create({'name': "Tour Role"})
        firm = self._new_partner("Tour Firm")
        anna = self._new_contact("Tour Anna", firm, email='anna@firm.example')
        lead = self._new_lead(self.rep, partner_id=firm.id)
        self._start_tour('dealflow_persons', self.rep, f'/odoo/crm/{lead.id}')
        self.assertEqual(lead.dealflow_person_ids.partner_id, anna)
        self.assertEqual(lead.dealflow_person_ids.email_count, 1)
