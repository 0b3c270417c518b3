from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_amount

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestLanguages(DealflowCommon):
    """Polish and Bulgarian get a thousands separator, which Odoo's language data lacks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Language = cls.env['res.lang']
        cls.polish, cls.bulgarian, cls.russian = (Language._activate_lang(code) for code in ('pl_PL', 'bg_BG', 'ru_RU'))
        # State of a database where Bulgarian was active before Dealflow was installed.
        cls.bulgarian.thousands_sep = ''

    def test_language_that_is_switched_on_groups_thousands(self):
        self.assertEqual(self.polish.thousands_sep, '\N{NO-BREAK SPACE}')
        self.assertEqual(self._format("pl_PL"), "1 234 567,89 zł")

    def test_other_separators_stay(self):
        for code in ('de_DE', 'fr_CH'):
            language = self.env['res.lang'].with_context(active_test=False).search([('code', '=', code)])
            before = language.thousands_sep
            self.assertTrue(before)
            language.active = True
            self.assertEqual(language.thousands_sep, before)

    def test_language_in_use_waits_for_the_offer(self):
        self.bulgarian.active = True
        self.assertFalse(self.bulgarian.thousands_sep)
        settings = self.env['res.config.settings'].create({})
        self.assertIn("Bulgarian", settings.dealflow_ungrouped_languages)
        for name in ("Polish", "Russian", "English"):
            self.assertNotIn(name, settings.dealflow_ungrouped_languages)

    def _format(self, code):
        currency = self.env['res.currency'].new({'name': "PLN", 'symbol': "zł", 'position': 'after', 'rounding': 0.01})
        return format_amount(self.env, 1234567.89, currency, lang_code=code).replace('\N{NO-BREAK SPACE}', ' ')

    def test_offer_groups_what_had_no_separator(self):
        before = self.russian.thousands_sep
        self.env['res.config.settings'].create({}).action_dealflow_group_thousands()
        self.assertEqual(self.russian.thousands_sep, before)
        self.assertFalse(self.env['res.config.settings'].create({}).dealflow_ungrouped_languages)
        self.assertEqual(self._format('bg_BG'), "1 234 567,89 zł")

    def test_languages_belong_to_administrators(self):
        settings = self.env['res.config.settings'].create({})
        with self.assertRaises(AccessError):
            settings.with_user(self.manager).action_dealflow_group_thousands()
