from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestEntityLink(DealflowCase):
    """Partners and legal entities: Group may trade through Alpha, Beta and Gamma; North and South share Giant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.group, cls.north, cls.south = (
            cls._new_partner(name, counterparty_role='partner') for name in ("Group", "North", "South")
        )
        cls.alpha, cls.beta, cls.gamma, cls.giant = (
            cls._new_partner(name, counterparty_role='entity') for name in ("Alpha", "Beta", "Gamma", "Giant")
        )

    def test_link_is_not_offered_to_be_duplicated(self):
        """A link cannot be duplicated: the same partner and entity in the same period are refused."""
        arch = etree.fromstring(self.env['dealflow.entity.link'].get_view(view_type='list')['arch'])
        self.assertEqual(arch.get('duplicate'), '0')

    def test_partner_groups_entities_without_touching_their_hierarchy(self):
        self.alpha.write({'vat': '/', 'street': "One Street"})
        self._link(self.group, self.alpha)
        self._link(self.group, self.beta)
        self.assertEqual(self.group._dealflow_get_legal_entities(), self.alpha + self.beta)
        self.assertFalse(self.alpha.parent_id)
        self.assertEqual((self.alpha + self.beta).business_partner_id, self.group)
        self.assertFalse(self.beta.street)

    def test_party_of_one_company_is_linked_there(self):
        self.beta.company_id = self.env.company
        self.assertEqual(self._link(self.group, self.beta).company_id, self.env.company)
        self.assertFalse(self._link(self.group, self.alpha).company_id)

    def test_company_of_its_own_needs_no_link(self):
        company = self._new_partner("Own")
        contact = self._new_contact("Person", company)
        self.assertEqual(company._dealflow_get_legal_entities(), company)
        self.assertEqual(company._dealflow_get_default_legal_entity(), company)
        self.assertEqual((company + contact).business_partner_id, company)
        self.assertEqual(contact._dealflow_get_business_partner(), company)

    def test_partner_that_is_an_entity_too_trades_through_itself_first(self):
        company = self._new_partner("Own")
        self._link(company, self.alpha)
        self.assertEqual(company._dealflow_get_legal_entities(), company + self.alpha)
        self.assertEqual(company._dealflow_get_default_legal_entity(), company)
        self._link(company, self.beta, is_default=True)
        self.assertEqual(company._dealflow_get_default_legal_entity(), self.beta)

    def test_entities_are_those_of_the_day(self):
        self._link(self.group, self.alpha, date_to='2025-12-31')
        self._link(self.group, self.beta, date_from='2026-01-01')
        self.assertEqual(self.group._dealflow_get_legal_entities(fields.Date.to_date('2025-12-31')), self.alpha)
        self.assertEqual(self.group._dealflow_get_legal_entities(fields.Date.to_date('2026-01-01')), self.beta)

    def test_entity_shared_by_several_partners_belongs_to_none(self):
        self._link(self.north, self.giant, role='site')
        self._link(self.south, self.giant, role='site')
        self.assertEqual(self.giant.business_partner_id, self.giant)
        self.assertEqual(self.giant._dealflow_get_business_partners(), self.north + self.south)
        self.assertEqual(self.north._dealflow_get_default_legal_entity(), self.giant)

    def test_owner_goes_before_other_roles(self):
        self._link(self.north, self.giant, role='pays')
        self._link(self.group, self.giant, role='owns')
        self.assertEqual(self.giant.business_partner_id, self.group)

    def test_second_default_replaces_the_first(self):
        first = self._link(self.group, self.alpha, is_default=True)
        second = self._link(self.group, self.beta, is_default=True)
        self.assertFalse(first.is_default)
        first.is_default = True
        self.assertFalse(second.is_default)

    def test_defaults_of_different_years_stay(self):
        first = self._link(self.group, self.alpha, is_default=True, date_to='2025-12-31')
        second = self._link(self.group, self.beta, is_default=True, date_from='2026-01-01')
        self.assertTrue(first.is_default)
        self.assertTrue(second.is_default)

    def test_link_to_itself_is_refused(self):
        company = self._new_partner("Own")
        with self.assertRaisesRegex(ValidationError, "cannot be linked to itself"):
            self._link(company, company)

    def test_dates_in_wrong_order_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "2026-01-01"):
            self._link(self.group, self.alpha, date_from='2026-01-02', date_to='2026-01-01')

    def test_overlapping_link_is_refused(self):
        self._link(self.group, self.alpha, date_from='2026-01-01')
        with self.assertRaisesRegex(ValidationError, "overlapping"):
            self._link(self.group, self.alpha, date_to='2026-01-01')

    def test_partner_without_legal_data_cannot_be_an_entity(self):
        with self.assertRaisesRegex(ValidationError, "without legal data"):
            self._link(self.group, self.north)
        with self.assertRaisesRegex(ValidationError, "legal entity only"):
            self._link(self.alpha, self.beta)

    def test_contact_person_cannot_be_an_entity(self):
        contact = self._new_contact("Person", self.alpha)
        with self.assertRaisesRegex(ValidationError, "contact person"):
            self._link(self.group, contact)

    def test_role_of_linked_company_cannot_contradict_its_links(self):
        self._link(self.group, self.alpha)
        with self.assertRaisesRegex(ValidationError, "Partner only"):
            self.alpha.counterparty_role = 'partner'
        with self.assertRaisesRegex(ValidationError, "Legal entity only"):
            self.group.counterparty_role = 'entity'

    def test_link_of_another_company_does_not_count(self):
        other_company = self.env['res.company'].create({'name': "Other"})
        self._link(self.group, self.alpha, company_id=other_company.id)
        self.assertFalse(self.group._dealflow_get_legal_entities())
        self.assertEqual(self.group.with_company(other_company)._dealflow_get_legal_entities(), self.alpha)

    def test_deleting_the_partner_frees_its_entities(self):
        self._link(self.group, self.alpha)
        self.group.unlink()
        self.assertEqual(self.alpha.business_partner_id, self.alpha)

    def test_expired_link_is_noticed_by_the_nightly_job(self):
        with freeze_time('2026-03-10'):
            self._link(self.group, self.alpha, date_to='2026-03-15')
            self.env.flush_all()
            self.assertEqual(self.alpha.business_partner_id, self.group)
        with freeze_time('2026-03-16'):
            self.env['dealflow.entity.link']._cron_refresh_main_partners()
            self.assertEqual(self.alpha.business_partner_id, self.alpha)

    def test_order_counts_for_the_partner_of_its_day(self):
        self._link(self.group, self.alpha, date_to='2025-12-31')
        self._link(self.north, self.alpha, date_from='2026-01-01')
        orders = self._new_order(self.alpha, date_order='2025-06-01')
        orders += self._new_order(self.alpha, date_order='2026-06-01')
        self.assertEqual(orders[0].business_partner_id, self.group)
        self.assertEqual(orders[1].business_partner_id, self.north)
        self.assertEqual(orders.partner_id, self.alpha)

    def test_company_that_leaves_the_group_does_not_rewrite_last_year(self):
        link = self._link(self.group, self.alpha)
        orders = self._new_order(self.alpha, date_order='2025-06-01')
        orders += self._new_order(self.alpha, date_order='2026-06-01')
        self.assertEqual(orders.business_partner_id, self.group)
        link.date_to = '2025-12-31'
        self.assertEqual(orders[0].business_partner_id, self.group)
        self.assertEqual(orders[1].business_partner_id, self.alpha)

    def test_partner_chosen_by_hand_stays(self):
        self._link(self.north, self.giant, role='site')
        order = self._new_order(self.giant, business_partner_id=self.north.id)
        self._link(self.south, self.giant, role='site')
        self.assertEqual(order.business_partner_id, self.north)

    def test_invoice_takes_the_partner_of_its_order(self):
        self._link(self.north, self.giant, role='site')
        self._link(self.south, self.giant, role='site')
        order = self._new_order(self.giant, business_partner_id=self.south.id)
        self.assertEqual(order._prepare_invoice()['business_partner_id'], self.south.id)

    def test_entities_of_a_partner_are_found_by_search(self):
        company = self._new_partner("Own")
        self._link(company, self.alpha)
        self._link(company, self.beta, date_to='2020-01-01')
        found = self.env['res.partner'].search([('dealflow_current_partner_ids', 'in', company.ids)])
        self.assertEqual(found, company + self.alpha)
        everything = self.env['res.partner'].search(
            [('dealflow_current_partner_ids', '=?', False), ('id', '=', self.beta.id)]
        )
        self.assertEqual(everything, self.beta)

    def test_viewer_reads_links_and_changes_nothing(self):
        link = self._link(self.group, self.alpha).with_user(self.viewer)
        self.assertEqual(link.entity_id.name, "Alpha")
        with self.assertRaises(AccessError):
            link.role = 'pays'
        with self.assertRaises(AccessError):
            link.unlink()

    def test_salesperson_links_an_entity_in_the_form_of_the_partner(self):
        with Form(self.group.with_user(self.rep)) as form:
            with form.entity_link_ids.new() as line:
                line.entity_id = self.gamma
                line.is_default = True
        self.assertEqual(self.group._dealflow_get_default_legal_entity(), self.gamma)

    def test_computed_facts_cannot_be_written_even_with_elevated_rights(self):
        for field_name, value in [('business_partner_id', self.group.id), ('requisites_state', 'confirmed')]:
            with self.assertRaises(AccessError):
                self.alpha.sudo().write({field_name: value})
        with self.assertRaises(AccessError):
            self.env['res.partner'].sudo().create({'name': "New", 'requisites_state': 'confirmed'})
