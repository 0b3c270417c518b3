from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, JsonRpcException, tagged

from .requisites_common import RequisitesCommon


@tagged('post_install', '-at_install')
class TestRequisites(RequisitesCommon):
    def test_way_of_an_entity_from_rep_to_accountant(self):
        self.assertEqual(self.alpha.requisites_state, 'draft')
        self.alpha.with_user(self.rep).action_submit_requisites()
        self.assertEqual(self.alpha.requisites_state, 'to_confirm')
        with freeze_time('2026-05-05 10:00:00'):
            self.alpha.with_user(self.accountant).action_confirm_requisites()
        self.assertRecordValues(
            self.alpha,
            [
                {
                    'requisites_state': 'confirmed',
                    'requisites_confirmed_by_id': self.accountant.id,
                }
            ],
        )
        self.assertEqual(str(self.alpha.requisites_confirmed_on), '2026-05-05 10:00:00')
        self.assertRecordValues(
            self.alpha.requisite_log_ids.sorted('id'),
            [
                # The bank account was not created by the author of the entity.
                {'event': 'changed', 'user_id': self.env.uid},
                {'event': 'submitted', 'user_id': self.rep.id},
                {'event': 'confirmed', 'user_id': self.accountant.id},
            ],
        )

    def test_comparison_speaks_as_accountants_of_the_country_do(self):
        """The comparison uses the terms of the country, such as NIP or ЕИК, and bank accounts instead of banks."""
        for code, labels in (
            ('pl', ["NIP", "KRS"]),
            ('bg', ["ИН по ЗДДС", "ЕИК"]),
            ('ru', ["ИНН", "ОГРН"]),
            ('ua', ["ІПН", "ЄДРПОУ"]),
        ):
            with self.subTest(country=code):
                self.alpha.country_id = self.env.ref(f'base.{code}')
                self.env.flush_all()
                self.alpha.invalidate_recordset(['requisites_comparison'])
                comparison = self.alpha.with_user(self.accountant).requisites_comparison
                for label in [*labels, "Bank accounts"]:
                    self.assertIn(f'<th scope="row">{label}</th>', comparison)
        self.alpha.country_id = self.env.ref('base.no')
        self.assertEqual(
            self.alpha._dealflow_get_requisite_label('company_registry'),
            self.alpha.company_registry_label,
            "elsewhere it is called as Odoo calls it there",
        )

    def test_rejection_needs_a_reason_and_reaches_the_sender(self):
        self.alpha.with_user(self.rep).action_submit_requisites()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.alpha.with_user(self.accountant).action_reject_requisites("  ")
        wizard = (
            self.env['dealflow.requisites.reject']
            .with_user(self.accountant)
            .with_context(active_ids=self.alpha.ids)
            .create({'reason': "Wrong number"})
        )
        wizard.action_reject()
        self.assertEqual(self.alpha.requisites_state, 'rejected')
        self.assertIn("Wrong number", self.alpha.requisites_problem)
        activity = self.alpha.activity_ids
        self.assertEqual(activity.user_id, self.rep)
        self.assertIn("Wrong number", activity.note)

    def test_rejected_entity_may_be_mended_and_sent_again(self):
        self.alpha.with_user(self.accountant).action_reject_requisites("Wrong number")
        self.alpha.with_user(self.rep).company_registry = '456'
        self.assertEqual(self.alpha.requisites_state, 'draft')
        self.alpha.with_user(self.rep).action_submit_requisites()
        self.assertEqual(self.alpha.requisites_state, 'to_confirm')

    def test_salesperson_cannot_confirm_or_reject(self):
        with self.assertRaises(AccessError):
            self.alpha.with_user(self.rep).action_confirm_requisites()
        with self.assertRaises(AccessError):
            self.alpha.with_user(self.rep).action_reject_requisites("No")
        self.assertEqual(self.alpha.requisites_state, 'draft')

    def test_elevated_rights_do_not_confirm(self):
        with self.assertRaises(AccessError):
            self.alpha.with_user(self.rep).sudo().action_confirm_requisites()
        with self.assertRaises(AccessError):
            self.env['dealflow.requisite.log'].with_user(self.rep).sudo()._append_entry(self.alpha, 'confirmed')
        self.assertNotIn('confirmed', self.alpha.requisite_log_ids.mapped('event'))

    def test_given_user_and_fingerprint_do_not_count_in_the_log(self):
        with self.assertRaisesRegex(AccessError, "written by the system only"), self.env.cr.savepoint():
            self.env['dealflow.requisite.log'].with_user(self.accountant).sudo().create(
                {
                    'entity_id': self.alpha.id,
                    'event': 'confirmed',
                    'user_id': self.chief.id,
                    'fingerprint': 'x',
                    'date': '2020-01-01',
                }
            )
        row = self.env['dealflow.requisite.log'].with_user(self.accountant)._append_entry(self.alpha, 'confirmed')
        self.assertEqual(row.user_id, self.accountant)
        self.assertEqual(row.fingerprint, self.alpha.requisites_fingerprint)
        self.assertNotEqual(row.date.year, 2020)

    def test_log_cannot_be_changed_by_anybody(self):
        self._confirm()
        row = self.alpha.requisite_log_ids
        for user in (self.rep, self.accountant, self.env.ref('base.user_admin')):
            with self.assertRaises(AccessError):
                row.with_user(user).write({'reason': "x"})
            with self.assertRaises(UserError):
                row.with_user(user).unlink()
        with self.assertRaises(AccessError):
            row.sudo().write({'user_id': self.rep.id})
        with self.assertRaises(UserError):
            row.sudo().unlink()

    def test_four_eyes_last_changer_cannot_confirm(self):
        self.alpha.with_user(self.chief).street = "Two Street"
        self.assertEqual(self.alpha.requisites_changed_by_id, self.chief)
        with self.assertRaisesRegex(AccessError, "yourself"):
            self.alpha.with_user(self.chief).action_confirm_requisites()
        self._confirm()

    def test_four_eyes_creator_cannot_confirm(self):
        entity = self.env['res.partner'].with_user(self.chief).create({'name': "Own", 'is_company': True})
        with self.assertRaisesRegex(AccessError, "yourself"):
            entity.action_confirm_requisites()

    def test_four_eyes_can_be_switched_off(self):
        self.env['res.company'].search([]).dealflow_four_eyes = False
        self.alpha.with_user(self.chief).street = "Two Street"
        self.alpha.with_user(self.chief).action_confirm_requisites()
        self.assertEqual(self.alpha.requisites_state, 'confirmed')

    def test_strictest_company_decides_on_four_eyes(self):
        """Confirming a shared entity counts for all its companies, so the strictest one decides."""
        lax = self.env['res.company'].create({'name': "Lax"})
        lax.dealflow_four_eyes = False
        self.chief.company_ids |= lax
        self.env.invalidate_all()
        self.alpha.with_user(self.chief).street = "Two Street"
        for allowed in (lax.ids, (lax | self.env.company).ids):
            with self.assertRaisesRegex(AccessError, "yourself"), self.env.cr.savepoint():
                self.alpha.with_user(self.chief).with_context(allowed_company_ids=allowed).action_confirm_requisites()
        self.assertFalse(self.alpha.with_user(self.chief)._dealflow_has_untouched_requisites())
        own = (
            self.env['res.partner']
            .with_user(self.chief)
            .with_context(allowed_company_ids=lax.ids)
            .create({'name': "Only of Lax", 'is_company': True, 'company_id': lax.id})
        )
        own.action_confirm_requisites()
        self.assertEqual(own.requisites_state, 'confirmed')

    def _assert_may_confirm(self, user, expected):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(not self.alpha.with_user(user)._dealflow_is_own_change(), expected)
        if not expected:
            with self.assertRaisesRegex(AccessError, "yourself"), self.env.cr.savepoint():
                self.alpha.with_user(user).action_confirm_requisites()

    def test_four_eyes_exclude_everybody_who_changed_a_requisite(self):
        """A user who changed a requisite stays excluded when another user changes something else later."""
        self._confirm()
        second = self._new_user('second', 'dealflow.group_requisites_confirmer,base.group_partner_manager')
        self.env['res.partner.bank'].with_user(self.chief).create({'acc_number': 'NO2', 'partner_id': self.alpha.id})
        self.alpha.with_user(second).street = "Two Street"
        self.alpha.with_user(self.rep).city = "Bergen"
        self.assertEqual(self.alpha.requisites_changed_by_id, self.rep)
        for user, expected in ((self.chief, False), (second, False), (self.accountant, True)):
            self._assert_may_confirm(user, expected)
        self.assertFalse(self.alpha.with_user(self.chief)._dealflow_has_untouched_requisites())
        self.assertRecordValues(
            self.alpha.requisite_log_ids.sorted('id')[-3:],
            [
                {'event': 'voided', 'user_id': self.chief.id},
                {'event': 'changed', 'user_id': second.id},
                {'event': 'changed', 'user_id': self.rep.id},
            ],
        )
        self._confirm()
        # A confirmation resets the excluded users.
        self.alpha.with_user(self.rep).city = "Oslo"
        for user in (self.chief, second, self.accountant):
            self._assert_may_confirm(user, True)

    def test_four_eyes_exclude_all_changers_before_the_first_confirmation(self):
        """This includes the author, and users who changed the entity while it was waiting for confirmation."""
        entity = self.alpha = self.env['res.partner'].with_user(self.chief).create({'name': "Own", 'is_company': True})
        second = self._new_user('second', 'dealflow.group_requisites_confirmer,base.group_partner_manager')
        entity.with_user(second).street = "First Street"
        entity.with_user(self.rep).action_submit_requisites()
        entity.with_user(self.rep).city = "Oslo"
        self.assertEqual(entity.requisites_state, 'to_confirm')
        for user, expected in ((self.chief, False), (second, False), (self.accountant, True)):
            self._assert_may_confirm(user, expected)

    def test_four_eyes_exclude_who_takes_an_account_away(self):
        self._confirm()
        self.account.with_user(self.chief).unlink()
        self.alpha.with_user(self.rep).city = "Bergen"
        self._assert_may_confirm(self.chief, False)
        self._assert_may_confirm(self.accountant, True)

    def test_four_eyes_exclude_who_gives_the_bank_another_code(self):
        self.account.bank_id = self.env['res.bank'].create({'name': "Bank", 'bic': 'DNBANOKK'})
        self._confirm()
        self.account.bank_id.with_user(self.chief).bic = 'NDEANOKK'
        self.alpha.with_user(self.rep).city = "Bergen"
        self._assert_may_confirm(self.chief, False)
        self._assert_may_confirm(self.accountant, True)

    def test_four_eyes_look_behind_the_time_as_partner_only(self):
        """Changes made while the partner was no legal entity count as well."""
        self._confirm()
        self.alpha.with_user(self.chief).write({'counterparty_role': 'partner', 'company_registry': False})
        self.alpha.with_user(self.chief).street = "Two Street"
        self.alpha.with_user(self.rep).counterparty_role = 'entity'
        self._assert_may_confirm(self.chief, False)
        self._assert_may_confirm(self.accountant, True)

    def test_four_eyes_of_all_changers_hold_across_companies(self):
        lax = self.env['res.company'].create({'name': "Lax", 'dealflow_four_eyes': False})
        self.chief.company_ids |= lax
        self.alpha.with_user(self.chief).street = "Two Street"
        self.alpha.with_user(self.rep).city = "Bergen"
        self.env.invalidate_all()
        for allowed in (lax.ids, (lax | self.env.company).ids):
            with self.assertRaisesRegex(AccessError, "yourself"), self.env.cr.savepoint():
                self.alpha.with_user(self.chief).with_context(allowed_company_ids=allowed).action_confirm_requisites()

    def test_writing_the_same_values_changes_nobody_and_nothing(self):
        self._confirm()
        self.alpha.with_user(self.chief).write({'street': "One Street", 'comment': "Note", 'phone': '+47 22 33 44 55'})
        self.assertEqual(self.alpha.requisites_state, 'confirmed')
        self.assertNotEqual(self.alpha.requisites_changed_by_id, self.chief)

    def test_name_of_a_contact_is_no_requisite_of_its_firm(self):
        firm = self._new_partner("Firm")
        contact = self._new_contact("Ann", firm)
        contact.with_user(self.rep).write({'name': "Anna"})
        self.assertFalse(firm.requisites_fingerprint)
        contact.with_user(self.rep).write({'street': "Main Street 1", 'type': 'contact'})
        self.assertEqual(bool(firm.requisites_fingerprint), firm.street == "Main Street 1")

    def test_fingerprint_begins_with_the_first_touch(self):
        """Most contacts are never submitted: they get a fingerprint on their first change, and have a known author."""
        entity = self.env['res.partner'].with_user(self.rep).create({'name': "New", 'is_company': True, 'city': "Oslo"})
        self.env.flush_all()
        entity = entity.sudo()
        self.assertFalse(entity.requisites_fingerprint)
        self.assertEqual((entity.requisites_state, entity.requisites_changed_by_id), ('draft', self.rep))
        self.assertTrue(entity.with_user(self.accountant).sudo()._dealflow_has_untouched_requisites())
        entity.with_user(self.chief).write({'city': "Oslo"})
        self.assertEqual(entity.requisites_fingerprint, entity.dealflow_live_fingerprint)
        self.assertEqual(entity.requisites_changed_by_id, self.rep)
        self.assertFalse(entity.requisite_log_ids)
        entity.with_user(self.chief).write({'city': "Bergen"})
        self.assertEqual(entity.requisites_changed_by_id, self.chief)
        self.assertRecordValues(entity.requisite_log_ids, [{'event': 'changed', 'user_id': self.chief.id}])

    def test_people_of_a_company_have_no_requisites_from_the_start(self):
        person = self.env['res.partner'].create({'name': "Ann", 'parent_id': self.alpha.id})
        self.assertEqual(person.requisites_state, 'none')
        company = self.env['res.partner'].create({'name': "P", 'is_company': True, 'counterparty_role': 'partner'})
        self.assertEqual(company.requisites_state, 'none')

    def test_accountant_confirms_what_was_on_the_screen(self):
        seen = self.alpha.dealflow_live_fingerprint
        self.alpha.with_user(self.rep).city = "Bergen"
        with self.assertRaisesRegex(UserError, "while you looked"):
            self.alpha.with_user(self.accountant).with_context(
                dealflow_seen_fingerprint=seen
            ).action_confirm_requisites()

    def test_confirmed_entity_cannot_be_confirmed_again(self):
        self._confirm()
        with self.assertRaisesRegex(UserError, "not possible now"):
            self.alpha.with_user(self.chief).action_confirm_requisites()

    def test_contact_person_and_pure_partner_have_no_requisites(self):
        person = self._new_contact("Person", self.alpha)
        partner = self.env['res.partner'].create({'name': "Partner", 'counterparty_role': 'partner'})
        self.assertEqual((person + partner).mapped('requisites_state'), ['none', 'none'])
        with self.assertRaises(UserError):
            person.with_user(self.accountant).action_confirm_requisites()

    def test_old_and_new_value_stand_side_by_side(self):
        self._confirm()
        self.alpha.with_user(self.rep).write({'street': "Two <b>Street</b>"})
        comparison = self.alpha.with_user(self.accountant).requisites_comparison
        self.assertIn("One Street", comparison)
        self.assertIn(f"<td>{self.alpha.country_id.name}</td>", comparison)
        self.assertNotIn("Street2", comparison, "what nobody has filled in is not compared")
        self.assertIn("Two &lt;b&gt;Street", comparison)
        self.assertEqual(comparison.count('table-warning'), 1)
        self.assertIn("“One Street” → “Two <b>Street</b>”", self.alpha.requisites_problem)
        self.assertIn(self.rep.name, self.alpha.requisites_problem)

    def test_mass_confirmation_takes_only_untouched_requisites(self):
        fresh, touched = (
            self.env['res.partner']
            .with_user(self.rep)
            .create(
                [
                    {'name': "Fresh", 'is_company': True},
                    {'name': "Touched", 'is_company': True},
                ]
            )
        )
        self._confirm()
        # All changes of a test have the same transaction time, so move one creation date to the past.
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET create_date = '2020-01-01' WHERE id = %s", [touched.id])
        self.env.invalidate_all()
        dialog = Form(
            self.env['dealflow.requisites.confirm']
            .with_user(self.accountant)
            .with_context(active_model='res.partner', active_ids=(fresh + touched + self.alpha).ids)
        )
        self.assertEqual((dialog.untouched_count, dialog.left_count), (1, 2))
        wizard = dialog.save()
        self.assertEqual(wizard.untouched_ids, fresh)
        self.assertEqual(wizard.left_count, 2)
        with self.assertRaisesRegex(UserError, "Tick"):
            wizard.action_confirm()
        wizard.is_compared = True
        wizard.action_confirm()
        self.assertEqual((fresh + touched).mapped('requisites_state'), ['confirmed', 'draft'])

    def test_mass_confirmation_is_for_accountants(self):
        with self.assertRaises(AccessError):
            self.env['dealflow.requisites.confirm'].with_user(self.rep).create({'legal_entity_ids': self.alpha.ids})

    def test_accountant_without_rights_to_create_contacts_confirms(self):
        plain = self._new_user('plain', 'dealflow.group_requisites_confirmer')
        with self.assertRaises(AccessError):
            self.env['res.partner'].with_user(plain).create({'name': "x"})
        self.alpha.with_user(plain).action_confirm_requisites()
        self.assertEqual(self.alpha.requisites_state, 'confirmed')


