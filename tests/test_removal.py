import csv
import io
import zipfile
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged, users
from odoo.tools import mute_logger

from ..models.base import dealflow_removal
from .common import DealflowCommon

ADDRESS = '/dealflow/removal/export'
# Columns and relation tables that only this module defines, according to the database.
BROUGHT = """
    SELECT field.model, field.name
      FROM ir_model_fields AS field
      JOIN ir_model_data AS data ON data.model = 'ir.model.fields' AND data.res_id = field.id
      LEFT JOIN information_schema.columns AS place
           ON place.table_name = replace(field.model, '.', '_') AND place.column_name = field.name
     WHERE place.column_name IS NOT NULL OR (field.ttype = 'many2many' AND field.store)
     GROUP BY field.id
    HAVING array_agg(data.module) = ARRAY['dealflow'::varchar]
"""


@tagged('post_install', '-at_install')
class TestRemoval(DealflowCommon, HttpCase):
    """The administrator who uninstalls Dealflow sees what is deleted, and can export it in a readable format."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._new_user('remover', 'base.group_system')
        cls.deal = cls._new_deal(name="=1+1", co_executor_ids=[Command.set((cls.rep_north | cls.rep_south).ids)])
        cls.order = cls._new_order(cls.partner, cls.product, deal_id=cls.deal.id)
        cls.deal.message_post(body="They want it blue.")
        cls.file = cls.env['ir.attachment'].create(
            {'name': "Plan / 1.txt", 'raw': b"four legs", 'res_model': 'dealflow.deal', 'res_id': cls.deal.id}
        )
        cls.module = cls.env.ref('base.module_dealflow')

    def _new_wizard(self, module):
        return self.env['base.module.uninstall'].with_user(self.administrator).create({'module_ids': module.ids})

    def _get_archive(self):
        self.authenticate(self.administrator.login, self.administrator.login)
        response = self.url_open(ADDRESS)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers['Content-Type'], 'application/zip')
        self.assertIn('attachment; filename', response.headers['Content-Disposition'])
        return zipfile.ZipFile(io.BytesIO(response.content))

    def _read_table(self, archive, path):
        return list(csv.DictReader(io.TextIOWrapper(archive.open(path), 'utf-8', newline='')))

    def test_everything_that_the_module_has_brought_goes(self):
        self.env.cr.execute(BROUGHT)
        brought = {(model, name) for model, name in self.env.cr.fetchall() if not self.env[model]._transient}
        ours = {model for model in self.env if self.env[model]._original_module == 'dealflow'}
        parts = self.env['dealflow.removal']._get_parts()
        told = {(part.model, name) for part in parts if part.folder != 'beside' for name in part.names}
        stored = {(model, name) for model, name in brought if name != 'id' and self.env[model]._is_an_ordinary_table()}
        self.assertGreater(len(stored), 400)
        self.assertEqual(stored - told, set())
        # Fields of Odoo's mixins on our own models are deleted too.
        self.assertEqual({place for place in told - stored if place[0] not in ours}, set())

    def test_dialog_tells_all_of_it(self):
        losses = html.fromstring(self._new_wizard(self.module).dealflow_losses)
        told = [tuple(' '.join(cell.itertext()).split()) for cell in losses.xpath('.//tbody/tr/td')]
        told = {(name, count[0]) for name, count in zip(told[::2], told[1::2], strict=True)}
        for part in self.env['dealflow.removal']._get_parts():
            count = self.env[part.model].with_context(active_test=False).search_count(part.domain)
            words = tuple(self.env['ir.model']._get(part.model).name.split())
            with self.subTest(part=part.path):
                found = [row for row in told if row[0][: len(words)] == words and row[1] == str(count)]
                self.assertEqual(bool(found), bool(count))
        self.assertIn("Deal (1)", ' '.join(losses.itertext()))

    def test_dialog_of_a_module_below_tells_it_too(self):
        self.assertTrue(self._new_wizard(self.env.ref('base.module_sale_crm')).dealflow_losses)

    def test_dialog_of_another_module_is_that_of_odoo(self):
        above = self.module.upstream_dependencies(exclude_states=('uninstalled',)) | self.module
        other = self.env['ir.module.module'].search([('state', '=', 'installed'), ('id', 'not in', above.ids)], limit=1)
        self.assertTrue(other)
        self.assertFalse(self._new_wizard(other).dealflow_losses)

    @users('test_manager', 'test_rep_north')
    def test_only_who_may_uninstall_gets_it(self):
        self.authenticate(self.env.user.login, self.env.user.login)
        with mute_logger('odoo.http'):
            self.assertEqual(self.url_open(ADDRESS).status_code, 403)
        removal = self.env['dealflow.removal']
        with self.assertRaises(AccessError):
            removal._get_losses()
        with self.assertRaises(AccessError):
            removal._write_archive(io.BytesIO())

    def test_every_record_is_exported(self):
        """Batches of two rows, so that most tables need several."""
        with patch.object(dealflow_removal, 'PORTION', 2):
            archive = self._get_archive()
        self.assertIsNone(archive.testzip())
        columns = {(row['table'], row['column']) for row in self._read_table(archive, 'columns.csv')}
        for part in self.env['dealflow.removal']._get_parts():
            with self.subTest(part=part.path):
                records = self.env[part.model].with_context(active_test=False).search(part.domain)
                rows = self._read_table(archive, part.path)
                self.assertEqual([int(row['.id']) for row in rows], sorted(records.ids))
                self.assertEqual({name for name in part.names if (part.path, name) not in columns}, set())

    def test_rows_say_what_the_records_say(self):
        archive = self._get_archive()
        rows = {int(row['.id']): row for row in self._read_table(archive, 'records/dealflow.deal.csv')}
        row = rows[self.deal.id]
        self.assertEqual(row['name'], "'=1+1", "a spreadsheet takes it for a text")
        self.assertEqual(float(row['amount']), self.deal.amount)
        self.assertEqual((row['stage_id'], int(row['stage_id/.id'])), (self.deal.stage_id.name, self.deal.stage_id.id))
        self.assertEqual(sorted(map(int, row['co_executor_ids/.id'].split(','))), sorted(self.deal.co_executor_ids.ids))
        self.assertEqual(row['create_date'], self.deal.create_date.strftime('%Y-%m-%d %H:%M:%S'))
        self.assertIn(
            "They want it blue.",
            {row['body'].strip('<p>/') for row in self._read_table(archive, 'beside/mail.message.csv')},
        )
        [path] = [name for name in archive.namelist() if name.startswith(f'files/{self.file.id}-')]
        self.assertEqual(path, f'files/{self.file.id}-Plan_1.txt')
        self.assertEqual(archive.read(path), b"four legs")

    def test_import_of_odoo_reads_it_back(self):
        archive = self._get_archive()
        [row] = [row for row in self._read_table(archive, 'fields/sale.order.csv') if int(row['.id']) == self.order.id]
        self.assertEqual(row['display_name'], self.order.display_name)
        self.order.deal_id = False
        columns = ['.id', 'deal_id/.id']
        result = self.env['sale.order'].load(columns, [[row[column] for column in columns]])
        self.assertEqual(result['messages'], [])
        self.assertEqual(self.order.deal_id, self.deal)

    def test_nothing_is_written_by_it(self):
        self.env.cr.execute("SELECT count(*) FROM ir_model_data")
        [before] = self.env.cr.fetchone()
        self._get_archive()
        self.env.cr.execute("SELECT count(*) FROM ir_model_data")
        self.assertEqual(self.env.cr.fetchone()[0], before, "no external ids are made")
