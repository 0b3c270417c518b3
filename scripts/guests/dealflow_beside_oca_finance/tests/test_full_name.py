from odoo.tests import tagged

from odoo.addons.dealflow.tests.common import DealflowCase


@tagged('post_install', '-at_install')
class TestFullName(DealflowCase):
    """Last name and first name are separate fields (partner_firstname); the patronymic is placed among them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('ru_RU')
        cls.env['res.lang']._activate_lang('bg_BG')
        cls.person = cls.env['res.partner'].create({'firstname': "Анна", 'lastname': "Петрова", 'is_company': False})

    def test_order_is_that_of_the_language(self):
        for lang, patronymic, expected in (
            ('ru_RU', "Ивановна", "Петрова Анна Ивановна"),
            ('bg_BG', "Иванова", "Анна Иванова Петрова"),
            ('en_US', "Ivanovna", "Анна Ivanovna Петрова"),
        ):
            with self.subTest(lang=lang):
                self.person.write({'lang': lang, 'patronymic': patronymic})
                self.assertEqual(self.person.dealflow_full_name, expected)

    def test_full_name_follows_its_parts(self):
        self.person.write({'lang': 'ru_RU', 'patronymic': "Ивановна"})
        self.person.lastname = "Сидорова"
        self.assertEqual(self.person.dealflow_full_name, "Сидорова Анна Ивановна")

    def test_patronymic_that_was_typed_into_the_name_is_not_said_twice(self):
        self.person.write({'lang': 'ru_RU', 'firstname': "Анна Ивановна", 'patronymic': "Ивановна"})
        self.assertEqual(self.person.dealflow_full_name, "Петрова Анна Ивановна")

    def test_without_a_part_there_is_no_full_name(self):
        self.assertFalse(self.person.dealflow_full_name, "no patronymic")
        self.person.write({'patronymic': "Ивановна", 'lastname': False})
        self.assertFalse(self.person.dealflow_full_name, "no surname")
        company = self._new_partner("Ромашка", patronymic="Ивановна")
        self.assertFalse(company.dealflow_full_name)
