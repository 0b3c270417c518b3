from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..tools.person_names import fill_name_parts, join_name, split_full_name
from .common import DealflowCase

# Names as they are written, with the language, and what they are made of: surname, first name, patronymic.
NAMES = (
    ("Anna Berg", 'en_US', ("Berg", "Anna", "")),
    ("Anna Maria Berg", 'de_DE', ("Berg", "Anna Maria", "")),
    ("Ludwig van Beethoven", 'de_DE', ("van Beethoven", "Ludwig", "")),
    ("Juan Carlos de la Vega", 'en_US', ("de la Vega", "Juan Carlos", "")),
    ("Ana García López", 'es_ES', ("García López", "Ana", "")),
    ("Berg, Anna Maria", 'en_US', ("Berg", "Anna Maria", "")),
    ("Сидорова Анна Ивановна", 'ru_RU', ("Сидорова", "Анна", "Ивановна")),
    ("Анна Ивановна Сидорова", 'ru_RU', ("Сидорова", "Анна", "Ивановна")),
    ("Сидорова Анна Ивановна", 'en_US', ("Сидорова", "Анна", "Ивановна")),
    ("Иван Сидоров", 'ru_RU', ("Сидоров", "Иван", "")),
    ("Сидоров Иван", 'en_US', ("Сидоров", "Иван", "")),
    ("Коваленко Оксана Петрівна", 'uk_UA', ("Коваленко", "Оксана", "Петрівна")),
    ("Анна Иванова Петрова", 'bg_BG', ("Петрова", "Анна", "Иванова")),
    ("Nagy János", 'hu_HU', ("Nagy", "János", "")),
    ("Nguyễn Văn Minh", 'vi_VN', ("Nguyễn", "Văn Minh", "")),
    ("Anna", 'en_US', ("", "Anna", "")),
    ("Сидоров", 'ru_RU', ("Сидоров", "", "")),
    ("  Anna   Berg ", 'en_US', ("Berg", "Anna", "")),
)


