import ast
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common import DealflowCase, DealflowCommon

SECTIONS = {
    'res_partner_action_partners': 'res.partner',
    'res_partner_action_legal_entities': 'res.partner',
    'res_partner_action_contacts': 'res.partner',
    'crm.crm_lead_opportunities': 'crm.lead',
    'calendar_event_action_register': 'calendar.event',
    'dealflow_deal_action': 'dealflow.deal',
    'dealflow_receipt_action': 'dealflow.receipt',
    'dealflow_marketing_event_action': 'dealflow.marketing.event',
    'dealflow_competitor_action': 'dealflow.competitor',
    'dealflow_claim_action': 'dealflow.claim',
}


class SearchCase(DealflowCase):
    def _get_form(self, xml_id, user=None):
        action = self.env.ref(xml_id if '.' in xml_id else f'dealflow.{xml_id}')
        form = self.env['dealflow.extended.search'].with_user(user or self.env.user)
        return form.get_form(action.res_model, action.id)

    def _make(self, model, values, user=None):
        return self.env['dealflow.extended.search'].with_user(user or self.env.user).make_filters(model, values)

    def _find(self, model, values, user=None):
        """Return what the filters of a filled form find together."""
        domains = [Domain(ast.literal_eval(made['domain'])) for made in self._make(model, values, user)]
        return self.env[model].with_user(user or self.env.user).search(Domain.AND(domains))


@tagged('post_install', '-at_install')
class TestExtendedSearchForms(SearchCase):
    """What each section offers (E35, X27)."""

    def test_every_declared_field_exists_and_can_be_searched(self):
        search = self.env['dealflow.extended.search']
        for model, sections in search._get_forms().items():
            for lines in sections.values():
                keys = [line.key for line in lines]
                self.assertEqual(len(keys), len(set(keys)), model)
                for line in lines:
                    with self.subTest(model=model, line=line.key):
                        found = [name for name in line.names if search._find_field(model, name)]
                        if found != list(line.names):
                            self.assertTrue(line.instead, "a field that may be missing has others in its place")
                            self.assertTrue(all(search._find_field(model, name) for name in line.instead))
                # Each condition can really be searched for.
                for described in search.get_form(model)['fields']:
                    answer = {
                        'text': "0049 30 123456",
                        'flag': True,
                        'choice': [described.get('choices', [['']])[0][0]],
                        'records': self.env[described.get('model', model)].search([], limit=1).ids,
                        'range': {'from': 1, 'to': 2},
                        'days': {'from': '2026-01-01', 'to': '2026-01-02'},
                        'moments': {'from': '2026-01-01 00:00:00', 'to': '2026-01-01 00:00:00'},
                    }[described['kind']]
                    with self.subTest(model=model, line=described['key']):
                        if answer:
                            self.assertEqual(len(self._make(model, {described['key']: answer})), 1)
                            self._find(model, {described['key']: answer})
                            if described['kind'] in ('days', 'moments'):
                                self._find(model, {described['key']: {'period': 'last_month'}})

    def test_every_section_has_its_form(self):
        for xml_id, model in SECTIONS.items():
            with self.subTest(section=xml_id):
                form = self._get_form(xml_id)
                self.assertEqual(self.env.ref(xml_id if '.' in xml_id else f'dealflow.{xml_id}').res_model, model)
                self.assertGreater(len(form['fields']), 8)
                labels = [described['label'] for described in form['fields']]
                self.assertEqual(len(labels), len(set(labels)), "people can tell the fields apart")
                self.assertIn('write_date', [described['key'] for described in form['fields']])

    def test_sections_of_partners_have_their_own_fields(self):
        keys = {
            xml_id: [described['key'] for described in self._get_form(xml_id)['fields']]
            for xml_id in list(SECTIONS)[:3]
        }
        self.assertIn('client_status_id', keys['res_partner_action_partners'])
        self.assertIn('company_registry', keys['res_partner_action_legal_entities'])
        self.assertEqual(keys['res_partner_action_contacts'][:3], ['firstname', 'lastname', 'email'])

    def test_labels_are_those_of_the_person(self):
        self.env['res.lang']._activate_lang('ru_RU')
        field = self.env['ir.model.fields']._get('dealflow.deal', 'stage_id')
        field.update_field_translations('field_description', {'ru_RU': "Стадия"})
        form = self.env['dealflow.extended.search'].with_context(lang='ru_RU').get_form('dealflow.deal')
        labels = {described['key']: described['label'] for described in form['fields']}
        self.assertEqual(labels['stage_id'], "Стадия")

    def test_fields_that_a_person_may_not_read_are_left_out(self):
        rep = self._new_user('rep', 'dealflow.group_user_own')
        marketer = self._new_user('marketer', 'dealflow.group_marketing,dealflow.group_viewer')
        keys = [
            [described['key'] for described in self._get_form('dealflow_marketing_event_action', user)['fields']]
            for user in (rep, marketer)
        ]
        self.assertNotIn('budget', keys[0])
        self.assertIn('budget', keys[1])
        with self.assertRaisesRegex(UserError, "budget"):
            self._make('dealflow.marketing.event', {'budget': {'from': 1}}, rep)

    def test_models_without_a_form_and_people_without_rights_are_refused(self):
        search = self.env['dealflow.extended.search']
        for model in ('res.users', 'no.such.model', ''):
            with self.subTest(model=model), self.assertRaisesRegex(UserError, "no extended search"):
                search.get_form(model)
        portal = self._new_user('portal', 'base.group_portal')
        with self.assertRaises(AccessError):
            search.with_user(portal).get_form('dealflow.deal')

    def test_another_model_joins_by_one_declaration(self):
        """A module that extends ``_get_forms`` has the form, the conditions and the button on its screens."""
        search = type(self.env['dealflow.extended.search'])
        forms = self.env['dealflow.extended.search']._get_forms()
        line = next(iter(forms['dealflow.claim'][None]))
        self.patch(
            search, '_get_forms', lambda records: {**forms, 'dealflow.region': {None: (line.__class__(('name',)),)}}
        )
        self.assertIn('dealflow.region', self.env['dealflow.extended.search']._get_model_names())
        region = self.env['dealflow.region'].create({'name': "Far north", 'code': 'FARN'})
        self.assertEqual(self._find('dealflow.region', {'name': "far no"}), region)


