from lxml import etree

from odoo.tests import tagged

from .common import DealflowCommon

# Odoo models whose forms we extend.
EXTENDED_MODELS = [
    'account.move',
    'calendar.event',
    'crm.lead',
    'mailing.mailing',
    'res.partner',
    'sale.order',
]
REP_MODELS = [
    'calendar.event',
    'dealflow.claim',
    'dealflow.contract',
    'dealflow.deal',
    'dealflow.receipt',
]


def get_fields_spec(model, arch, is_nested=False):
    """Return the fields that a client requests for a new record, as the specification of ``onchange``.

    Widgets read fields that only their JavaScript names, so all our fields are requested in addition to those of the
    view. The lines of a one2many are shown in its own views and in the form that they open.
    """
    specification = {}
    depth = arch.xpath('count(ancestor::field)')
    for node in arch.xpath(f'.//field[count(ancestor::field) = {depth}]'):
        field = model._fields[node.get('name')]
        specification.setdefault(field.name, {})
        if field.type not in ('one2many', 'many2many') or is_nested:
            continue
        lines = model.env[field.comodel_name]
        views = node.xpath('./*[descendant::field]')
        if field.type == 'one2many' and 'form' not in [view.tag for view in views]:
            refs = model.env['ir.ui.view']._get_view_refs(node)
            views.append(etree.fromstring(lines.with_context(**refs).get_view(view_type='form')['arch']))
        for view in views:
            subfields = specification[field.name].setdefault('fields', {})
            subfields.update(get_fields_spec(lines, view, is_nested=True))
    for name, field in model._fields.items():
        is_ours = 'dealflow' in field._modules or model._name.startswith('dealflow.')
        if is_ours and name not in specification and model._has_field_access(field, 'read'):
            specification[name] = {}
    return specification


@tagged('post_install', '-at_install')
class TestNewRecords(DealflowCommon):
    """«New» opens an empty form: our computed fields work without a saved record."""

    def assertNewFormOpens(self, model):
        arch = etree.fromstring(model.get_view(view_type='form')['arch'])
        specification = get_fields_spec(model, arch)
        values = model.onchange({}, [], specification)['value']
        for name, value in values.items():
            if isinstance(value, str):
                self.assertNotRegex(value, r'^[a-z_]+(\.[a-z_]+)+\(.*\)$', f"{model._name}.{name} shows a recordset")
        parent = {
            name: value['id'] if isinstance(value, dict) and 'id' in value else value
            for name, value in values.items()
            if model._fields[name].type not in ('one2many', 'many2many', 'properties')
        }
        for name, line_specification in specification.items():
            field = model._fields[name]
            if field.type == 'one2many' and 'fields' in line_specification:
                lines = model.env[field.comodel_name]
                # Lines of a model without a table are shown only.
                if lines._auto and lines.has_access('create') and field.inverse_name:
                    is_link = lines._fields[field.inverse_name].type == 'many2one'
                    lines.onchange({field.inverse_name: parent} if is_link else {}, [], line_specification['fields'])
        self.env.invalidate_all()

    def _get_our_models(self):
        return [
            name
            for name, model in sorted(self.env.registry.items())
            if name.startswith('dealflow.') and not model._abstract and model._auto
        ]

    def test_manager_opens_every_form(self):
        user = self._new_user(
            'everything',
            ','.join(
                [
                    'dealflow.group_manager',
                    'dealflow.group_receipts',
                    'dealflow.group_marketing',
                    'dealflow.group_mailing_approver',
                    'dealflow.group_requisites_confirmer',
                    'account.group_account_invoice',
                    'base.group_erp_manager',
                ]
            ),
        )
        made = self.env['ir.model.access'].search([('perm_create', '=', True)]).model_id.mapped('model')
        for name in [*self._get_our_models(), *EXTENDED_MODELS]:
            # Users cannot create log rows.
            if name in made:
                with self.subTest(model=name):
                    self.assertNewFormOpens(self.env[name].with_user(user))

    def test_rep_opens_the_forms_of_his_work(self):
        for name in REP_MODELS:
            with self.subTest(model=name):
                self.assertNewFormOpens(self.env[name].with_user(self.rep_north))