@tagged('post_install', '-at_install')
class TestRequisitesByRpc(RequisitesCommon, HttpCase):
    """Four eyes over RPC, with companies chosen by the caller."""

    def _confirm_by_rpc(self, user, companies, entity=None):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            '/web/dataset/call_kw',
            {
                'model': 'res.partner',
                'method': 'action_confirm_requisites',
                'args': [(entity or self.alpha).ids],
                'kwargs': {'context': {'allowed_company_ids': companies.ids}},
            },
        )

    def test_four_eyes_in_whichever_company_one_works(self):
        company = self.env.company
        lax = self.env['res.company'].create({'name': "Lax", 'dealflow_four_eyes': False})
        (self.chief + self.accountant).company_ids |= lax
        own = (
            self.env['res.partner']
            .with_user(self.chief)
            .with_context(allowed_company_ids=lax.ids)
            .create({'name': "Only of Lax", 'is_company': True, 'company_id': lax.id})
        )
        self.alpha.with_user(self.chief).street = "Two Street"
        self.alpha.with_user(self.rep).city = "Bergen"
        self.env.flush_all()
        for companies in (company, lax, lax + company, company + lax):
            with self.assertRaisesRegex(JsonRpcException, 'AccessError'):
                self._confirm_by_rpc(self.chief, companies)
            self.env.invalidate_all()
            self.assertNotEqual(self.alpha.requisites_state, 'confirmed')
        self._confirm_by_rpc(self.accountant, lax)
        self._confirm_by_rpc(self.chief, lax, own)
        self.env.invalidate_all()
        self.assertEqual((self.alpha + own).mapped('requisites_state'), ['confirmed', 'confirmed'])
