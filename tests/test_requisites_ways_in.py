"""Every known way to change requisites without the button: the entity becomes «changed», or the write is refused."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import Form, HttpCase, tagged

from .requisites_common import RequisitesCommon


@tagged('post_install', '-at_install')
class TestRequisitesWaysIn(RequisitesCommon):
    def setUp(self):
        super().setUp()
        self._confirm()

    def _assert_changed(self, entity=None, user=None):
        entity = entity or self.alpha
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(entity.requisites_state, 'changed')
        if user:
            self.assertEqual(entity.requisites_changed_by_id, user)
        last = entity.requisite_log_ids.sorted('id')[-1]
        self.assertEqual(last.event, 'voided')

    def test_way_in_form(self):
        with Form(self.alpha.with_user(self.rep)) as form:
            form.name = "Alpha Two"
        self._assert_changed(user=self.rep)

    def test_way_in_every_requisite(self):
        for vals in (
            {'name': "A"},
            {'vat': 'NO072274687MVA'},
            {'company_registry': '9'},
            {'street': "S"},
            {'street2': "S"},
            {'zip': '1'},
            {'city': "C"},
            {'country_id': self.env.ref('base.se').id},
            {'state_id': self.env.ref('base.state_us_1').id},
        ):
            with self.subTest(vals=vals), self.env.cr.savepoint():
                self.alpha.with_user(self.rep).write(vals)
                self._assert_changed(user=self.rep)
                self.alpha.with_user(self.accountant).action_confirm_requisites()

    def test_way_in_name_that_an_addon_computes(self):
        """The name is computed from fields of an addon, of this contact or of another record, without a write."""
        by_rep = self.alpha.with_user(self.rep).sudo()
        with self.env.protecting([by_rep._fields['name']], by_rep):
            by_rep.name = "Alpha Computed"
        by_rep.modified(['name'])
        by_rep.env.flush_all()
        # Runs at the end of the transaction
        self.env.cr.precommit.run()
        self._assert_changed(user=self.rep)
        self.assertEqual(self.alpha.requisite_log_ids.sorted('id')[-1].user_id, self.rep)
        self.assertIn("Alpha Computed", self.alpha.requisite_log_ids.sorted('id')[-1].changes)

    def test_computed_name_is_recorded_with_what_is_written_beside_it(self):
        """Before the first confirmation too, the user who changed something counts as an author (four eyes)."""
        fresh = self._new_partner("Fresh")
        self.env.flush_all()
        by_rep = fresh.with_user(self.rep).sudo()
        with self.env.protecting([by_rep._fields['name']], by_rep):
            by_rep.name = "Fresh Computed"
        by_rep.modified(['name'])
        by_rep.write({'comment': "No requisite"})
        self.assertEqual(fresh.requisite_log_ids.mapped('event'), ['changed'])
        self.assertEqual(fresh.requisite_log_ids.user_id, self.rep)
        self.env.cr.precommit.run()
        self.assertEqual(len(fresh.requisite_log_ids), 1)

    def test_way_in_list_edit(self):
        self.alpha.with_user(self.rep).web_save({'city': "Bergen"}, {'city': {}})
        self._assert_changed(user=self.rep)

    def test_way_in_import_of_the_first_contact_fills_the_address_of_the_company(self):
        empty = self._new_partner("Empty")
        self._confirm(empty)
        importer = self._new_user('importer', 'base.group_partner_manager,account.group_account_invoice')
        result = (
            self.env['res.partner']
            .with_user(importer)
            .load(['name', 'parent_id/.id', 'street', 'city'], [["Person", str(empty.id), "New Street", "Paris"]])
        )
        self.assertFalse(result['messages'])
        self.assertEqual(empty.street, "New Street")
        self._assert_changed(empty, importer)

    def test_way_in_creation_of_the_first_contact_fills_the_address_of_the_company(self):
        empty = self._new_partner("Empty")
        self._confirm(empty)
        self.env['res.partner'].with_user(self.rep).create(
            {'name': "Person", 'parent_id': empty.id, 'street': "New Street"}
        )
        self._assert_changed(empty, self.rep)

    def test_way_in_address_of_a_child_contact(self):
        person = self._new_contact("Person", self.alpha)
        self.assertEqual(self.alpha.requisites_state, 'confirmed')
        person.with_user(self.rep).write({'street': "Another Street"})
        self.assertEqual(self.alpha.street, "Another Street")
        self._assert_changed(user=self.rep)

    def test_way_in_tax_number_of_a_child_contact(self):
        person = self._new_contact("Person", self.alpha)
        person.with_user(self.rep).write({'vat': 'NO072274687MVA'})
        self.assertEqual(self.alpha.vat, 'NO072274687MVA')
        self._assert_changed(user=self.rep)

    def test_way_in_merge_into_the_confirmed_entity(self):
        twin = self._new_partner("Twin", street2="Floor 2")
        self.env['base.partner.merge.automatic.wizard']._merge((self.alpha + twin).ids, self.alpha)
        self.assertEqual(self.alpha.street2, "Floor 2")
        self._assert_changed()

    def test_way_in_merge_without_new_values(self):
        twin = self._new_partner("Twin")
        self.env['base.partner.merge.automatic.wizard']._merge((self.alpha + twin).ids, self.alpha)
        self._assert_changed()

    def test_way_in_merge_of_the_confirmed_entity_into_another(self):
        twin = self._new_partner("Twin")
        self.env['base.partner.merge.automatic.wizard']._merge((self.alpha + twin).ids, twin)
        self.assertFalse(self.alpha.exists())
        self._assert_changed(twin)

    def test_way_in_merge_moves_a_trusted_account(self):
        twin = self._new_partner("Twin")
        account = self.env['res.partner.bank'].create({'acc_number': 'NO2', 'partner_id': twin.id})
        account.sudo().allow_out_payment = True
        self.env['base.partner.merge.automatic.wizard']._merge((self.alpha + twin).ids, self.alpha)
        self.assertEqual(account.partner_id, self.alpha)
        self.assertFalse(account.allow_out_payment)
        self._assert_changed()

    def test_way_in_bank_account_created(self):
        self.env['res.partner.bank'].with_user(self.chief).create({'acc_number': 'NO2', 'partner_id': self.alpha.id})
        self._assert_changed(user=self.chief)

    def test_way_in_bank_account_changed_loses_trust(self):
        self.account.sudo().allow_out_payment = True
        self.assertEqual(self.alpha.requisites_state, 'confirmed')
        self.account.sudo().acc_number = 'NO3'
        self.assertFalse(self.account.allow_out_payment)
        self._assert_changed()

    def test_way_in_bank_account_of_another_bank(self):
        self.account.bank_id = self.env['res.bank'].create({'name': "Other", 'bic': 'OTHENOKK'})
        self._assert_changed()

    def test_way_in_bank_code_changed_on_the_bank(self):
        bank = self.env['res.bank'].create({'name': "Other", 'bic': 'OTHENOKK'})
        self.account.bank_id = bank
        self.alpha.with_user(self.accountant).action_confirm_requisites()
        bank.bic = 'FAKENOKK'
        self.env.flush_all()
        self.assertEqual(self.alpha.requisites_state, 'changed')

    def test_way_in_bank_account_archived(self):
        self.account.unlink()
        self.assertFalse(self.account.active)
        self._assert_changed()

    def test_way_in_bank_account_archived_by_hand_and_taken_up_again(self):
        self.account.sudo().active = False
        self._assert_changed()
        self.alpha.with_user(self.accountant).action_confirm_requisites()
        self.account.sudo().active = True
        self._assert_changed()

    def test_way_in_bank_account_moved_to_another_entity(self):
        beta = self._new_partner("Beta")
        self._confirm(beta)
        self.account.sudo().allow_out_payment = True
        self.account.sudo().partner_id = beta
        self.assertFalse(self.account.allow_out_payment)
        self._assert_changed()
        self._assert_changed(beta)

    def test_way_in_elevated_rights(self):
        self.alpha.with_user(self.rep).sudo().street = "Two Street"
        self._assert_changed(user=self.rep)

    def test_way_in_automation_rule(self):
        self.env['base.automation'].create(
            {
                'name': "Rewrites the street",
                'model_id': self.env.ref('base.model_res_partner').id,
                'trigger': 'on_create_or_write',
                'trigger_field_ids': [self.env.ref('base.field_res_partner__comment').id],
                'action_server_ids': [
                    (
                        0,
                        0,
                        {
                            'name': "Rewrite",
                            'model_id': self.env.ref('base.model_res_partner').id,
                            'state': 'code',
                            'code': "record.write({'street': 'Automatic Street'})",
                        },
                    )
                ],
            }
        )
        self.alpha.with_user(self.rep).comment = "Anything"
        self.assertEqual(self.alpha.street, "Automatic Street")
        self._assert_changed(user=self.rep)

    def test_way_in_automation_rule_cannot_confirm(self):
        self.alpha.with_user(self.rep).street = "Two Street"
        action = self.env['ir.actions.server'].create(
            {
                'name': "Confirm",
                'model_id': self.env.ref('base.model_res_partner').id,
                'state': 'code',
                'code': "record.sudo().action_confirm_requisites()",
            }
        )
        with self.assertRefused(Exception, "Only accountants"):
            action.with_user(self.rep).sudo().with_context(active_model='res.partner', active_id=self.alpha.id).run()
        self._assert_changed()

    def test_way_in_opportunity_write_back_of_email_and_phone(self):
        """Email and phone are no requisites: they are updated on the contact, and the confirmation is kept."""
        self.alpha.write({'email': 'old@alpha.example', 'phone': '+47 22 33 44 55'})
        requisites = self.alpha._dealflow_get_requisites()
        lead = self._new_lead(self.rep, partner_id=self.alpha.id)
        lead.write({'email_from': 'new@alpha.example', 'phone': '+47 99 99 99 99'})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(
            self.alpha, [{'email': 'new@alpha.example', 'phone': '+47 99 99 99 99', 'requisites_state': 'confirmed'}]
        )
        self.assertEqual(self.alpha._dealflow_get_requisites(), requisites)
        self.assertFalse(self.alpha._dealflow_get_requisites_problems())

    def test_way_in_opportunity_makes_the_first_contact_of_the_entity(self):
        """The address of the opportunity is copied to the contact, and from it to the company if that has none."""
        empty = self._new_partner("Empty")
        self._confirm(empty)
        lead = self._new_lead(self.rep, partner_id=empty.id, contact_name="Person", street="Lead Street")
        contact = lead._create_customer(with_parent=empty)
        self.assertEqual(contact.parent_id, empty)
        self.assertEqual(empty.street, "Lead Street")
        self._assert_changed(empty, self.rep)

    def test_way_in_copy(self):
        copy = self.alpha.with_user(self.rep).copy()
        self.assertEqual(copy.requisites_state, 'draft')
        self.assertFalse(copy.requisite_log_ids)
        self.assertFalse(copy.requisites_confirmed_by_id)
        self.assertEqual(self.alpha.requisites_state, 'confirmed')

    def test_way_in_raw_sql_is_caught_at_use(self):
        self.env.cr.execute("UPDATE res_partner SET street = 'Two Street' WHERE id = %s", [self.alpha.id])
        self.assertEqual(self.alpha.requisites_state, 'confirmed')
        self.env.company.dealflow_gate_order = 'block'
        with self.assertRaisesRegex(UserError, "outside of Odoo"):
            self.alpha._check_dealflow_requisites_gate('order')

    def test_way_in_raw_sql_on_the_bank_account_is_caught_at_use(self):
        self.env.cr.execute(
            "UPDATE res_partner_bank SET acc_number = 'X', sanitized_acc_number = 'X' WHERE id = %s", [self.account.id]
        )
        problems = self.alpha._dealflow_get_requisites_problems()
        self.assertIn("outside of Odoo", problems[self.alpha])
        self._assert_changed()

    def test_way_in_raw_sql_on_the_state_itself_does_not_pass_the_gate(self):
        beta = self._new_partner("Beta")
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET requisites_state = 'confirmed' WHERE id = %s", [beta.id])
        self.env.invalidate_all()
        self.assertIn(beta, beta._dealflow_get_requisites_problems())

    def test_way_in_raw_sql_is_found_by_the_nightly_job(self):
        self.account.sudo().allow_out_payment = True
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner_bank SET acc_number = 'X', sanitized_acc_number = 'X' WHERE id = %s", [self.account.id]
        )
        self.env.invalidate_all()
        with patch.object(type(self.env['ir.cron']), '_commit_progress', return_value=10):
            self.env['res.partner']._dealflow_cron_verify_requisites()
        self._assert_changed()
        self.assertFalse(self.account.allow_out_payment)

    def test_way_in_there_and_back(self):
        self.alpha.with_user(self.rep).street = "Two Street"
        self.alpha.with_user(self.rep).street = "One Street"
        self._assert_changed(user=self.rep)

    def test_way_in_role_of_the_contact(self):
        self.alpha.with_user(self.rep).counterparty_role = 'both'
        self.assertEqual(self.alpha.requisites_state, 'confirmed')

    def test_fingerprint_of_another_entity_does_not_count(self):
        beta = self.alpha.copy({'name': "Alpha"})
        self.assertNotEqual(beta.requisites_fingerprint, self.alpha.requisites_fingerprint)


@tagged('post_install', '-at_install')
class TestRequisitesPortal(RequisitesCommon, HttpCase):
    def test_way_in_portal_address_form(self):
        self.alpha.write({'email': 'alpha@example.com', 'phone': '+47 22 33 44 55', 'zip': '0150'})
        self._confirm()
        portal = self._new_user('portal', 'base.group_portal')
        portal.partner_id = self.alpha
        self.authenticate(portal.login, portal.login)
        response = self.url_open(
            '/my/address/submit',
            data={
                'csrf_token': Request.csrf_token(self),
                'partner_id': self.alpha.id,
                'address_type': 'billing',
                'name': "Alpha",
                'email': 'alpha@example.com',
                'phone': '+47 22 33 44 55',
                'street': "Portal Street",
                'city': "Oslo",
                'zip': '0150',
                'country_id': self.env.ref('base.no').id,
                'required_fields': 'name,country_id',
            },
        )
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.alpha.street, "Portal Street", response.text)
        self.assertEqual(self.alpha.requisites_state, 'changed')
        self.assertEqual(self.alpha.requisites_changed_by_id, portal)
