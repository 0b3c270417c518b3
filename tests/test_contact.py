from freezegun import freeze_time
from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestContact(DealflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.person = cls.env['res.partner'].create(
            {
                'name': "Person",
                'phone': '+47 22 33 44 55',
                'phone_ids': [(0, 0, {'kind': 'internal', 'number': '12-34'}), (0, 0, {'number': '8 (495) 123-45-67'})],
            }
        )

    def _find(self, number):
        return self.env['res.partner'].search([('dealflow_phone_search', 'ilike', number), ('id', '=', self.person.id)])

    def test_phone_is_found_in_any_spelling(self):
        for number in (
            '+47 22 33 44 55',
            '0047 22-33-44-55',
            '(022) 334455',
            '22334455',
            '+7 495 123 45 67',
            '84951234567',
            '1234',
        ):
            self.assertTrue(self._find(number), number)
        for number in ('22334456', '12', ''):
            self.assertFalse(self._find(number) if number else False, number)

    def _explain(self, domain):
        """Return the query plan of a search on a copy of the table that has all its indexes.

        PostgreSQL does not use an index at once when the transaction that created it also changed rows, as the
        installation of a module does; the copy has no such history.
        """
        self.env['res.partner'].with_context(tracking_disable=True).create(
            [{'name': f"P{index}", 'phone': f'+49 30 {index:07d}'} for index in range(1500)]
        )
        self.env.flush_all()
        for statement in (
            "CREATE TEMPORARY TABLE res_partner (LIKE public.res_partner INCLUDING INDEXES) ON COMMIT DROP",
            "INSERT INTO pg_temp.res_partner SELECT * FROM public.res_partner",
            """SELECT gin_clean_pending_list(index.indexrelid)
                 FROM pg_index AS index
                 JOIN pg_class AS class ON class.oid = index.indexrelid
                 JOIN pg_am AS method ON method.oid = class.relam
                WHERE index.indrelid = 'pg_temp.res_partner'::regclass AND method.amname = 'gin'""",
            "ANALYZE pg_temp.res_partner",
            "SET LOCAL enable_seqscan = off",
        ):
            self.env.cr.execute(statement)
        query = self.env['res.partner']._search(domain)
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(query.select()).decode())
        return '\n'.join(row[0] for row in self.env.cr.fetchall())

    def test_phone_search_uses_the_index(self):
        plan = self._explain([('dealflow_phone_search', 'ilike', '22 33 44 55')])
        self.assertIn("Index Cond: (regexp_replace((phone)::text", plan)
        self.assertIn("Index Cond: ((digits)::text", plan)

    def test_search_by_part_of_a_name_uses_the_index(self):
        plan = self._explain([('complete_name', 'ilike', 'ordlys')])
        self.assertIn("Index Cond: ((complete_name)::text ~~* '%ordlys%'", plan)

    @freeze_time('2026-01-15 12:00:00')
    def test_local_time_comes_from_the_contact_its_region_or_its_country(self):
        region = self.env['dealflow.region'].create({'name': "Far East", 'tz': 'Asia/Vladivostok'})
        city = self.env['dealflow.region'].create({'name': "City", 'parent_id': region.id})
        self.person.tz = 'Europe/Brussels'
        self.assertFalse(self.person.dealflow_local_time)
        self.person.country_id = self.env.ref('base.ru')
        self.assertFalse(self.person.dealflow_local_time)
        self.person.country_id = self.env.ref('base.no')
        self.assertEqual(self.person.dealflow_local_time, '13:00 (UTC+0100)')
        self.person.region_id = city
        self.assertEqual(self.person.dealflow_local_time, '22:00 (UTC+1000)')
        self.person.dealflow_tz = 'Asia/Tokyo'
        self.assertEqual(self.person.dealflow_local_time, '21:00 (UTC+0900)')

    @freeze_time('2026-01-15 12:00:00')
    def test_local_time_of_a_contact_without_a_place_is_that_of_its_company(self):
        company = self._new_partner("Firm", country_id=self.env.ref('base.no').id)
        child = self._new_contact("Child", company, country_id=False)
        self.assertEqual(child.dealflow_local_time, '13:00 (UTC+0100)')

    def test_contact_belongs_to_several_companies(self):
        first, second = self._new_partner("A"), self._new_partner("B")
        self.person.parent_id = first
        self.person.other_company_ids = second
        self.assertEqual(second.other_contact_ids, self.person)

    def test_contact_is_found_by_each_of_its_companies_and_listed_on_them(self):
        """A contact is found by each of its companies and listed on all of them alike (X30)."""
        group = self._new_partner("Group")
        first, second = self._new_partner("A"), self._new_partner("B", parent_id=group.id)
        self.person.parent_id = first
        self.person.other_company_ids = second
        partners = self.env['res.partner'].with_user(self._new_user('viewer', 'dealflow.group_viewer'))
        search = etree.fromstring(
            partners.get_view(self.env.ref('dealflow.res_partner_view_search_dealflow').id, 'search')['arch']
        )
        domain = search.xpath("//field[@name='parent_id']")[0].get('filter_domain')
        for company in (first, second, group):
            self.assertIn(self.person, partners.search(safe_eval(domain, {'self': company.id})), company.name)
        self.assertIn(self.person, partners.search(safe_eval(domain, {'self': "B"})))
        card = etree.fromstring(partners.get_view(view_type='form')['arch'])
        listed = card.xpath("//page[@name='contact_addresses']//field[@name='other_contact_ids']/list/field/@name")
        self.assertLessEqual({'name', 'function', 'phone', 'email'}, set(listed))
        newcomer = self._new_contact("Newcomer", first)
        with Form(second.with_user(self.rep)) as form:
            form.other_contact_ids.add(newcomer)
        self.assertEqual(newcomer.other_company_ids, second)

    def test_origin_tells_import_opportunity_and_hand(self):
        self.assertEqual(self.person.origin_kind, 'manual')
        result = self.env['res.partner'].with_context(import_file=True).load(['name'], [["Imported"]])
        self.assertEqual(self.env['res.partner'].browse(result['ids']).origin_kind, 'import')
        lead = self._new_lead(partner_name="New Firm", contact_name="Newcomer")
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.origin_kind, 'opportunity')
        self.assertEqual(lead.partner_id.origin_lead_id, lead)
        self.assertEqual(lead.partner_id.parent_id.origin_lead_id, lead)

    def test_registers_are_found_by_code_and_by_name(self):
        industry = self.env['res.partner.industry'].create({'name': "Pumps", 'code': '28.13'})
        self.assertEqual(self.env['res.partner.industry'].name_search('28.13')[0][0], industry.id)
        self.assertEqual(self.env['res.partner.industry'].name_search('Pumps')[0][0], industry.id)
        region = self.env['dealflow.region'].create({'name': "Region X", 'code': 'RX'})
        self.assertEqual(self.env['dealflow.region'].name_search('RX')[0][0], region.id)
        status = self.env['dealflow.partner.status'].create({'name': "Status X", 'code': 'SX'})
        self.assertEqual(self.env['dealflow.partner.status'].name_search('SX')[0][0], status.id)
