from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .requisites_common import RequisitesCommon


@tagged('post_install', '-at_install')
class TestProfile(RequisitesCommon):
    """Rights are assigned in one place, described in words, and as named profiles (E06, P59-P61)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._new_user('administrator', 'base.group_erp_manager')
        cls.clerk = cls._new_user('clerk', 'base.group_user')
        cls.groups = cls.env['res.groups'].with_user(cls.administrator)

    def _new_profile(self, name, *groups):
        return self.groups.create(
            {
                'name': name,
                'is_dealflow_profile': True,
                'implied_ids': [(4, self.env.ref(group).id) for group in groups],
            }
        )

    def test_every_right_of_ours_stands_in_the_form_of_a_user(self):
        """Odoo shows groups with a privilege; others appear in developer mode only."""
        category = self.env.ref('dealflow.module_category_dealflow')
        ours = self.env['ir.model.data'].search([('module', '=', 'dealflow'), ('model', '=', 'res.groups')])
        groups = self.env['res.groups'].browse(ours.mapped('res_id')).exists()
        rights = groups.filtered(lambda group: not group.is_dealflow_profile)
        # Given and taken by settings: to whom partners are kept apart, who sees telephony, and who has rounds.
        for name in ('group_separate_partners', 'group_telephony', 'group_call_rounds'):
            rights -= self.env.ref(f'dealflow.{name}')
        self.assertGreaterEqual(len(rights), 11)
        for right in rights:
            with self.subTest(right=right.name):
                self.assertEqual(right.privilege_id.category_id, category)
                self.assertTrue(right.comment, "what it gives is said in words")

    def test_person_has_several_profiles_and_all_their_rights(self):
        profiles = self._new_profile("Branch", 'dealflow.group_user_team') + self._new_profile(
            "Money", 'dealflow.group_receipts', 'dealflow.group_requisites_confirmer'
        )
        with Form(self.clerk.with_user(self.administrator), 'base.view_users_form') as form:
            for profile in profiles:
                form.dealflow_profile_ids.add(profile)
        self.env.invalidate_all()
        for group in ('dealflow.group_user_team', 'dealflow.group_receipts', 'dealflow.group_requisites_confirmer'):
            self.assertTrue(self.clerk.has_group(group))
        self.assertFalse(self.clerk.has_group('dealflow.group_user'))
        self.assertEqual(self.clerk.with_user(self.administrator).dealflow_profile_ids, profiles)
        with Form(self.clerk.with_user(self.administrator), 'base.view_users_form') as form:
            form.dealflow_profile_ids.remove(profiles[1].id)
        self.assertFalse(self.clerk.has_group('dealflow.group_receipts'))
        self.assertTrue(self.clerk.has_group('dealflow.group_user_team'))

    def test_profile_and_single_right_are_given_in_one_go(self):
        profile = self._new_profile("Branch", 'dealflow.group_user_team')
        single = self.env.ref('dealflow.group_receipts')
        with Form(self.clerk.with_user(self.administrator), 'base.view_users_form') as form:
            form.dealflow_profile_ids.add(profile)
            form.group_ids.add(single)
        self.assertTrue(self.clerk.has_group('dealflow.group_user_team'))
        self.assertTrue(self.clerk.has_group('dealflow.group_receipts'))
        self.assertEqual(self.clerk.with_user(self.administrator).dealflow_profile_ids, profile)

    def test_what_changes_in_a_profile_changes_for_its_people(self):
        profile = self._new_profile("Branch", 'dealflow.group_user_own')
        self.clerk.with_user(self.administrator).dealflow_profile_ids = profile
        self.assertFalse(self.clerk.has_group('dealflow.group_marketing'))
        profile.implied_ids += self.env.ref('dealflow.group_marketing')
        self.assertTrue(self.clerk.has_group('dealflow.group_marketing'))
        profile.unlink()
        self.assertFalse(self.clerk.has_group('dealflow.group_marketing'))

    def test_contents_are_told_in_words_and_ticks(self):
        profile = self._new_profile("Branch", 'dealflow.group_user_team', 'dealflow.group_marketing')
        self.clerk.with_user(self.administrator).dealflow_profile_ids = profile
        for record in (profile, self.clerk.with_user(self.administrator)):
            with self.subTest(model=record._name):
                contents = record.dealflow_contents
                self.assertIn("Works on the deals of the sales teams", contents)
                self.assertNotIn("Works on the deals that the person is responsible for", contents)
                self.assertIn("Plans marketing events", contents)
                self.assertRegex(contents, r'(?s)>Deal</th>(<td[^>]*>✓</td>){3}<td[^>]*>–</td>')

    def test_profiles_are_offered_to_nobody_from_outside(self):
        """Odoo refuses to save the whole form when one of the users is a portal user."""
        outsider = self._new_user('outsider', 'base.group_portal')
        view = self.env.ref('dealflow.res_groups_view_form_profile')
        field = etree.fromstring(self.groups.get_view(view.id, 'form')['arch']).find('.//field[@name="user_ids"]')
        offered = self.env['res.users'].search(safe_eval(field.get('domain') or '[]'))
        self.assertIn(self.clerk, offered)
        self.assertNotIn(outsider, offered)

    def test_nobody_else_gives_rights(self):
        profile = self._new_profile("Branch", 'dealflow.group_manager')
        manager = self._new_user('boss', 'dealflow.group_manager')
        for user in (manager, self.accountant):
            with self.assertRaises(AccessError):
                self.clerk.with_user(user).dealflow_profile_ids = profile
            with self.assertRaises(AccessError):
                profile.with_user(user).comment = "x"

    def test_shipped_profiles_are_there(self):
        names = {'rep', 'head', 'accountant', 'marketer'}
        profiles = self.env['res.groups'].union(*(self.env.ref(f'dealflow.profile_{name}') for name in names))
        self.assertTrue(all(profiles.mapped('is_dealflow_profile')))

    # What approvers must be able to do

    def test_accountant_enters_a_bank_account_and_writes_on_the_card(self):
        confirmer = self._new_user('confirmer', 'dealflow.group_requisites_confirmer')
        action = self.alpha.with_user(confirmer).action_dealflow_view_bank_accounts()
        accounts = self.env['res.partner.bank'].with_user(confirmer).with_context(**action['context'])
        account = accounts.create({'acc_number': 'NO2'})
        account.acc_number = 'NO3'
        self.assertIn('NO3', self.alpha.bank_ids.mapped('acc_number'))
        self.assertFalse(account.allow_out_payment)
        self.alpha.with_user(confirmer).message_post(body="Compared with the papers of 2026")
        self.assertIn("Compared with the papers", self.alpha.message_ids[0].body)

    def test_rep_and_viewer_enter_no_bank_account(self):
        viewer = self._new_user('looker', 'dealflow.group_viewer')
        for user in (viewer, self._new_user('seller', 'dealflow.group_user_own')):
            with self.assertRaises(AccessError):
                self.env['res.partner.bank'].with_user(user).create({'acc_number': 'NO4', 'partner_id': self.alpha.id})
