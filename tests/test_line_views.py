from lxml import etree

from odoo.tests import Form, tagged

from .common import DealflowCommon
from .test_new_records import EXTENDED_MODELS

OFF = ('0', 'false', 'False')
ON = ('1', 'true', 'True')


@tagged('post_install', '-at_install')
class TestLineViews(DealflowCommon):
    """Views of lines in a form do not ask for the parent record, which may not be saved yet."""

    def _get_forms(self):
        """Return the forms of our models, and those of Odoo's that we extend, with their models."""
        names = [name for name in self.env.registry if name.startswith('dealflow.')] + EXTENDED_MODELS
        views = self.env['ir.ui.view'].search(
            [
                ('type', '=', 'form'),
                ('model', 'in', names),
                ('mode', '=', 'primary'),
                ('model_data_id.module', '=', 'dealflow'),
            ]
        )
        return [
            (self.env[view.model], etree.fromstring(self.env[view.model].get_view(view.id)['arch'])) for view in views
        ] + [
            (self.env[name], etree.fromstring(self.env[name].get_view(view_type='form')['arch']))
            for name in EXTENDED_MODELS
        ]

    def _get_line_views(self, node, lines):
        """Return the views in which the lines of a one2many are edited."""
        views = {view.tag: view for view in node.xpath('./*[descendant::field]')}
        refs = self.env['ir.ui.view']._get_view_refs(node)
        for kind in ('list', 'form'):
            if kind not in views:
                views[kind] = etree.fromstring(lines.with_context(**refs).get_view(view_type=kind)['arch'])
        is_fixed = (
            node.get('readonly') in ON or any(view.get('create') in OFF for view in views.values()) or not lines._auto
        )
        if is_fixed:
            return []
        is_list_edited = views['list'].get('editable') and views['list'].get('open_form_view') not in ON
        return [views['list']] if is_list_edited else [views['form']]

    def _is_asked_for(self, view, name):
        """Return whether a view shows the field as editable."""
        depth = view.xpath('count(ancestor::field)')
        return any(
            not any(
                element.get('invisible') in ON or element.get('column_invisible') in ON or element.get('readonly') in ON
                for element in [node, *node.iterancestors()]
                if element.xpath('count(ancestor::field)') >= depth
            )
            for node in view.xpath(f'.//field[@name="{name}"][count(ancestor::field) = {depth}]')
        )

    def test_lines_do_not_ask_what_they_belong_to(self):
        asked, looked_at = [], set()
        for model, arch in self._get_forms():
            for node in arch.xpath('.//field[not(ancestor::field)]'):
                field = model._fields[node.get('name')]
                if field.type != 'one2many' or not field.inverse_name:
                    continue
                lines = self.env[field.comodel_name]
                inverse = lines._fields[field.inverse_name]
                for view in self._get_line_views(node, lines):
                    looked_at.add(field.name)
                    is_required = inverse.required or view.xpath(f'.//field[@name="{inverse.name}"][@required]')
                    if 'dealflow' in field._modules and is_required and self._is_asked_for(view, inverse.name):
                        asked.append(f"{field}: {view.tag} asks for {inverse.name}")
        self.assertLessEqual({'stage_ids', 'line_ids', 'receipt_ids', 'cost_ids'}, looked_at)
        self.assertEqual(asked, [])

    def test_a_new_funnel_is_filled_in_one_go(self):
        form = Form(self.env['dealflow.funnel'].with_user(self.manager))
        form.name = "Tenders"
        for name, kind in (("Bid", 'attachment'), ("Award", 'order_confirmed')):
            with form.stage_ids.new() as stage:
                stage.name = name
                with stage.requirement_ids.new() as requirement:
                    requirement.kind = kind
        funnel = form.save()
        self.assertEqual(funnel.stage_ids.mapped('name'), ["Bid", "Award"])
        self.assertEqual(funnel.stage_ids.requirement_ids.mapped('kind'), ['attachment', 'order_confirmed'])
