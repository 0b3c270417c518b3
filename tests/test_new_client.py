from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from .common import DealflowCommon
from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestNewClient(DealflowCommon):
    """The dialog for a new client and the lists that it offers (P08-P13, B49, B50, B54)."""

    def _new_client(self, user=None, **values):
        form = Form(
            self.env['res.partner'].with_user(user or self.rep_north).with_context(default_is_company=True),
            view='dealflow.res_partner_view_form_new_client',
        )
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _get_buttons(self, user):
        arch = (
            self.env['res.partner']
            .with_user(user)
            .get_view(self.env.ref('dealflow.res_partner_view_form_new_client').id, 'form')['arch']
        )
        return {button.get('name') or button.get('special') for button in etree.fromstring(arch).iter('button')}

    def test_dialog_offers_four_ways_to_save_and_one_to_leave(self):
        self.assertEqual(
            self._get_buttons(self.rep_north),
            {
                'action_dealflow_save_and_edit',
                'save',
                'action_dealflow_new_event',
                'action_dealflow_save_and_new',
                'cancel',
            },
        )

    def test_a_client_belongs_to_whoever_enters_it(self):
        """The form proposes the rep as salesperson, but not for imports or contacts of a colleague's company (P08)."""
        screens = ('dealflow.res_partner_action_new_client', 'dealflow.res_partner_action_partners')
        for xml_id in screens:
            context = safe_eval(self.env['ir.actions.act_window']._for_xml_id(xml_id)['context'])
            partners = self.env['res.partner'].with_user(self.rep_north).with_context(**context)
            with self.subTest(screen=xml_id):
                form = Form(partners, view='dealflow.res_partner_view_form_new_client')
                form.name = "Nordlicht"
                self.assertEqual(form.save().user_id, self.rep_north)
                imported = partners.with_context(import_file=True).create({'name': "From a file"})
                self.assertFalse(imported.user_id)
        self.partner.user_id = self.rep_south
        form = Form(partners, view='dealflow.res_partner_view_form_new_client')
        form.dealflow_client_kind_id = self.env.ref('dealflow.client_kind_person')
        form.name = "Ole Lie"
        form.parent_id = self.partner
        self.assertEqual(form.save().user_id, self.rep_south)

    def test_doubles_are_told_while_the_client_is_entered(self):
        """Duplicates are found by email or phone in any spelling and by name without legal form, also when archived."""
        known = self._new_partner("Nordlicht GmbH", email="Info <INFO@Nordlicht.example>", phone="+47 22 33 44 55")
        closed = self._new_partner("Südwind", email='office@suedwind.example', active=False)
        person = self._new_contact("Ola Nordmann", known, email='ola@nordlicht.example')
        self.env['dealflow.partner.phone'].create({'partner_id': person.id, 'number': "0047 900 11 222"})

        def tell(user=None, **values):
            form = Form(
                self.env['res.partner'].with_user(user or self.rep_north).with_context(default_is_company=True),
                view='dealflow.res_partner_view_form_new_client',
            )
            for name, value in values.items():
                form[name] = value
            return form.dealflow_duplicate_warning or ''

        for values, double, reason in (
            ({'email': 'info@nordlicht.example'}, known, "the same e-mail"),
            ({'email': '"Front desk" <info@NORDLICHT.example>'}, known, "the same e-mail"),
            ({'dealflow_contact_email': 'OLA@nordlicht.example'}, person, "the same e-mail"),
            ({'phone': "22 33 44 55"}, known, "the same phone"),
            ({'dealflow_contact_phone': "+47 90011222"}, person, "the same phone"),
            ({'name': "NORDLICHT AG"}, known, "the same name"),
            ({'name': "SÜDWIND Ltd."}, closed, "the same name, archived"),
        ):
            with self.subTest(values):
                self.assertIn(f"{double.id}\" target=\"_blank\">{double.display_name}</a>: {reason}<", tell(**values))
        for values in ({'email': 'post@nordlicht.example'}, {'phone': "4455"}, {'name': "Nordlichter"}, {'name': "AG"}):
            with self.subTest(values):
                self.assertFalse(tell(**values))
        with self.subTest("what the person may not see"):
            known.company_id = self.env['res.company'].create({'name': "Other company"})
            self.assertFalse(tell(email='info@nordlicht.example'))

    def test_people_of_a_firm_share_its_phone(self):
        firm = self._new_partner("Nordlicht", phone="+47 22 33 44 55")
        first = self._new_contact("Ola", firm, phone="+47 22 33 44 55")
        second = self._new_contact("Kari", firm, phone="+47 22 33 44 55")
        self.assertEqual((first + second).mapped('dealflow_duplicate_warning'), [False, False])

    def test_doubles_are_looked_for_by_an_index(self):
        self.env.flush_all()
        client = self.env['res.partner'].new(
            {'name': "Nordlicht", 'email': 'info@nordlicht.example', 'phone': "+47 22 33 44 55"}
        )
        queries = []
        execute = type(self.env.cr).execute

        def note(cursor, query, params=None, log_exceptions=True):
            code, values = (query.code, query.params) if isinstance(query, SQL) else (query, params)
            queries.append(cursor.mogrify(code, values or None).decode())
            return execute(cursor, query, params, log_exceptions)

        with patch.object(type(self.env.cr), 'execute', note):
            client._dealflow_find_duplicates()
        searches = [query for query in queries if 'FROM "res_partner"' in query]
        self.assertEqual(len(searches), 3, queries)
        # On a table of this size every index costs the same, so check only the one that has no alternative.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(f"EXPLAIN {searches[0]}")
        self.assertIn('res_partner_dealflow_email_normalized_idx', str(self.env.cr.fetchall()))

    def test_saving_goes_on_to_the_card(self):
        client = self._new_client(name="Nordlicht")
        action = client.action_dealflow_save_and_edit()
        self.assertEqual((action['res_model'], action['res_id']), ('res.partner', client.id))

    def test_saving_goes_on_to_an_event_with_the_client(self):
        action = self._new_client(name="Nordlicht").action_dealflow_new_event()
        self.assertEqual(action['res_model'], 'calendar.event')
        self.assertEqual(
            action['context']['default_business_partner_id'],
            self.env['res.partner'].search([('name', '=', "Nordlicht")]).id,
        )

    def test_saving_goes_on_to_the_next_client(self):
        action = self._new_client(name="Nordlicht").action_dealflow_save_and_new()
        self.assertEqual(action['view_id'][0], self.env.ref('dealflow.res_partner_view_form_new_client').id)
        self.assertFalse(action.get('res_id'))

    def test_first_contact_comes_with_the_client(self):
        client = self._new_client(
            name="Nordlicht", dealflow_contact_name="Anna Berg", dealflow_contact_phone="+49 30 1234567"
        )
        self.assertRecordValues(
            client.child_ids,
            [
                {
                    'name': "Anna Berg",
                    'phone': "+49 30 1234567",
                    'user_id': client.user_id.id,
                    'is_company': False,
                    'business_partner_id': client.id,
                }
            ],
        )
        self.assertFalse(self._new_client(name="Sonnlicht").child_ids)

    def test_contact_without_a_name_is_not_forgotten(self):
        with self.assertRaises(AssertionError):
            self._new_client(name="Nordlicht", dealflow_contact_phone="+49 30 1234567")

    def test_kinds_of_new_clients(self):
        """A client is a company, a person or a contact of a company; a prospect is an opportunity (P08)."""
        company = self._new_client(name="Nordlicht", industry_id=self.env['res.partner.industry'].search([], limit=1))
        person = self._new_client(name="Anna Berg", dealflow_client_kind_id=self.env.ref('dealflow.client_kind_person'))
        employee = self._new_client(
            name="Ole Lie", dealflow_client_kind_id=self.env.ref('dealflow.client_kind_person'), parent_id=company
        )
        self.assertRecordValues(
            company + person + employee,
            [
                {'is_company': True, 'commercial_partner_id': company.id},
                {'is_company': False, 'commercial_partner_id': person.id},
                {'is_company': False, 'commercial_partner_id': company.id},
            ],
        )

    def test_registers_are_edited_in_place_by_full_access_only(self):
        for model, view in (
            ('dealflow.region', 'dealflow.dealflow_region_view_list'),
            ('dealflow.partner.status', 'dealflow.dealflow_partner_status_view_list'),
            ('res.partner.industry', 'dealflow.res_partner_industry_view_list'),
        ):
            with self.subTest(model=model):
                record = self.env[model].create({'name': "Entry", 'code': 'test-1'})
                arch = etree.fromstring(self.env[model].get_view(self.env.ref(view).id, 'list')['arch'])
                self.assertEqual(arch.get('editable'), 'bottom')
                with self.assertRefused(AccessError, "not allowed to (modify|create)"):
                    record.with_user(self.rep_north).write({'name': "Mine"})
                with self.assertRefused(AccessError, "not allowed to (modify|create)"):
                    self.env[model].with_user(self.rep_north).create({'name': "Mine"})
                record.with_user(self.manager).web_save({'name': "Renamed", 'code': 'test-2'}, {'name': {}})
                self.assertEqual(record.code, 'test-2')
                self.env[model].with_user(self.manager).name_create("New in place")

    def test_card_offers_new_entries_in_place_to_full_access_only(self):
        """Lists offer to create entries from the form only to users with full access (P09)."""
        for user, expected in ((self.rep_north, 'False'), (self.manager, 'True')):
            arch = etree.fromstring(self.env['res.partner'].with_user(user).get_view(view_type='form')['arch'])
            for name in ('region_id', 'client_status_id'):
                node = arch.xpath(f"//field[@name='category_id']/following-sibling::field[@name='{name}']")[0]
                self.assertEqual(node.get('can_create'), expected, (user.login, name))
                self.assertNotIn('no_create', node.get('options') or '')

    def test_categories_of_partners_and_of_opportunities_are_separate_lists(self):
        """Full access edits the categories, and the rep selects them on the form (E14)."""
        category = self.env['res.partner.category'].with_user(self.manager).create({'name': "Dealer"})
        self.env['crm.tag'].with_user(self.manager).create({'name': "Tender only"})
        with Form(self.partner.with_user(self.rep_north)) as form:
            form.category_id.add(category)
        self.assertEqual(self.partner.category_id, category)
        self.assertFalse(self.env['res.partner.category'].search([('name', '=', "Tender only")]))
        for xml_id in (
            'dealflow.menu_configuration_partner_categories',
            'dealflow.menu_configuration_opportunity_categories',
        ):
            menu = self.env.ref(xml_id)
            self.assertIn(menu.id, self.env['ir.ui.menu'].with_user(self.manager).load_menus(False))
            self.assertNotIn(menu.id, self.env['ir.ui.menu'].with_user(self.rep_north).load_menus(False))

    def test_card_tells_who_leads_the_company_and_keeps_its_books(self):
        """The rep enters director, accountant, status and region, and finds the client by them (B34, B32)."""
        director, accountant = self.env['res.partner'].create(
            [{'name': name, 'parent_id': self.partner.id} for name in ("Director", "Accountant")]
        )
        status = self.env['dealflow.partner.status'].create({'name': "Hot", 'code': 'H'})
        region = self.env['dealflow.region'].create({'name': "Region", 'code': 'R'})
        inner = self.env['dealflow.region'].create({'name': "City", 'parent_id': region.id})
        with Form(self.partner.with_user(self.rep_north)) as form:
            form.director_id = director
            form.accountant_id = accountant
            form.client_status_id = status
            form.region_id = inner
            form.user_id = self.rep_north
            form.ref = 'C-17'
        self.assertEqual((self.partner.director_id, self.partner.accountant_id), (director, accountant))
        for domain in (
            [('director_id', '=', director.id)],
            [('accountant_id', '=', accountant.id)],
            [('region_id', 'child_of', region.id)],
            [('client_status_id', '=', status.id)],
            [('ref', '=ilike', 'C-1%')],
        ):
            self.assertEqual(self.env['res.partner'].with_user(self.rep_north).search(domain), self.partner)

    def test_competitors_of_a_client_stand_on_its_card_and_on_theirs(self):
        """A rep enters the client's competitors on its form; the competitor shows the client as well (B34, C100)."""
        competitor = self.env['dealflow.competitor'].create({'name': "Competitor"})
        with Form(self.partner.with_user(self.rep_north)) as form:
            form.competitor_ids.add(competitor)
        self.assertEqual(self.partner.competitor_ids, competitor)
        self.assertEqual(competitor.client_ids, self.partner)
        with self.assertRefused(AccessError, "not allowed to modify"):
            self.partner.with_user(self.viewer).competitor_ids = False


@tagged('post_install', '-at_install')
class TestNewClientTour(DealflowCommon, TourCommon):
    """The four ways to save, in a real browser."""

    def test_rep_enters_clients_one_after_the_other(self):
        self._start_tour('dealflow_new_client', self.rep_north, '/odoo/dealflow-partners')
        clients = self.env['res.partner'].search([('name', '=like', "Tour Client %")], order='name')
        self.assertEqual(clients.mapped('name'), [f"Tour Client {way}" for way in ("Closed", "Edited", "Event", "New")])
        self.assertEqual(set(clients.mapped('is_company')), {True})
