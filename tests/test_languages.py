from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_amount

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestLanguages(DealflowCommon):
    """Polish and Bulgarian come with Odoo without anything between thousands: the settings offer a space."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ('pl_PL', 'bg_BG', 'ru_RU'):
            cls.env['res.lang']._activate_lang(code)
        cls.polish = cls.env['res.lang']._lang_get('pl_PL')
        cls.russian = cls.env['res.lang']._lang_get('ru_RU')

    def test_nothing_changes_before_the_offer_is_taken(self):
        self.assertFalse(self.polish.thousands_sep)
        settings = self.env['res.config.settings'].create({})
        for name in ("Polish", "Bulgarian"):
            self.assertIn(name, settings.dealflow_ungrouped_languages)
        for name in ("Russian", "English"):
            self.assertNotIn(name, settings.dealflow_ungrouped_languages)

    def test_offer_groups_what_had_no_separator(self):
        before = self.russian.thousands_sep
        self.env['res.config.settings'].create({}).action_dealflow_group_thousands()
        self.assertEqual(self.russian.thousands_sep, before)
        self.assertFalse(self.env['res.config.settings'].create({}).dealflow_ungrouped_languages)
        currency = self.env['res.currency'].new({'name': "PLN", 'symbol': "zł", 'position': 'after', 'rounding': 0.01})
        amount = format_amount(self.env, 1234567.89, currency, lang_code='pl_PL')
        self.assertEqual(amount.replace('\N{NO-BREAK SPACE}', ' '), "1 234 567,89 zł")

    def test_languages_belong_to_administrators(self):
        settings = self.env['res.config.settings'].create({})
        with self.assertRaises(AccessError):
            settings.with_user(self.manager).action_dealflow_group_thousands()