@tagged('post_install', '-at_install')
class TestPersonName(DealflowCase):
    """Surname, first name and patronymic of a person, and the name that they make, both ways (B42)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own,base.group_allow_export')
        for code in ('ru_RU', 'bg_BG'):
            cls.env['res.lang']._activate_lang(code)
        cls.partners = cls.env['res.partner'].with_user(cls.rep)

    def _get_parts(self, partner):
        return tuple(partner[name] or '' for name in ('dealflow_surname', 'dealflow_first_name', 'patronymic'))

    def test_names_are_taken_apart_by_the_order_of_the_language(self):
        for name, language, parts in NAMES:
            with self.subTest(name, language=language):
                self.assertEqual(split_full_name(name, language), parts)

    def test_going_there_and_back_changes_nothing(self):
        for name, language, parts in NAMES:
            with self.subTest(name, language=language):
                joined = join_name(*parts, language)
                self.assertEqual(split_full_name(joined, language, parts), parts)
                self.assertEqual(split_full_name(name, language, parts), parts)

    def test_database_says_the_same_as_the_code(self):
        """At installation and upgrade one statement fills the parts of all people, by the same rules."""
        people = self.env['res.partner'].create(
            [{'name': name} for name, _language, _parts in NAMES] + [{'name': "anna@berg.example"}, {'name': "Desk 2"}]
        )
        firm = self._new_partner("Anna Berg Limited")
        self.env.flush_all()
        for person, (_name, language, _parts) in zip(people, NAMES, strict=False):
            self.env.cr.execute("UPDATE res_partner SET lang = %s WHERE id = %s", (language, person.id))
        self.env.cr.execute(
            "UPDATE res_partner SET dealflow_surname = NULL, dealflow_first_name = NULL, patronymic = NULL "
            "WHERE id IN %s",
            (tuple((people + firm).ids),),
        )
        fill_name_parts(self.env.cr)
        self.env.invalidate_all()
        for person, (name, language, parts) in zip(people, NAMES, strict=False):
            with self.subTest(name, language=language):
                self.assertEqual(self._get_parts(person), parts)
                self.assertEqual(person.name, name)
        for other in (*people[-2:], firm):
            self.assertEqual(self._get_parts(other), ("", "", ""))

    def test_upgrade_keeps_the_patronymic(self):
        person = self.env['res.partner'].create({'name': "Анна Сидорова", 'lang': 'ru_RU'})
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET patronymic = 'Ивановна' WHERE id = %s", (person.id,))
        fill_name_parts(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(self._get_parts(person), ("Сидорова", "Анна", "Ивановна"))
        self.assertEqual(person.name, "Анна Сидорова")

    def test_parts_make_the_name(self):
        person = self.partners.create({'dealflow_surname': "van der Berg", 'dealflow_first_name': "Anna Maria"})
        self.assertEqual(person.name, "Anna Maria van der Berg")
        person.dealflow_surname = "Lie"
        self.assertEqual(person.name, "Anna Maria Lie")
        person.write({'lang': 'ru_RU', 'patronymic': "Olegovna"})
        self.assertEqual(person.name, "Lie Anna Maria Olegovna")
        self.assertEqual(person.complete_name, "Lie Anna Maria Olegovna")

    def test_a_written_name_is_taken_apart_and_nothing_is_lost(self):
        person = self.partners.create({'dealflow_surname': "García López", 'dealflow_first_name': "Ana"})
        for name, parts in (
            ("Ana García López", ("García López", "Ana", "")),
            ("García López, Ana", ("García López", "Ana", "")),
            ("Ana Isabel García López", ("García López", "Ana Isabel", "")),
            ("Anna Berg", ("Berg", "Anna", "")),
        ):
            with self.subTest(name):
                person.name = name
                self.assertEqual(person.name, name)
                self.assertEqual(self._get_parts(person), parts)

    def test_patronymic_stays_with_the_person(self):
        person = self.partners.create({'name': "Сидорова Анна Ивановна", 'lang': 'ru_RU'})
        person.name = "Петрова Анна"
        self.assertEqual(self._get_parts(person), ("Петрова", "Анна", "Ивановна"))
        person.name = "Белый Олег"
        self.assertEqual(self._get_parts(person), ("Белый", "Олег", ""))

    def test_firms_and_addresses_are_not_taken_apart(self):
        firm = self.partners.create({'name': "Anna Berg", 'is_company': True})
        address = self.partners.create({'name': "North Gate", 'type': 'delivery', 'parent_id': firm.id})
        for other in (firm, address):
            self.assertEqual(self._get_parts(other), ("", "", ""))
        firm.is_company = False
        self.assertEqual(self._get_parts(firm), ("Berg", "Anna", ""))

    def test_names_come_in_by_import_either_way(self):
        fields = ['name', 'dealflow_surname', 'dealflow_first_name', 'lang']
        result = self.partners.with_context(import_file=True).load(
            fields,
            [
                ["", "Сидорова", "Анна", "ru_RU"],
                ["Anna Maria Berg", "", "", "en_US"],
                ["Dr. Anna Berg", "Berg", "Anna", "en_US"],
            ],
        )
        self.assertFalse(result['messages'])
        people = self.partners.browse(result['ids'])
        self.assertEqual(people.mapped('name'), ["Сидорова Анна", "Anna Maria Berg", "Dr. Anna Berg"])
        self.assertEqual(people.mapped('dealflow_surname'), ["Сидорова", "Berg", "Berg"])
        again = people.export_data(['.id', *fields])['datas']
        before = [self._get_parts(person) for person in people]
        self.partners.with_context(import_file=True).load(['.id', *fields[:-1]], [row[:-1] for row in again])
        self.assertEqual([self._get_parts(person) for person in people], before)

    def test_row_of_a_contact_offers_what_comes_next(self):
        """An event, a deal and an e-mail are one click away; only full access deletes (X26)."""
        firm = self._new_partner("Firm")
        person = self._new_contact("Anna Berg", firm, email='anna@berg.example').with_user(self.rep)
        self.assertEqual(person.action_dealflow_new_event()['context']['default_client_contact_id'], person.id)
        context = person.action_dealflow_new_deal()['context']
        deal = self.env['dealflow.deal'].with_user(self.rep).with_context(**context).create({'name': "Chairs"})
        self.assertEqual((deal.business_partner_id, deal.contact_ids), (firm, person))
        context = person.action_dealflow_write_email()['context']
        letter = self.env['mail.compose.message'].with_user(self.rep).with_context(**context)
        letter.create({'subject': "Chairs", 'body': "Here they are."})._action_send_mail()
        self.assertIn("Chairs", person.message_ids.mapped('subject'))
        with self.assertRefused(AccessError, "Only people with full access"):
            person.action_dealflow_delete()
        manager = self._new_user('manager', 'dealflow.group_manager,base.group_partner_manager')
        deal.sudo().contact_ids = False
        person.with_user(manager).action_dealflow_delete()
        self.assertFalse(person.exists())

    def test_list_of_contacts_reads_as_fast_with_many(self):
        """Local time, region, phones and messengers of a page take the same number of queries, however long it is."""
        view = self.env.ref('dealflow.res_partner_view_list_contacts')
        names = self.partners.get_views([(view.id, 'list')])['models']['res.partner']['fields']
        people = self.env['res.partner'].create(
            [{'name': f"Anna Berg {'x' * number}", 'email': 'a@b.example'} for number in range(40)]
        )
        columns = [name for name in names if not name.startswith(('activity_', 'message_'))]
        self.env.flush_all()
        counts = [
            self._count_queries(lambda number=number: self.partners.browse(people[:number].ids).read(columns))
            for number in (1, 1, 40)
        ]
        self.assertEqual(*counts[1:])

    def test_form_shows_the_name_as_it_is_typed(self):
        with Form(self.partners.with_context(default_is_company=False)) as form:
            form.dealflow_surname = "Berg"
            form.dealflow_first_name = "Anna"
            self.assertEqual(form.name, "Anna Berg")
            form.name = "Anna Lie"
            self.assertEqual(form.dealflow_surname, "Lie")
        self.assertEqual(self._get_parts(form.record), ("Lie", "Anna", ""))

    def test_names_of_any_length_and_writing(self):
        surname = "Wolfeschlegelsteinhausenbergerdorff" * 4
        person = self.partners.create({'dealflow_surname': surname, 'dealflow_first_name': "李"})
        self.assertEqual(person.name, f"李 {surname}")
        person.name = person.name
        self.assertEqual(self._get_parts(person), (surname, "李", ""))

    def test_creating_contacts_costs_no_query_more(self):
        self.env.flush_all()

        def create(values):
            return self._count_queries(lambda: self.partners.create(values) and self.env.flush_all())

        create({'name': "Anna Berg", 'is_company': True})
        self.assertEqual(
            create({'name': "Anna Berg", 'is_company': False}), create({'name': "Anna Berg", 'is_company': True})
        )


@tagged('post_install', '-at_install')
class TestMessenger(DealflowCase):
    """Messengers of contacts and opportunities (B42, B11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.other_rep = cls._new_user('other_rep', 'dealflow.group_user_own')
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.kinds = cls.env['dealflow.messenger.kind']
        cls.telegram = cls.kinds.search([('code', '=', 'telegram')])

    def test_each_messenger_has_its_link(self):
        for code, account, link in (
            ('telegram', '@anna_berg', 'https://t.me/anna_berg'),
            ('telegram', 'https://t.me/anna_berg/', 'https://t.me/anna_berg'),
            ('whatsapp', '+49 151 234-56-78', 'https://wa.me/491512345678'),
            ('whatsapp', 'anna', ''),
            ('viber', '+49 151 2345678', 'viber://chat?number=%2B491512345678'),
            ('skype', 'live:anna berg', 'skype:live%3Aanna%20berg?chat'),
            ('telegram', 'a"><script>', 'https://t.me/a%22%3E%3Cscript%3E'),
            ('icq', '123456', ''),
        ):
            with self.subTest(code, account=account):
                self.assertEqual(self.kinds.search([('code', '=', code)])._get_link(account), link)

    def test_link_that_could_run_something_is_refused(self):
        for link in ('javascript:alert({account})', 'https://t.me/', 'https://t.me/{name}', 't.me/{account}'):
            with self.subTest(link), self.assertRefused(ValidationError, "cannot be opened"):
                self.telegram.link_pattern = link

    def test_contact_has_several_and_each_opens(self):
        person = self._new_contact("Anna Berg", self._new_partner("Firm")).with_user(self.rep)
        person.dealflow_messenger_ids = [
            Command.create({'kind_id': self.telegram.id, 'account': '@anna'}),
            Command.create({'kind_id': self.kinds.search([('code', '=', 'whatsapp')]).id, 'account': '+4915112345'}),
        ]
        first = person.dealflow_messenger_ids[0]
        self.assertEqual(first.action_open()['url'], 'https://t.me/anna')
        with self.assertRefused(AccessError, "not allowed to"):
            first.with_user(self.viewer).account = 'x'
        self.assertEqual(first.with_user(self.viewer).account, '@anna')

    def test_those_of_an_opportunity_go_over_to_the_contact(self):
        lead = self._new_lead(
            self.rep,
            partner_name="Firm",
            contact_name="Anna Berg",
            function="Buyer",
            dealflow_messenger_ids=[Command.create({'kind_id': self.telegram.id, 'account': '@anna'})],
        ).with_user(self.rep)
        lead._handle_partner_assignment(create_missing=True)
        person = lead.partner_id
        self.assertEqual((person.name, person.function), ("Anna Berg", "Buyer"))
        self.assertEqual(person.dealflow_messenger_ids.mapped('account'), ['@anna'])
        self.assertFalse(person.parent_id.dealflow_messenger_ids)

    def test_they_are_seen_by_who_sees_the_opportunity(self):
        lead = self._new_lead(
            self.rep, dealflow_messenger_ids=[Command.create({'kind_id': self.telegram.id, 'account': '@anna'})]
        )
        messenger = lead.dealflow_messenger_ids
        self.assertEqual(
            self.env['dealflow.messenger'].with_user(self.rep).search([('lead_id', '=', lead.id)]), messenger
        )
        others = self.env['dealflow.messenger'].with_user(self.other_rep)
        self.assertFalse(others.search([('lead_id', '=', lead.id)]))
        with self.assertRefused(AccessError, "not allowed to|may not use|top-secret"):
            messenger.with_user(self.other_rep).account = '@me'
        with self.assertRefused(AccessError, "not allowed to|may not use|top-secret"):
            others.create({'lead_id': lead.id, 'kind_id': self.telegram.id, 'account': '@me'})
        own = self._new_lead(self.other_rep)
        moved = others.create({'lead_id': own.id, 'kind_id': self.telegram.id, 'account': '@me'})
        with self.assertRefused(AccessError, "may not use"):
            moved.lead_id = lead

    def test_they_follow_merged_opportunities(self):
        leads = self._new_lead() + self._new_lead()
        leads[1].dealflow_messenger_ids = [Command.create({'kind_id': self.telegram.id, 'account': '@anna'})]
        kept = leads.merge_opportunity()
        self.assertEqual(kept.dealflow_messenger_ids.account, '@anna')
