from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dealflow.tools.salutations import get_gender, split_name

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestOfferLetter(DealflowCommon):
    """Letters with offers: how they address people, what they say, and the PDF (C26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ('ru_RU', 'uk_UA', 'bg_BG', 'pl_PL'):
            cls.env['res.lang']._activate_lang(lang)
        cls.env['ir.module.module']._load_module_terms(['dealflow'], ['ru_RU', 'uk_UA', 'bg_BG', 'pl_PL'])

    def _greet(self, name, lang, gender=False, **values):
        person = self._new_contact(name, self.partner, lang=lang, dealflow_gender=gender, **values)
        order = self._new_order(self.partner, self.product)
        return order._dealflow_get_salutation(person)

    def test_names_are_taken_apart(self):
        for name, parts in {
            "John Smith": ("John", "", "Smith"),
            "Smith, John": ("John", "", "Smith"),
            "Ludwig van Beethoven": ("Ludwig", "", "Beethoven"),
            "Петров Иван Сергеевич": ("Иван", "Сергеевич", "Петров"),
            "Иван Сергеевич Петров": ("Иван", "Сергеевич", "Петров"),
            "Анна Петровна": ("Анна", "Петровна", ""),
            "Анна Петрович": ("Анна", "", "Петрович"),
            "Иванов Лев": ("Лев", "", "Иванов"),
            "Лев Иванов": ("Лев", "", "Иванов"),
            "Ирина Бондарь": ("Ирина", "", "Бондарь"),
            "Шевченко Оксана Іванівна": ("Оксана", "Іванівна", "Шевченко"),
            "Иван Петров Георгиев": ("Иван", "", "Георгиев"),
            "Madonna": ("Madonna", "", ""),
            "": ("", "", ""),
        }.items():
            with self.subTest(name):
                self.assertEqual(split_name(name), parts)
        self.assertEqual(split_name("Иван Петров", "Сергеевич"), ("Иван", "Сергеевич", "Петров"))

    def test_patronymics_tell_the_gender(self):
        for word, gender in {
            "Сергеевич": 'male',
            "Ильич": 'male',
            "Кузьмич": 'male',
            "Петровна": 'female',
            "Ильинична": 'female',
            "Іванівна": 'female',
            "Петрова": '',
            "": '',
        }.items():
            with self.subTest(word):
                self.assertEqual(get_gender(word), gender)

    def test_salutation_follows_gender(self):
        self.assertEqual(self._greet("John Smith", 'en_US', 'male'), "Dear Mr Smith,")
        self.assertEqual(self._greet("Smith, Jane", 'en_US', 'female'), "Dear Ms Smith,")
        self.assertEqual(self._greet("Alex Smith", 'en_US'), "Dear Alex Smith,")
        self.assertEqual(self._greet("Alex Smith", 'en_US', 'other'), "Dear Alex Smith,")

    def test_firms_and_nobody(self):
        order = self._new_order(self.partner, self.product)
        self.assertEqual(order._dealflow_get_salutation(), "Dear Sir or Madam,")
        self.assertEqual(order._dealflow_get_salutation(self.env['res.partner']), "Dear Sir or Madam,")

    def test_gender_is_known_by_a_patronymic_unless_it_is_given(self):
        greet = self._greet
        self.assertEqual(
            greet("Петров Иван Сергеевич", 'ru_RU'), greet("Иван Петров", 'ru_RU', 'male', patronymic="Сергеевич")
        )
        self.assertNotEqual(greet("Петрова Анна Сергеевна", 'ru_RU'), greet("Анна", 'ru_RU', patronymic="Сергеевич"))
        self.assertEqual(
            greet("Петров Иван Сергеевич", 'ru_RU', 'other'), greet("Иван Сергеевич Петров", 'ru_RU', 'other')
        )

    def test_letter_of_an_offer(self):
        self.contact.write({'name': "Jane Smith", 'dealflow_gender': 'female', 'email': "jane@client.example"})
        order = self._new_order(
            self.partner, self.product, user_id=self.rep_north.id, dealflow_contact_id=self.contact.id
        )
        order.company_id.dealflow_letter_items = True
        self.rep_north.write({'signature': "<p>North rep, phone 12</p>"})
        for name, report in (
            ('sale_order_offer', 'sale.report_saleorder'),
            ('sale_order_proforma', 'sale.report_saleorder_pro_forma'),
        ):
            with self.subTest(name):
                template = self.env.ref(f'dealflow.mail_template_{name}').with_user(self.rep_north)
                self.assertEqual(template.report_template_ids.report_name, report)
                values = template._generate_template(
                    order.ids, ('subject', 'body_html', 'email_from', 'partner_to', 'lang', 'report_template_ids')
                )[order.id]
                self.assertIn(order.name, values['subject'])
                self.assertEqual(values['email_from'], self.rep_north.email_formatted)
                self.assertEqual(values['partner_ids'], self.contact.ids)
                body = str(values['body_html'])
                for part in ("Dear Ms Smith,", order.order_line.name, "North rep, phone 12", order.name):
                    self.assertIn(part, body)
                self.assertEqual(len(values['attachments']), 1)
                order.company_id.dealflow_letter_items = False
                values = template._generate_template(order.ids, ('body_html',))[order.id]
                self.assertNotIn(order.order_line.name, str(values['body_html']))
                order.company_id.dealflow_letter_items = True

    def test_letter_without_contact_goes_to_the_customer(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_north.id)
        template = self.env.ref('dealflow.mail_template_sale_order_offer')
        values = template._generate_template(order.ids, ('partner_to', 'email_from', 'body_html'))[order.id]
        self.assertEqual(values['partner_ids'], self.partner.ids)
        self.assertEqual(values['email_from'], self.rep_north.email_formatted, "A program signs for the salesperson.")

    def test_letters_speak_the_language_of_the_contact(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_north.id)
        self.partner.lang = 'ru_RU'
        template = self.env.ref('dealflow.mail_template_sale_order_offer')
        self.assertEqual(template._render_lang(order.ids), {order.id: 'ru_RU'})
        order.write({'order_line': [Command.clear()]})
        self.assertTrue(template._generate_template(order.ids, ('body_html',))[order.id]['body_html'])
