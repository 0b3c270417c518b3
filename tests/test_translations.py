import re
from collections import Counter
from pathlib import Path

import polib
from lxml import etree

from odoo.exceptions import UserError
from odoo.modules.module import Manifest
from odoo.tests import tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader, code_translations

from .common import DealflowCommon

LANGUAGES = ('bg', 'pl', 'ru', 'uk')
SCREENS = ('reports', 'static/src', 'views', 'wizards')
COMPOSED = ('alt', 'aria-label', 'data-label', 'data-tooltip', 'placeholder', 'title')
PLACEHOLDER = re.compile(r'%\(\w+\)\w|%[sdf]\b|%%|\$\{[^}]+\}|\{\{.+?\}\}|(?<![{$])\{\w+\}(?!\})')
TAG = re.compile(r'</?[a-zA-Z][^>]*>')
# Terms of these attributes are translated, so only the presence of the attribute is compared.
WORDS = re.compile(r'\b(alt|aria-label|data-label|placeholder|title)="[^"]*"')


@tagged('post_install', '-at_install')
class TestTranslations(DealflowCommon):
    """All terms of the module are exported, and translated into every shipped language."""

    def _read(self, name):
        return polib.pofile(file_path(f'dealflow/i18n/{name}'))

    def _get_demo_xml_ids(self):
        """Return the external ids of the demo data, including the records created through ``_inherits``."""
        xml_ids = set()
        for path in Manifest.for_addon('dealflow')['demo']:
            for record in etree.parse(file_path(f'dealflow/{path}')).iter('record'):
                parents = self.env[record.get('model')]._inherits
                xml_ids |= {f'dealflow.{record.get("id")}'}
                xml_ids |= {f'dealflow.{record.get("id")}_{parent.replace(".", "_")}' for parent in parents}
        return xml_ids

    def _get_defining_modules(self, name, xml_id):
        """Return the modules that define a field or selection value, or an empty set for other terms."""
        if not name.startswith('ir.model.fields'):
            return set()
        record = self.env.ref(xml_id)
        field = record.field_id if record._name == 'ir.model.fields.selection' else record
        return set(self.env[field.model]._fields[field.name]._modules)

    def _is_ours(self, name, xml_id, modules):
        """Return whether a term exists with only the modules that Dealflow depends on."""
        defining = self._get_defining_modules(name, xml_id)
        return not defining or bool(defining & modules)

    def test_template_has_every_text_and_no_other(self):
        demo = self._get_demo_xml_ids()
        module = self.env.ref('base.module_dealflow')
        modules = set((module | module.upstream_dependencies(exclude_states=('',))).mapped('name'))
        exported = {
            source: (name, xml_id)
            for _module, _type, name, xml_id, source, _value, _comments in TranslationModuleReader(
                self.env.cr, ['dealflow']
            )
            if xml_id not in demo
        }
        template = {entry.msgid for entry in self._read('dealflow.pot')}

        self.assertFalse(template - set(exported), "Texts that are gone: run scripts/i18n.")
        lacking = {source for source in set(exported) - template if self._is_ours(*exported[source], modules)}
        self.assertFalse(lacking, "New texts: run scripts/i18n, and translate them.")

    def test_composed_attributes_hold_no_words(self):
        """Odoo exports plain attributes, but no ``t-attf`` attributes that mix words and values."""
        module = Path(file_path('dealflow'))
        for path in (path for folder in SCREENS for path in sorted((module / folder).rglob('*.xml'))):
            for element in etree.parse(path).iter('*'):
                for name in COMPOSED:
                    value = re.sub(r'\{\{.*?\}\}|#\{.*?\}', '', element.get(f't-attf-{name}', ''))
                    self.assertNotRegex(value, r'\w', f"{path.relative_to(module)}, line {element.sourceline}")

    def test_every_language_has_the_texts_of_the_template(self):
        texts = Counter(entry.msgid for entry in self._read('dealflow.pot'))
        for language in LANGUAGES:
            with self.subTest(language=language):
                translations = self._read(f'{language}.po')
                known = Counter(entry.msgid for entry in translations)
                self.assertEqual(translations.metadata['Language'], language)
                self.assertFalse(texts - known, "Texts that lack: run scripts/i18n, and translate them.")
                self.assertFalse(known - texts, "Texts that are gone or stand twice: run scripts/i18n.")

    def test_every_text_is_translated(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                translations = self._read(f'{language}.po')
                self.assertFalse([entry.msgid for entry in translations if not entry.msgstr.strip()])
                self.assertFalse([entry.msgid for entry in translations.fuzzy_entries()])

    def test_translations_keep_placeholders_and_tags(self):
        for language in LANGUAGES:
            for entry in self._read(f'{language}.po'):
                with self.subTest(language=language, text=entry.msgid):
                    for kind in (self._count_placeholders, self._count_tags):
                        self.assertEqual(kind(entry.msgstr), kind(entry.msgid), entry.msgstr)

    def _count_placeholders(self, text):
        return Counter(PLACEHOLDER.findall(text))

    def _count_tags(self, text):
        return Counter(WORDS.sub(r'\1', tag) for tag in TAG.findall(text))

    def test_people_read_their_language(self):
        """A label, a selection value, a shipped record, an error and a JavaScript term are shown in Russian."""
        self.env['res.lang']._activate_lang('ru_RU')
        self.env.ref('base.module_dealflow')._update_translations(['ru_RU'])
        manager = self.manager.with_context(lang='ru_RU')
        deals = self.env['dealflow.deal'].with_user(manager).with_context(lang='ru_RU')

        form = etree.fromstring(deals.get_view(self.env.ref('dealflow.dealflow_deal_view_form').id, 'form')['arch'])
        self.assertEqual(form.find(".//page[@name='receipts']").get('string'), "Поступления")
        self.assertEqual(deals.fields_get(['state'])['state']['selection'][-1], ('lost', "Проиграно"))
        self.assertEqual(self.env.ref('dealflow.stage_negotiation').with_context(lang='ru_RU').name, "Переговоры")
        deal = deals.browse(self._new_deal().id)
        deal.amount = 2000
        with self.assertRefused(UserError, "есть записи в журнале"):
            deal.unlink()
        web_texts = {
            text['id']: text['string']
            for text in code_translations.get_web_translations('dealflow', 'ru_RU')['messages']
        }
        self.assertEqual(web_texts["Pipeline of open deals"], "Портфель открытых сделок")
