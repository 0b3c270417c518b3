from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path


@tagged('post_install', '-at_install')
class TestRenames(TransactionCase):
    """What people have stored under old names goes on working after an upgrade."""

    def _migrate(self):
        self.env.flush_all()
        spec = spec_from_file_location('names', file_path('dealflow/migrations/19.0.1.5.0/pre-names.py'))
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, '19.0.1.4.0')
        self.env.invalidate_all()
        return migration

    def test_filters_and_exports_find_the_fields(self):
        own = self.env['ir.filters'].create(
            {
                'name': "Kept here",
                'model_id': 'calendar.event',
                'domain': "[('is_kept_inside', '=', True)]",
                'context': "{'group_by': ['is_kept_inside']}",
            }
        )
        report = self.env['ir.filters'].create(
            {'name': "By status", 'model_id': 'dealflow.deal.report', 'context': "{'group_by': ['client_status_id']}"}
        )
        path = self.env['ir.filters'].create(
            {
                'name': "Sheets of events kept here",
                'model_id': 'dealflow.meeting.sheet',
                'domain': "[('event_id.is_kept_inside', '=', True)]",
            }
        )
        export = self.env['ir.exports'].create(
            {
                'name': "Sheets",
                'resource': 'dealflow.meeting.sheet',
                'export_fields': [(0, 0, {'name': 'event_id/is_kept_inside'})],
            }
        )
        foreign = self.env['ir.filters'].create(
            {'name': "Not ours", 'model_id': 'res.country', 'domain': "[('name', '=', 'is_kept_inside')]"}
        )
        self._migrate()
        self.assertEqual(own.domain, "[('dealflow_skip_external_sync', '=', True)]")
        self.assertEqual(own.context, "{'group_by': ['dealflow_skip_external_sync']}")
        self.assertEqual(report.context, "{'group_by': ['partner_status_id']}")
        self.assertEqual(path.domain, "[('event_id.dealflow_skip_external_sync', '=', True)]")
        self.assertEqual(export.export_fields.name, 'event_id/dealflow_skip_external_sync')
        self.assertEqual(foreign.domain, "[('name', '=', 'is_kept_inside')]")

    def test_code_and_views_call_the_methods(self):
        action = self.env['ir.actions.server'].create(
            {
                'name': "Plan",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'state': 'code',
                'code': "records.action_adjust_receipts()",
            }
        )
        view = self.env['ir.ui.view'].create(
            {
                'name': "dealflow.deal.view.form.inherit.mine",
                'model': 'dealflow.deal',
                'inherit_id': self.env.ref('dealflow.dealflow_deal_view_form').id,
                'arch': '<header position="inside"><button name="action_adjust_receipts" type="object" string="Plan"/>'
                '</header>',
            }
        )
        self.env.flush_all()
        # As they were written before the upgrade: neither would be accepted now.
        self.env.cr.execute(
            "UPDATE ir_act_server SET code = 'records.action_level_receipts()' WHERE id = %s", [action.id]
        )
        self.env.cr.execute(
            """UPDATE ir_ui_view
                  SET arch_db = replace(arch_db::text, 'action_adjust_receipts', 'action_level_receipts')::jsonb
                WHERE id = %s""",
            [view.id],
        )
        self._migrate()
        self.assertEqual(action.code, "records.action_adjust_receipts()")
        self.assertIn('action_adjust_receipts', view.arch_db)

    def test_records_keep_their_external_ids(self):
        menu = self.env.ref('dealflow.menu_configuration')
        self.env.cr.execute(
            "UPDATE ir_model_data SET name = 'menu_dealflow_configuration' WHERE module = 'dealflow' AND name = %s",
            ['menu_configuration'],
        )
        self._migrate()
        self.env.registry.clear_cache()
        self.assertEqual(self.env.ref('dealflow.menu_configuration'), menu)

    def test_everything_that_was_renamed_is_there(self):
        migration = self._migrate()
        for model, former, present in (*migration.FIELDS, *migration.COLUMNS):
            with self.subTest(model=model, field=present):
                self.assertIn(present, self.env[model]._fields)
                self.assertNotIn(former, self.env[model]._fields)
        for model, former, present in migration.BUTTONS:
            with self.subTest(model=model, method=present):
                self.assertTrue(callable(getattr(self.env[model], present, None)))
                self.assertFalse(hasattr(self.env[model], former))
        for former, present in migration.IDS:
            with self.subTest(xml_id=present):
                self.assertTrue(self.env.ref(f'dealflow.{present}', raise_if_not_found=False), former)
