from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..hooks import fill_client_kinds
from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestClientKind(DealflowCase):
    """Kinds of clients: a register, what each asks for, and the list by kind (P05, P08)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.manager = cls._new_user('manager', 'dealflow.group_manager')
        cls.kinds = {kind.code: kind for kind in cls.env['dealflow.client.kind'].search([])}
        cls.partners = cls.env['res.partner'].with_user(cls.rep)

    def _open_dialog(self):
        return Form(
            self.partners.with_context(default_is_company=True), view='dealflow.res_partner_view_form_new_client'
        )

    def test_every_client_has_a_kind_and_a_contact_person_none(self):
        firm = self.partners.create({'name': "Firm", 'is_company': True})
        person = self.partners.create({'name': "Anna Berg"})
        colleague = self.partners.create({'name': "Ole Lie", 'parent_id': firm.id})
        branch = self.partners.create({'name': "Firm, North", 'is_company': True, 'parent_id': firm.id})
        self.assertEqual(
            (firm + person + colleague + branch).mapped(lambda each: each.dealflow_client_kind_id.code),
            ['company', 'person', False, 'branch'],
        )
        person.is_company = True
        self.assertEqual(person.dealflow_client_kind_id, self.kinds['company'])

    def test_dialog_asks_what_the_kind_needs(self):
        form = self._open_dialog()
        self.assertEqual(form.dealflow_client_kind_id, self.kinds['company'])
        form.dealflow_client_kind_id = self.kinds['sole_proprietor']
        self.assertFalse(form.is_company)
        form.dealflow_surname = "Berg"
        form.dealflow_first_name = "Anna"
        form.vat = "12345"
        client = form.save()
        self.assertEqual((client.name, client.dealflow_client_kind_id.code), ("Anna Berg", 'sole_proprietor'))
        form = self._open_dialog()
        form.dealflow_client_kind_id = self.kinds['branch']
        form.name = "Firm, North"
        with self.assertRaisesRegex(AssertionError, "parent_id"):
            form.save()
        form.parent_id = self._new_partner("Firm")
        self.assertTrue(form.save().is_company)

    def test_what_a_kind_requires_is_required_by_any_way(self):
        field = self.env['ir.model.fields']._get('res.partner', 'region_id')
        self.kinds['authority'].with_user(self.manager).required_field_ids = field
        values = {'name': "Town hall", 'dealflow_client_kind_id': self.kinds['authority'].id}
        with self.assertRefused(ValidationError, "not saved without “Region”"):
            self.partners.create(values)
        result = self.partners.load(['name', 'dealflow_client_kind_id'], [["Town hall", "Public authority"]])
        self.assertIn("not saved without", result['messages'][0]['message'])
        region = self.env['dealflow.region'].create({'name': "North"})
        client = self.partners.create({**values, 'region_id': region.id})
        self.assertTrue(client.is_company)
        with self.assertRefused(ValidationError, "not saved without “Region”"):
            client.region_id = False
        # Odoo's own ways ask for no more than Odoo does.
        self.assertTrue(self.env['res.partner'].sudo().with_user(self.env.ref('base.user_root')).create(values))

    def test_kind_that_does_not_fit_is_refused(self):
        with self.assertRefused(ValidationError, "cannot be of the kind"):
            self.partners.create(
                {'name': "Firm", 'is_company': True, 'dealflow_client_kind_id': self.kinds['person'].id}
            )

    def test_register_is_changed_by_full_access(self):
        with self.assertRefused(AccessError, "not allowed to (modify|create)"):
            self.kinds['person'].with_user(self.rep).name = "Mine"
        self.kinds['person'].with_user(self.manager).name = "Private person"

    def test_list_is_grouped_by_kind(self):
        self.partners.create({'name': "Town hall", 'dealflow_client_kind_id': self.kinds['authority'].id})
        groups = self.partners.formatted_read_group(
            [('name', '=', "Town hall")], ['dealflow_client_kind_id'], ['__count']
        )
        self.assertEqual(groups[0]['dealflow_client_kind_id'][0], self.kinds['authority'].id)

    def test_clients_that_are_there_get_their_kind_by_one_statement(self):
        firm = self._new_partner("Firm")
        branch = self._new_partner("Branch", parent_id=firm.id)
        person = self._new_contact("Anna Berg", firm)
        single = self.env['res.partner'].create({'name': "Ole Lie"})
        every = firm + branch + person + single
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET dealflow_client_kind_id = NULL WHERE id IN %s", (tuple(every.ids),))
        fill_client_kinds(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(
            every.mapped(lambda each: each.dealflow_client_kind_id.code), ['company', 'branch', False, 'person']
        )
