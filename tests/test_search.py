from zlib import crc32

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.search import dealflow_search
from ..tools.search_words import FUNCTION, fold, get_number, get_readings, get_spellings, get_sql_function, get_words
from ..tools.searched_kind import SearchedKind
from .common import DealflowCommon
from .property_common import holds_for

# Change both at once: indexes in databases of before are over the folding of before.
FOLDING = {'dealflow_fold_1': 314679845}
LETTERS = "AaBcCdEfGhIijJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ0189 '’-.,;:/\\%_()«»№\"\n\t"
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎЈ"
MARKED = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻäöüßÄÖÜẞçñøØåÅæœđıİčšžČŠŽșțǅ\u0306\u0308\u0301\u00a0\ue000\ue00f漢λΣ🙂"


@tagged('post_install', '-at_install')
class TestSearchWords(TransactionCase):
    """What is compared, and what a text may mean (X10)."""

    def _fold_in_database(self, text):
        self.env.cr.execute(f"SELECT {FUNCTION}(%s)", [text])
        return self.env.cr.fetchone()[0]

    @holds_for(400, text=lambda st: st.text(st.sampled_from(LETTERS + CYRILLIC + MARKED), max_size=60))
    def test_database_folds_as_we_do(self, text):
        self.assertEqual(self._fold_in_database(text), fold(text))

    @holds_for(200, text=lambda st: st.text(st.characters(exclude_characters='\0', exclude_categories=['Cs'])))
    def test_database_folds_every_letter_as_we_do(self, text):
        self.assertEqual(self._fold_in_database(text), fold(text))

    @holds_for(200, text=lambda st: st.text(st.sampled_from(LETTERS + CYRILLIC + MARKED), min_size=1, max_size=30))
    def test_what_is_found_stays_found_while_one_types(self, text):
        for length in range(len(text)):
            self.assertTrue(fold(text).startswith(fold(text[:length])), text[:length])

    def test_new_folding_has_a_new_version(self):
        self.assertEqual({FUNCTION: crc32(get_sql_function().encode())}, FOLDING)

    def test_spellings_of_a_name_meet(self):
        """In Russian, Ukrainian, Bulgarian and Polish ways; on the left what is stored, on the right what is typed."""
        for stored, *typed in (
            ("Иванов", "Ivanov", "IVANOV", "Iwanow", "иванов", "ива"),
            ("Ivanov", "Иванов"),
            ("Фёдор", "Fedor", "Fyodor", "Fiodor", "федор"),
            ("Fyodor", "Фёдор"),
            ("Щербаков", "Shcherbakov", "Scherbakov"),
            ("Юлия", "Yulia", "Julia", "Iuliia", "Yuliya"),
            ("Дмитрий", "Dmitry", "Dmitriy", "Dmitrij"),
            ("Наталья", "Natalya", "Natalia"),
            ("Александров", "Alexandrov", "Aleksandrov"),
            ("Харьков", "Kharkov", "Xarkov"),
            ("Елена", "Yelena", "Elena"),
            ("Євген", "Yevhen", "Евген", "Evgen"),
            ("Григорій", "Hryhorii", "Grigorii", "григорий"),
            ("Hryhorii", "Григорій"),
            ("Зеленський", "Zelenskyi", "Zelenskyy", "Zelensky"),
            ("В'ячеслав", "Viacheslav", "Вячеслав"),
            ("Петър", "Petar"),
            ("Христо", "Hristo", "Khristo"),
            ("Hristo", "Христо"),
            ("Щерев", "Shterev"),
            ("Цветан", "Cvetan", "Tsvetan"),
            ("Шевченко", "Szewczenko", "Shevchenko"),
            ("Łódź", "Lodz", "łódź", "lódz"),
            ("Żółw Kraków", "zolw krakow"),
            ("Mueller & Straße", "strasse"),
            ("Victor", "Виктор", "Viktor"),
        ):
            text = f' {fold(stored)} '
            for part in typed:
                with self.subTest(stored=stored, typed=part):
                    for spellings in get_words(part):
                        self.assertTrue(any(spelling in text for spelling in spellings), (text, spellings))

    def test_other_names_do_not_meet(self):
        for stored, typed in (("Иванов", "Petrov"), ("Ромашка", "Ramas"), ("Hristo", "Густав"), ("Łódź", "Lidz")):
            with self.subTest(stored=stored, typed=typed):
                self.assertFalse(any(spelling in fold(stored) for spelling in get_spellings(typed)))

    def test_readings_by_another_keyboard(self):
        for typed, meant in (
            ("bdfyjd", "иванов"),
            ("руддщ", "hello"),
            ("[fhrjd", "харков"),
            ("Djkjlbvbh", "Володимир"),
            (";bnjvbh", "житомир"),
            ("xthysdws", "чернівці"),
        ):
            with self.subTest(typed=typed):
                self.assertIn(fold(meant), map(fold, get_readings(typed)))

    def test_bulgarian_keyboards(self):
        """By BDS, and the phonetic layout."""
        self.assertIn("софия", get_readings("ifbrs"))
        self.assertIn("жаба", get_readings("vaba"))
        self.assertIn("шуменя", get_readings("[umenq"))

    def test_numbers(self):
        for text, number in (
            ("+7 (916) 123-45-67", '79161234567'),
            ("BG 123-456-789", '123456789'),
            ("123.456.789", '123456789'),
            ("1234", ''),
            ("abc12345", ''),
            ("٣٣٣٣٣٣", ''),
            ("", ''),
        ):
            with self.subTest(text=text):
                self.assertEqual(get_number(text), number)


