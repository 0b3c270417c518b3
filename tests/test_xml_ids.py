import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

MODULE = Path(__file__).parents[1]
# What the external ids of records of other modules' models begin with.
PREFIXES = {
    'ir.cron': 'ir_cron_',
    'ir.filters': 'ir_filters_',
    'ir.sequence': 'ir_sequence_',
    'ir.ui.menu': 'menu_',
    'mail.activity.plan': 'mail_activity_plan_',
    'mail.activity.type': 'mail_activity_type_',
    'mail.template': 'mail_template_',
    'res.groups.privilege': 'privilege_',
    'utm.source': 'utm_source_',
}
# Records that belong to a model, and the field that says to which.
OWNERS = {
    'ir.actions.act_window': 'res_model',
    'ir.actions.server': 'model_name',
    'ir.rule': 'model_id.model',
    'ir.ui.view': 'model',
}


@tagged('post_install', '-at_install')
class TestXmlIds(TransactionCase):
    """External ids say what they stand for, so that another module finds them without looking them up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = cls.env['ir.model.data'].search([('module', '=', 'dealflow')])
        cls.records = [
            (row.name, cls.env[row.model].browse(row.res_id))
            for row in data
            if row.model in cls.env and not row.name.startswith(('model_', 'field_', 'selection_', 'constraint_'))
        ]

    def _get_records(self, model):
        found = [(name, record) for name, record in self.records if record._name == model and record.exists()]
        self.assertTrue(found, model)
        return found

    def _assert_none(self, wrong):
        self.assertFalse(wrong, "names of external ids begin with the model that they belong to")

    def test_views_actions_and_rules_are_named_after_their_model(self):
        wrong = []
        for owner, field_name in OWNERS.items():
            kind = {'ir.ui.view': 'view', 'ir.rule': 'rule'}.get(owner, 'action')
            for name, record in self._get_records(owner):
                model = record.mapped(field_name)[0] if record.mapped(field_name) else False
                # Templates have no model; the code of a scheduled job is a server action under the name of the job.
                if not model or name.endswith('_ir_actions_server'):
                    continue
                stem = model.replace('.', '_')
                if not f'{name}_'.startswith(f'{stem}_{kind}_'):
                    wrong.append(name)
                elif owner == 'ir.ui.view' and not f'{name}_'.startswith(f'{stem}_view_{record.type}_'):
                    wrong.append(name)
        self._assert_none(wrong)

    def test_views_of_other_modules_are_extended_under_the_name_of_ours(self):
        wrong = [
            name
            for name, view in self._get_records('ir.ui.view')
            if view.mode == 'extension'
            and view.model
            and not (view.inherit_id.xml_id or '').startswith('dealflow.')
            and '_inherit_dealflow' not in name
        ]
        self._assert_none(wrong)

    def test_views_are_called_as_their_external_ids(self):
        wrong = [
            name
            for name, view in self._get_records('ir.ui.view')
            if view.type != 'qweb' and view.name.replace('_', '.') != name.replace('_', '.')
        ]
        self._assert_none(wrong)

    def test_technical_records_say_what_they_are(self):
        wrong = [
            name
            for model, prefix in PREFIXES.items()
            for name, record in self._get_records(model)
            if not name.startswith(prefix)
        ]
        self._assert_none(wrong)

    def test_jobs_reports_and_emails_are_named_after_their_model(self):
        wrong = []
        for model, prefix, field_name in (
            ('ir.cron', 'ir_cron_', 'model_name'),
            ('ir.actions.report', 'action_report_', 'model'),
            ('mail.template', 'mail_template_', 'model'),
        ):
            for name, record in self._get_records(model):
                stem = record[field_name].removeprefix('dealflow.').replace('.', '_')
                if not f'{name}_'.startswith(f'{prefix}{stem}_'):
                    wrong.append(name)
        self._assert_none(wrong)

    def test_data_of_ours_is_named_after_its_model(self):
        demo = {name for path in MODULE.glob('demo/*.xml') for name in re.findall(r'id="(\w+)"', path.read_text())}
        wrong = [
            name
            for name, record in self.records
            if record._name.startswith('dealflow.')
            and name not in demo
            and not name.startswith(record._name.removeprefix('dealflow.').replace('.', '_') + '_')
        ]
        self._assert_none(wrong)
