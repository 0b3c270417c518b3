from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestSettingsPage(TransactionCase):
    """The Dealflow settings have a title and an explanation for each row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Settings = cls.env['res.config.settings'].with_user(cls.env.ref('base.user_admin'))
        view = Settings.get_view(cls.env.ref('base.res_config_settings_view_form').id, 'form')
        cls.app = etree.fromstring(view['arch']).find('.//app[@name="dealflow"]')
        cls.labels = {name: field.get_description(cls.env)['string'] for name, field in Settings._fields.items()}

    def test_every_row_has_a_title_and_a_help(self):
        """The web client shows the help only below a title: that of the row, or the label of a field directly in it."""
        rows = self.app.findall('.//setting')
        self.assertGreater(len(rows), 10)
        for row in rows:
            with self.subTest(row=row.get('id')):
                title = row.get('string') or ''.join(self.labels[field.get('name')] for field in row.findall('field'))
                self.assertTrue(title)
                self.assertTrue(row.get('help'))

    def test_every_value_has_a_visible_label(self):
        """A value in the middle of a sentence cannot be translated into languages with another word order."""
        labels = {
            label.get('for')
            for label in self.app.iter('label')
            if 'visually-hidden' not in (label.get('class') or '').split()
        }
        inside = [field.get('name') for field in self.app.iter('field') if field.getparent().tag != 'setting']
        self.assertTrue(inside)
        self.assertEqual([name for name in inside if name not in labels], [])
        for division in self.app.iter('div'):
            self.assertFalse(''.join([division.text or '', *(child.tail or '' for child in division)]).strip())