@tagged('post_install', '-at_install')
class TestExtendedSearchAnswers(SearchCase):
    """What a filled form finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls.env['dealflow.region'].create({'name': "Test north", 'code': 'TN'})
        cls.part = cls.env['dealflow.region'].create(
            {'name': "Test far north", 'code': 'TFN', 'parent_id': cls.region.id}
        )
        cls.client = cls._new_partner("Test Chairs", region_id=cls.part.id, phone='+49 30 555-01-77')
        cls.anna = cls._new_contact(
            "Anna Testova", cls.client, email='anna.testova@example.com', phone='8 (912) 345-67-89'
        )
        cls.boris = cls._new_contact("Boris Testov", cls.client)
        cls.boris.phone_ids = [(0, 0, {'number': '+7 912 345 00 00', 'kind': 'work'})]

    def test_name_and_surname_together(self):
        self.assertEqual(self._find('res.partner', {'firstname': "Anna", 'lastname': "Testov"}), self.anna)
        self.assertFalse(self._find('res.partner', {'firstname': "Anna", 'lastname': "Nobody of that name"}))

    def test_mail_or_phone_in_any_spelling(self):
        for text in (
            "+7 912 345-67-89",
            "89123456789",
            "(912) 345 67 89",
            "007 912 3456789",
            "anna.testova@",
            "ANNA.TEST",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find('res.partner', {'email': text, 'parent_id': [self.client.id]}), self.anna)
        self.assertEqual(self._find('res.partner', {'email': "8-912-3450000"}), self.boris, "a further number")

    def test_deal_is_found_by_the_phone_of_its_client(self):
        deal = self._new_deal(business_partner_id=self.client.id)
        other = self._new_deal()
        for text in ("0049 (30) 5550177", "anna.testova@example", "8 912 345 67 89"):
            with self.subTest(text=text):
                found = self._find('dealflow.deal', {'business_partner_id.email': text})
                self.assertIn(deal, found)
                self.assertNotIn(other, found)

    def test_lead_is_found_by_phone(self):
        lead = self._new_lead(phone='+7 (912) 999-88-77')
        self.assertIn(lead, self._find('crm.lead', {'email_from': "8 912 9998877"}))

    def test_region_means_its_parts(self):
        found = self._find('res.partner', {'region_id': [self.region.id], 'complete_name': "Test Chairs"})
        self.assertIn(self.client, found)
        [made] = self._make('res.partner', {'region_id': [self.region.id, self.part.id]})
        self.assertEqual(made['description'].partition(': ')[0], "Region")
        self.assertIn(" or ", made['description'])

    def test_changed_between_two_moments_to_the_second(self):
        """X27: a change in the middle of the last second belongs to the period, one a second later does not."""
        moment = datetime(2026, 3, 5, 9, 30, 15, 400000)
        self.env.cr.execute("UPDATE res_partner SET write_date = %s WHERE id = %s", [moment, self.client.id])
        self.env.invalidate_all()
        for first, last, is_found in (
            ('09:30:15', '09:30:15', True),
            ('09:30:16', '09:30:20', False),
            ('09:30:00', '09:30:14', False),
            ('09:30:00', '09:30:15', True),
        ):
            with self.subTest(first=first, last=last):
                found = self._find(
                    'res.partner',
                    {
                        'write_date': {'from': f'2026-03-05 {first}', 'to': f'2026-03-05 {last}'},
                        'complete_name': "Test Chairs",
                    },
                )
                self.assertEqual(self.client in found, is_found)

    def test_moments_are_shown_in_the_zone_of_the_person(self):
        rep = self._new_user('rep', 'dealflow.group_user', tz='Asia/Omsk')
        [made] = self._make('res.partner', {'write_date': {'from': '2026-03-05 09:30:15'}}, rep)
        self.assertIn("03:30:15", made['description'])

    def test_amounts_and_days_between_two_ends(self):
        deal = self._new_deal(amount=1500, expected_close_date='2026-04-10', name="Ranged chairs")
        values = {'name': "Ranged", 'amount_company': {'from': 1500, 'to': 1500}}
        self.assertEqual(self._find('dealflow.deal', values), deal)
        self.assertFalse(self._find('dealflow.deal', {'name': "Ranged", 'amount_company': {'from': 1500.01}}))
        days = {'from': '2026-04-10', 'to': '2026-04-10'}
        self.assertEqual(self._find('dealflow.deal', {'name': "Ranged", 'expected_close_date': days}), deal)
        self.assertEqual(self._find('dealflow.deal', {'name': "ranged", 'state': ['open', 'won']}), deal)
        self.assertFalse(self._find('dealflow.deal', {'name': "Ranged", 'state': ['lost']}))

    def test_answers_of_no_are_answers(self):
        [made] = self._make('dealflow.receipt', {'is_invoiced': False, 'name': "", 'state': []})
        self.assertEqual((made['key'], made['value']), ('is_invoiced', False))

    def test_periods_move_with_the_calendar(self):
        """X28: a saved filter keeps names of days, which the server reads when the filter is used."""
        deal = self._new_deal(expected_close_date='2026-04-10', name="Periodic chairs")
        [made] = self._make('dealflow.deal', {'expected_close_date': {'period': 'last_month'}})
        self.assertNotIn('2026', made['domain'])
        saved = self.env['ir.filters'].create(
            {'name': "Last month", 'model_id': 'dealflow.deal', 'domain': made['domain'], 'user_ids': [self.env.uid]}
        )
        for today, is_found in (('2026-05-20', True), ('2026-04-20', False), ('2026-06-01', False)):
            with self.subTest(today=today), freeze_time(today):
                found = self.env['dealflow.deal'].search(saved._get_eval_domain())
                self.assertEqual(deal in found, is_found)

    def test_every_period_can_be_searched(self):
        for key, _label in self.env['dealflow.extended.search'].get_form('dealflow.deal')['periods']:
            with self.subTest(period=key):
                self._find('dealflow.deal', {'expected_close_date': {'period': key}, 'write_date': {'period': key}})

    def test_wrong_answers_are_explained(self):
        for values, words in (
            ({'amount_company': {'from': 5, 'to': 1}}, "Exchange the two"),
            ({'amount_company': {'from': "much"}}, "Give a number"),
            ({'amount_company': 5}, "“from” and “to”"),
            ({'expected_close_date': {'from': '10.04.2026'}}, "year-month-day"),
            ({'write_date': {'to': '2026-13-01 00:00:00'}}, "year-month-day"),
            ({'expected_close_date': {'period': 'someday'}}, "Last month"),
            ({'state': ['gone']}, "Choose from"),
            ({'user_id': [10**8]}, "is gone"),
            ({'user_id': ["Anna"]}, "list of ids"),
            ({'name': ["Anna"]}, "Give a text"),
            ({'no_such_field': "x"}, "no_such_field"),
            (["name"], "object"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words):
                self._make('dealflow.deal', values)

    def test_records_that_a_person_may_not_see_cannot_be_asked_for(self):
        foreigner = self._new_foreigner()
        team = self.env['crm.team'].create({'name': "Ours", 'company_id': self.company.id})
        with self.assertRaisesRegex(UserError, "may not see"):
            self._make('dealflow.deal', {'team_id': [team.id]}, foreigner)


@tagged('post_install', '-at_install')
class TestExtendedSearchRights(DealflowCommon, SearchCase):
    def test_rep_finds_nothing_beyond_the_own_rights(self):
        self._new_deal(user_id=self.rep_south.id, name="Hidden chairs")
        self.assertFalse(self._find('dealflow.deal', {'name': "Hidden chairs"}, self.rep_north))
        self.assertTrue(self._find('dealflow.deal', {'name': "Hidden chairs"}, self.manager))
