import re

from odoo.tests import tagged
from odoo.tools.translate import TranslationModuleReader

from .common import DealflowCommon

# Parts of a text that users do not read: placeholders, tags with their attributes, addresses.
UNREAD = re.compile(r'%\(\w+\)\w|\$\{[^}]*\}|\{\{.*?\}\}|<[^>]*>|https?://\S+|[\w.-]+@[\w.-]+')
ROW_ID = re.compile(r'\b[A-Z]\d\d\b')
SNAKE_CASE = re.compile(r'\b[a-z0-9]+(?:_[a-z0-9]+)+\b')
TECHNICAL_NAME = re.compile(r'\b[a-z_]+(?:\.[a-z_]+)+\b')
# Developer jargon, and terms that were replaced by others.
NOT_SAID = re.compile(
    r'\b(?:record rules?|recordset|stored|computed|boolean|many2one|one2many|many2many|foreign key|ORM|SQL|RPC|sudo|'
    r'savepoint|backend|front ?end|cron|snapshot|fingerprint|short list|primary key|varchar|'
    r'keeper|minuted|sellers?|comes of the|break-even|gated|cash gap|opport)\b',
    re.IGNORECASE,
)


@tagged('post_install', '-at_install')
class TestPlainWords(DealflowCommon):
    """Texts for users contain no requirement ids, no technical names and no developer notes."""

    def _get_faults(self, text, technical_names):
        words = UNREAD.sub(' ', text)
        return [
            *ROW_ID.findall(words),
            *SNAKE_CASE.findall(words),
            *(name for name in TECHNICAL_NAME.findall(words) if name in technical_names),
            *NOT_SAID.findall(words),
        ]

    def _get_texts_of_fields(self):
        """Yield labels, helps and selection values of our fields, including the ones that are not translated."""
        for model_name, model in sorted(self.env.items()):
            for name, field in model._fields.items():
                if 'dealflow' not in field._modules:
                    continue
                place = f'{model_name}.{name}'
                if field.help:
                    yield place, field.help
                if not field.export_string_translation:
                    # The label is derived from the name, and no view shows it.
                    continue
                yield place, field.string
                if field.type == 'selection' and isinstance(field.selection, list):
                    yield from ((place, label) for _value, label in field.selection)

    def _get_texts_to_translate(self):
        """Yield translatable terms: views, menus, actions, data, messages and JavaScript."""
        for _module, kind, name, record, source, _value, _comments in TranslationModuleReader(
            self.env.cr, ['dealflow']
        ):
            # Fields are read above, without those of Odoo's mixins; print names are code.
            if not name.startswith('ir.model.fields') and not name.endswith(('print_report_name', 'attachment')):
                yield f'{kind} {name} {record}', source

    def test_texts_hold_no_row_ids_and_no_words_of_the_code(self):
        technical_names = set(self.env)
        faults = [
            (place, text, found)
            for texts in (self._get_texts_of_fields(), self._get_texts_to_translate())
            for place, text in texts
            if (found := self._get_faults(text, technical_names))
        ]
        self.assertFalse(faults)

    def test_faults_are_found(self):
        technical_names = {'dealflow.deal'}
        for text in (
            "No event is planned (B04).",
            "conversion_first",
            "The record rule on deals compares with this short list",
            "A row of dealflow.deal",
            "Keeper",
        ):
            with self.subTest(text=text):
                self.assertTrue(self._get_faults(text, technical_names))
        for text in (
            "“%(deal_name)s” of %(user)s",
            '<a href="x_y">Open</a>',
            "Write to sales_team@example.com",
            "e.g. A4",
        ):
            with self.subTest(text=text):
                self.assertFalse(self._get_faults(text, technical_names))

    def test_no_text_begins_in_the_middle_of_a_sentence(self):
        """A number between two halves of a sentence cannot be moved to where another language needs it."""
        halves = [
            (place, text)
            for place, text in self._get_texts_to_translate()
            if ('ir.ui.view,arch_db' in place or 'static/src' in place)
            and re.match(r'[,.;:)]|[a-z].*\.$', text.strip(), re.DOTALL)
        ]
        self.assertFalse(halves)