@tagged('post_install', '-at_install')
class TestSearch(DealflowCommon):
    """Whatever is known of a client, a deal or a document leads to it, for whoever may read it (X10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls._new_partner(
            "ООО «Лютик»", phone="+7 (916) 123-45-67", email='office@lutik.example', vat=False, ref='LTK-77'
        )
        cls.person = cls._new_contact("Иванов Пётр", cls.client, phone="+48 600 700 800")
        cls._new('dealflow.partner.phone', None, {'partner_id': cls.person.id, 'number': "(02) 987-65-43"})
        cls.polish = cls._new_partner("Łódź Fabryka")
        cls.deal = cls._new_deal(cls.rep_north, name="Столы для зала", business_partner_id=cls.client.id)
        cls.searcher = cls.env['dealflow.search'].with_user(cls.rep_north)

    def _find(self, text, user=None, **options):
        """Return what a text finds, as sets of ids by kind."""
        answer = self.searcher.with_user(user or self.rep_north).find(text, **options)
        return {group['kind']: {hit['id'] for hit in group['hits']} for group in answer['groups']}

    def _open_all(self, kind, text, user=None):
        """Return what the section shows that «Show all» opens, with the filter that its search bar begins with."""
        action = self.searcher.with_user(user or self.rep_north).show_all(kind, text)
        model = self.env[action['res_model']].with_user(user or self.rep_north)
        view = model.get_views([(action['search_view_id'] and action['search_view_id'][0], 'search')])
        self.assertIn('name="dealflow_found"', view['views']['search']['arch'])
        found = Domain('dealflow_found', 'ilike', action['context']['search_default_dealflow_found'])
        return model.search(Domain(action['domain']) & found)

    def assertFinds(self, text, record, kind, user=None):
        self.assertIn(record.id, self._find(text, user, limit=20).get(kind, ()), f"{kind}: {text}")

    def assertFindsNot(self, text, record, kind, user=None):
        self.assertNotIn(record.id, self._find(text, user, limit=20).get(kind, ()), f"{kind}: {text}")

    def test_words_in_any_order_case_and_alphabet(self):
        for text in ("Иванов Пётр", "петр ИВАНОВ", "petr ivanov", "Ivan pet", "лютик иванов", "Иванов, Петр"):
            self.assertFinds(text, self.person, 'contacts')
        for text in ("лютик", "Liutik", "«Лютик»", "Лютик ООО", "lyutik"):
            self.assertFinds(text, self.client, 'clients')
        for text in ("Lodz", "fabryka łódź", "lodz FABR"):
            self.assertFinds(text, self.polish, 'clients')
        self.assertFindsNot("Иванов Сидор", self.person, 'contacts')

    def test_wrong_keyboard(self):
        self.assertFinds("bdfyjd gtnh", self.person, 'contacts')
        self.assertFinds("k.nbr", self.client, 'clients')
        self.assertEqual(self.searcher.find("bdfyjd gtnh")['reading'], "иванов петр")
        self.assertFinds("Дщвя", self.polish, 'clients')

    def test_phone_in_any_spelling(self):
        for text in ("8 916 123 45 67", "89161234567", "+7-916-123-45-67", "007 9161234567", "916 123", "1234567"):
            self.assertFinds(text, self.client, 'clients')
        for text in ("600700800", "0048 600 700 800", "029876543", "9876543"):
            self.assertFinds(text, self.person, 'contacts')

    def test_numbers_mail_and_tax_number(self):
        self.client.country_id = self.env.ref('base.bg')
        self.env.cr.execute("UPDATE res_partner SET vat = 'BG175074752' WHERE id = %s", [self.client.id])
        self.client.invalidate_recordset(['vat'])
        for text in ("BG175074752", "175074752", "bg 175-074-752", "175 074 752", "office@lutik", "LTK-77", "ltk 77"):
            self.assertFinds(text, self.client, 'clients')
        self.assertFinds(self.deal.number, self.deal, 'deals')

    def test_every_kind_by_its_name_and_its_client(self):
        competitor = self._new('dealflow.competitor', None, {'name': "Zubrovka Rivals"})
        entity = self._new_partner("Zubrovka Ltd", counterparty_role='entity')
        client = self._new_partner("Zubrovka")
        deal = self._new_deal(name="Desks", business_partner_id=client.id)
        records = {
            'clients': client,
            'legal_entities': entity,
            'contacts': self._new_contact("Zubrovka Ann", client),
            'opportunities': self._new_lead(name="Lamps", partner_id=client.id),
            'deals': deal,
            'receipts': self._new_receipt(deal, name="Advance of desks", date_planned=deal.opened_on),
            'claims': self._new('dealflow.claim', None, {'name': "Scratched", 'business_partner_id': client.id}),
            'events': self._new_event(
                name="Visit",
                privacy='public',
                business_partner_id=client.id,
                event_type_id=self.env['dealflow.event.type'].search([], limit=1).id,
            ),
            'contracts': self._new('dealflow.contract', None, {'name': "Zubrovka frame", 'entity_id': entity.id}),
            'orders': self._new_order(client, self.product),
            'invoices': self._new_invoice(client),
            'competitors': competitor,
        }
        self.assertEqual(list(records), [kind.key for kind in self.searcher._get_kinds()])
        groups = 'dealflow.group_manager,dealflow.group_receipts,account.group_account_invoice'
        user = self._new_user('everything', groups)
        for kind, record in records.items():
            with self.subTest(kind=kind):
                self.assertFinds("zubrovka", record, kind, user)
                self.assertIn(record, self._open_all(kind, "zubrovka", user))

    def test_best_first_and_a_limited_number(self):
        """Whole words before parts of them, then the newest; what is left is behind «Show all»."""
        best = self._new_partner("Quokka")
        others = self.env['res.partner'].union(*(self._new_partner(f"Quokkaland {n}") for n in range(7)))
        answer = self.searcher.find("quokka", limit=3)
        [group] = answer['groups']
        self.assertEqual([hit['id'] for hit in group['hits']], [best.id, *others.sorted('id', reverse=True)[:2].ids])
        self.assertTrue(group['has_more'])
        self.assertEqual(self._open_all('clients', "quokka"), best | others)
        self.assertFalse(self.searcher.find("quokka", limit=20)['groups'][0]['has_more'])

    def test_section_finds_what_the_search_finds(self):
        """By the field that is also in the search bars: any number, on another keyboard, and by the client."""
        partners = self.env['res.partner'].with_user(self.rep_north)
        for text in ("лютик", "liutik", "k.nbr", "8 916 123 45 67", "LTK-77"):
            self.assertIn(self.client, partners.search([('dealflow_found', 'ilike', text)]), text)
        self.assertIn(self.deal, self._open_all('deals', "лютик столы"))
        self.assertEqual(self._open_all('deals', "столы", self.rep_second), self.env['dealflow.deal'])
        many = partners.sudo().create([{'name': f"Capybara {n}", 'is_company': True} for n in range(1100)])
        self.assertEqual(self._open_all('clients', "capybara"), many.with_user(self.rep_north))
        for text in (" ", "%", "…"):
            self.assertFalse(partners.search([('dealflow_found', 'ilike', text)], limit=1), repr(text))
        self.assertNotIn(self.client, partners.search([('dealflow_found', 'not ilike', "лютик")]))
        self.assertIn(self.polish, partners.search([('dealflow_found', 'not ilike', "лютик")]))
        self.assertEqual(partners.search([('dealflow_found', '=', "лютик"), ('id', '=', self.client.id)]), self.client)
        outsider = new_test_user(self.env, 'test_outsider_list', 'base.group_user')
        with self.assertRaises(AccessError):
            partners.with_user(outsider).search([('dealflow_found', 'ilike', "лютик")])

    def test_section_keeps_what_its_new_records_begin_with(self):
        context = self.searcher.show_all('opportunities', "лютик")['context']
        self.assertEqual(context['default_type'], 'opportunity')
        filters = {name: value for name, value in context.items() if name.startswith('search_default_')}
        self.assertEqual(filters, {'search_default_dealflow_found': "лютик"})
        self.assertEqual(self.searcher.show_all('deals', "лютик")['views'][0][1], 'list')

    def test_only_what_one_may_read(self):
        texts = ("Столы", "лютик столы", self.deal.number)
        outsider = new_test_user(self.env, 'test_outsider', 'base.group_user')
        portal = new_test_user(self.env, 'test_portal', 'base.group_portal')
        for text in texts:
            self.assertFinds(text, self.deal, 'deals', self.rep_north)
            self.assertFinds(text, self.deal, 'deals', self.seller_all)
            self.assertFindsNot(text, self.deal, 'deals', self.rep_second)
            self.assertFindsNot(text, self.deal, 'deals', self._new_user(f'far{text[:2]}', 'dealflow.group_user_team'))
            for stranger in (outsider, portal):
                with self.assertRaises(AccessError):
                    self._find(text, stranger)
        self.assertFinds("Столы", self.deal, 'deals', self.viewer)
        self.deal.team_id = self.team_north
        self.assertFinds("Столы", self.deal, 'deals', self.head_north)

    def test_accountant_finds_invoices_and_rep_his_own(self):
        invoice = self._new_invoice(self.client, ref="Payment-XY-4711")
        accountant = self._new_user('accountant', 'dealflow.group_requisites_confirmer,account.group_account_invoice')
        self.assertFinds("xy 4711", invoice, 'invoices', accountant)
        self.assertFindsNot("xy 4711", invoice, 'invoices', self.rep_second)

    def test_other_company(self):
        other = self.env['res.company'].create({'name': "Other"})
        hidden = self._new_partner("Wombat Secret", company_id=other.id)
        competitor = self._new('dealflow.competitor', None, {'name': "Wombat Rival", 'company_id': other.id})
        self.assertFindsNot("wombat", hidden, 'clients')
        self.assertFindsNot("wombat", competitor, 'competitors')
        self.manager.company_ids += other
        both = self.searcher.with_user(self.manager).with_context(allowed_company_ids=(self.env.company + other).ids)
        self.assertEqual({group['kind'] for group in both.find("wombat")['groups']}, {'clients', 'competitors'})

    def test_name_of_an_unreadable_client_is_neither_found_nor_shown(self):
        """A deal of ours whose client belongs to another company."""
        other = self.env['res.company'].create({'name': "Other"})
        self.env.cr.execute("UPDATE res_partner SET company_id = %s WHERE id = %s", [other.id, self.client.id])
        self.env.invalidate_all()
        self.assertFindsNot("лютик", self.deal, 'deals')
        [group] = self.searcher.find("столы")['groups']
        self.assertNotIn("Лютик", str(group))

    def test_private_events_of_others_are_not_found(self):
        event_type = self.env['dealflow.event.type'].search([], limit=1)
        event = self._new_event(self.rep_north, name="Wedding fair", privacy='private', event_type_id=event_type.id)
        self.assertFinds("wedding", event, 'events', self.rep_north)
        self.assertFindsNot("wedding", event, 'events', self.viewer)
        domain = [('dealflow_found', 'ilike', "wedding")]
        self.assertEqual(event.with_user(self.rep_north).search(domain), event)
        self.assertFalse(event.with_user(self.viewer).search(domain))

    def test_strange_texts_are_answered(self):
        plain = self._new_partner("100% O'Neill_Sons \\ \"Co\"")
        for text in (
            "%",
            "_",
            "\\",
            "'",
            '"',
            "   ",
            "",
            "…?!",
            "\n\t",
            "'; DROP TABLE res_partner; --",
            "%%__\\\\",
            "()",
            "=+",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text) if not any(map(str.isalnum, text)) else {}, {})
                self._find(text)
        for text in ("x" * 5000, "слово " * 1000, "1" * 5000, "a b c d e f g h i j", "漢字", "🙂", "٣" * 9):
            self._find(text)
        for text in ("100%", "o'neill", "oneill", "O’Neill", "neill_sons", '"co"', "\\ sons"):
            self.assertFinds(text, plain, 'clients')
        self.assertEqual(self.searcher.find(False), {'groups': [], 'reading': ''})
        with self.assertRaisesRegex(UserError, "“kind” cannot be “dogs”"):
            self.searcher.show_all('dogs', "x")

    def test_short_words_begin_a_word(self):
        begins, contains = self._new_partner("Alpha (Uq Ltd)"), self._new_partner("Druq")
        self.assertFinds("uq", begins, 'clients')
        self.assertFindsNot("uq", contains, 'clients')
        self.assertFinds("ruq", contains, 'clients')

    def test_deeds_fit_the_kind_and_the_rights(self):
        def get_deeds(user, text):
            [group] = self.searcher.with_user(user).find(text)['groups'][:1]
            return group['hits'][0]['deeds']

        self.assertEqual(get_deeds(self.rep_north, "лютик ооо"), ['call', 'event', 'deal'])
        self.assertEqual(get_deeds(self.viewer, "лютик ооо"), ['call'])
        self.assertEqual(get_deeds(self.rep_north, "lodz"), ['event', 'deal'])
        self.assertEqual(get_deeds(self.rep_north, "столы"), ['event'])

    def test_recent_ones_are_those_one_may_still_read(self):
        hits = [{'kind': 'deals', 'id': self.deal.id}, {'kind': 'clients', 'id': self.client.id}]
        hits += [{'kind': 'deals', 'id': 2**31 - 1}, {'kind': 'dogs', 'id': 1}, {'kind': 'deals'}]
        answer = self.searcher.recall(hits)
        self.assertEqual([group['kind'] for group in answer['groups']], ['clients', 'deals'])
        answer = self.searcher.with_user(self.rep_second).recall(hits)
        self.assertEqual([group['kind'] for group in answer['groups']], ['clients'])
        self.assertEqual(self.searcher.recall([])['groups'], [])

    def test_queries_do_not_grow_with_what_is_found(self):
        def count(text):
            self.env.invalidate_all()
            with self.subTest(text=text):
                return self._count_queries(lambda: self.searcher.find(text, limit=20))

        for number in range(20):
            client = self._new_partner(f"Numbat {number}")
            self._new_deal(self.rep_north, name=f"Numbat {number}", business_partner_id=client.id)
        self._new_partner("Bilby"), self._new_deal(self.rep_north, name="Bilby")
        count("bilby")
        few, many = count("bilby"), count("numbat")
        self.assertLessEqual(many, few + 2)
        self.assertLess(many, 40)

    def test_to_find_takes_few_queries(self):
        kinds = self.searcher._get_kinds()
        self.searcher._find(["лютик"], kinds, 5)
        self.assertLessEqual(self._count_queries(lambda: self.searcher._find(["лютик"], kinds, 5)), 8)


@tagged('post_install', '-at_install')
class TestSearchedKinds(TransactionCase):
    """Each declaration has what the search needs, and its index (X10)."""

    def test_declarations_name_what_is_there(self):
        kinds = self.env['dealflow.search']._get_kinds()
        self.assertEqual(len({kind.key for kind in kinds}), len(kinds))
        texts = {}
        for kind in kinds:
            with self.subTest(kind=kind.key):
                model = self.env[kind.model]
                for name in kind.columns:
                    field = model._fields[name]
                    self.assertEqual(field.column_type, ('varchar', 'VARCHAR'), name)
                    self.assertTrue(field.store)
                    self.assertFalse(field.translate)
                    self.assertFalse(field.groups, "whoever may read the record may search by it")
                for name in kind.clients:
                    self.assertEqual(model._fields[name].comodel_name, 'res.partner')
                    self.assertTrue(model._fields[name].index or name == 'partner_id', name)
                for name in kind.details:
                    self.assertIn(name, model._fields)
                self.assertEqual(self.env.ref(kind.action).res_model, kind.model)
                model.search(kind.domain, limit=1)
                self.assertEqual(
                    texts.setdefault(kind.model, (kind.get_text(), kind.only)), (kind.get_text(), kind.only)
                )

    def test_each_table_has_its_index(self):
        self.env.cr.execute(
            "SELECT tablename FROM pg_indexes WHERE indexname LIKE %s", ['%' + dealflow_search.INDEX + '%']
        )
        tables = sorted(name for (name,) in self.env.cr.fetchall())
        kinds = self.env['dealflow.search']._get_kinds()
        self.assertEqual(tables, sorted({self.env[kind.model]._table for kind in kinds}))

    def test_another_declaration_makes_its_index_and_finds(self):
        """Another module adds a kind by one declaration; and gets its index."""
        search_class = self.registry['dealflow.search']
        origin = search_class._get_kinds

        def _get_kinds(model):
            region = SearchedKind(
                key='regions',
                model='dealflow.region',
                name="Regions",
                action='dealflow.dealflow_region_action',
                words=('code',),
            )
            return [*origin(model), region]

        self.patch(search_class, '_get_kinds', _get_kinds)
        search = self.env['dealflow.search']
        search._make_indexes()
        region = self.env['dealflow.region'].create({'name': "Kangaroo", 'code': 'KNGR'})
        groups = search.find("kngr")['groups']
        self.assertEqual([(group['kind'], group['hits'][0]['id']) for group in groups], [('regions', region.id)])
        self.env.cr.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'dealflow_region_dealflow_search_%'")
        self.assertEqual(self.env.cr.fetchone()[0], 1)

    def test_changed_declaration_replaces_the_index(self):
        index = self._get_index('dealflow_deal')
        self.env.cr.execute(f'ALTER INDEX "{index}" RENAME TO dealflow_deal_dealflow_search_00000000')
        self.env['dealflow.search']._make_indexes()
        self.assertNotIn('00000000', self._get_index('dealflow_deal'))

    def _get_index(self, table):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexname LIKE %s",
            [table, f'%{dealflow_search.INDEX}%'],
        )
        [[name]] = self.env.cr.fetchall()
        return name

    def test_without_trigrams_it_is_only_slower(self):
        index = self._get_index('dealflow_deal')
        self.env.cr.execute(f'DROP INDEX "{index}"')
        self.patch(self.registry, 'has_trigram', False)
        with self.assertLogs(dealflow_search.__name__, 'WARNING') as logs:
            self.env['dealflow.search']._make_indexes()
        self.assertIn("CREATE EXTENSION pg_trgm", logs.output[0])
        deal = self.env['dealflow.deal'].create({'name': "Greenhouses of Wallaby"})
        [group] = self.env['dealflow.search'].find("wallaby")['groups']
        self.assertEqual([hit['id'] for hit in group['hits']], deal.ids)
