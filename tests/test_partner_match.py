from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.firm_matching import normalize_name, normalize_number
from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestPartnerMatch(DealflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own,base.group_partner_manager')
        cls.norway = cls.env.ref('base.no')

    def _new_partners(self, *vals_list):
        return self.env['res.partner'].create(
            [{'is_company': True, 'country_id': self.norway.id, **vals} for vals in vals_list]
        )

    def _find(self, partners):
        return self.env['dealflow.partner.match']._find_matches([('id', 'in', partners.ids)])

    def test_names_are_compared_without_form_script_and_accents(self):
        self.assertEqual(normalize_name("ООО «Ромашка»"), ['romashka'])
        self.assertEqual(normalize_name("ROMASHKA, Ltd."), ['romashka'])
        self.assertEqual(normalize_name("Bjørn Åsen S.R.L."), ['bjorn', 'asen'])
        self.assertEqual(normalize_number("NO 0923 609.016"), 'no0923609016')
        self.assertEqual(normalize_number("00923609016"), normalize_number("923 609 016"))
        self.assertFalse(normalize_number("9.13E+17"))

    def test_legal_form_and_slip_of_the_pen_do_not_hide_the_name(self):
        self.assertEqual(normalize_name("Кадиллак ллк"), ['kadillak'])
        self.assertEqual(normalize_name("Inc"), [])
        match = self._find(self._new_partners({'name': "Masic Invest"}, {'name': "Masic Invets"}))
        self.assertEqual(match.kind, 'duplicate')

    def test_two_first_words_in_common_hint_at_a_group(self):
        match = self._find(self._new_partners({'name': "Wise Qapital GmbH"}, {'name': "Wise Qapital Logistics"}))
        self.assertRecordValues(match, [{'kind': 'group', 'reasons': "a rare part of the name in common"}])

    def test_same_number_in_another_spelling_is_a_duplicate(self):
        match = self._find(
            self._new_partners(
                {'name': "Fjordline", 'company_registry': '0923609016'},
                {'name': "FJORDLINE AS", 'company_registry': '923 609 016'},
            )
        )
        self.assertRecordValues(match, [{'kind': 'duplicate', 'score': 100, 'verdict': 'open'}])
        self.assertIn("registry number", match.reasons)

    def test_same_lei_is_a_duplicate_and_merges(self):
        partners = self._new_partners(
            {'name': "Fjordline"}, {'name': "Fjord Line Norway", 'lei': '549300YRNUQ0FK60YT75'}
        )
        self.env['base.partner.merge.automatic.wizard']._merge(partners.ids, partners[0])
        self.assertEqual(partners[0].lei, '549300YRNUQ0FK60YT75')
        twin = self._new_partners({'name': "Fjordline AS", 'lei': '549300YRNUQ0FK60YT75'})
        self.assertEqual(self._find(partners[0] + twin).kind, 'duplicate')

    def test_same_number_in_another_country_is_no_duplicate(self):
        self.assertFalse(
            self._find(
                self._new_partners(
                    {'name': "Fjordline", 'company_registry': '923609016'},
                    {'name': "Other Firm", 'company_registry': '923609016', 'country_id': self.env.ref('base.se').id},
                )
            )
        )

    def test_cyrillic_and_latin_name_are_one(self):
        match = self._find(self._new_partners({'name': "Строймонтаж Сервис"}, {'name': "Stroymontazh Servis LLC"}))
        self.assertEqual(match.kind, 'duplicate')

    def test_bank_account_domain_and_phone_hint_at_a_group(self):
        first, second, third, fourth = self._new_partners(
            {'name': "Alder"},
            {'name': "Birch", 'website': 'https://www.wood.example'},
            {'name': "Cedar", 'email': 'info@wood.example', 'phone': '+47 22 33 44 55'},
            {'name': "Dogwood", 'phone': '0047 22334455', 'email': 'x@gmail.com'},
        )
        self.env['res.partner.bank'].create(
            [{'acc_number': 'NO93 8601 1117 947', 'partner_id': partner.id} for partner in (first, second)]
        )
        matches = self._find(first + second + third + fourth)
        found = {(match.left_id, match.right_id): match.reasons for match in matches}
        self.assertEqual(found[first, second], "the same bank account")
        self.assertEqual(found[second, third], "the same internet domain")
        self.assertEqual(found[third, fourth], "the same phone")
        self.assertEqual(len(found), 3)

    def test_free_mail_says_nothing(self):
        self.assertFalse(
            self._find(
                self._new_partners({'name': "Alder", 'email': 'a@gmail.com'}, {'name': "Birch", 'email': 'b@gmail.com'})
            )
        )

    def test_numbered_firms_are_different(self):
        match = self._find(self._new_partners({'name': "Nordic Fund II"}, {'name': "Nordic Fund III"}))
        self.assertNotIn('duplicate', match.mapped('kind'))

    def test_verdict_is_remembered(self):
        partners = self._new_partners({'name': "Zephyrline Trade"}, {'name': "Zephyrline Trade AS"})
        match = self._find(partners)
        match.with_user(self.rep).action_mark_different()
        self.assertRecordValues(match, [{'verdict': 'different', 'decided_by_id': self.rep.id}])
        self.assertFalse(self._find(partners))

    def test_same_group_links_the_entities(self):
        partners = self._new_partners(
            {'name': "Zephyrline Trade", 'counterparty_role': 'entity'},
            {'name': "Zephyrline Shipping", 'counterparty_role': 'entity'},
        )
        match = self._find(partners)
        match.with_user(self.rep).action_link_to_group()
        group = partners.business_partner_id
        self.assertRecordValues(group, [{'name': "Zephyrline", 'counterparty_role': 'partner'}])
        self.assertEqual(group._dealflow_get_legal_entities(), partners)
        third = self._new_partners({'name': "Zephyrline Energy", 'counterparty_role': 'entity'})
        more = self._find(partners + third)
        self.assertEqual(len(more), 2)
        more[0].action_link_to_group()
        self.assertEqual(third.business_partner_id, group)

    def test_members_of_different_groups_are_not_joined_silently(self):
        first, second, left, right = self._new_partners(
            {'name': "G1", 'counterparty_role': 'partner'},
            {'name': "G2", 'counterparty_role': 'partner'},
            {'name': "Zephyrline Trade"},
            {'name': "Zephyrline Shipping"},
        )
        self._link(first, left)
        self._link(second, right)
        match = self._find(left + right)
        with self.assertRaisesRegex(UserError, "different groups"):
            match.action_link_to_group()

    def test_merge_is_odoos_own(self):
        partners = self._new_partners({'name': "Zephyrline Trade"}, {'name': "Zephyrline Trade AS"})
        action = self._find(partners).action_merge()
        self.assertEqual(action['res_model'], 'base.partner.merge.automatic.wizard')
        wizard = self.env[action['res_model']].with_context(**action['context']).create({})
        self.assertEqual(wizard.partner_ids, partners)
        wizard.action_merge()
        self.assertEqual(len(partners.exists()), 1)

    def test_merge_moves_the_links_of_the_contact(self):
        group, other, left, right = self._new_partners(
            {'name': "G1", 'counterparty_role': 'partner'},
            {'name': "G2", 'counterparty_role': 'partner'},
            {'name': "Left"},
            {'name': "Right"},
        )
        self._link(group, left)
        self._link(group, right)
        self._link(other, right, role='pays')
        self.env['base.partner.merge.automatic.wizard']._merge((left + right).ids, left)
        links = sorted((link.partner_id.name, link.role) for link in left.partner_link_ids)
        self.assertEqual(links, [('G1', 'owns'), ('G2', 'pays')])
        self.assertEqual(left.business_partner_id, group)

    def test_viewer_decides_nothing(self):
        match = self._find(self._new_partners({'name': "Zephyrline Trade"}, {'name': "Zephyrline Trade AS"}))
        with self.assertRaises(AccessError):
            match.with_user(self.viewer).action_mark_different()
