from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .dealflow_client_kind import KIND_FIELDS


class ResPartner(models.Model):
    """The kind of a client, and what is asked about one of its kind (P05, P08)."""

    _inherit = 'res.partner'

    dealflow_client_kind_id = fields.Many2one(
        'dealflow.client.kind',
        string="Kind of Client",
        compute='_compute_dealflow_client_kind_id',
        store=True,
        readonly=False,
        precompute=True,
        index='btree_not_null',
        ondelete='restrict',
        prefetch='dealflow',
        groups='base.group_user',
    )
    dealflow_hidden_fields = fields.Char(
        compute='_compute_dealflow_kind_fields', groups='dealflow.group_viewer', export_string_translation=False
    )
    dealflow_required_fields = fields.Char(
        compute='_compute_dealflow_kind_fields', groups='dealflow.group_viewer', export_string_translation=False
    )

    @api.depends('is_company', 'parent_id')
    def _compute_dealflow_client_kind_id(self):
        """Keep the kind while it fits; a contact person of a firm is no client, and has none."""
        kinds = self.env['dealflow.client.kind']
        rules = kinds._get_rules()
        for partner in self:
            kind_id = partner.dealflow_client_kind_id.id
            if partner._dealflow_is_contact_person():
                partner.dealflow_client_kind_id = False
            elif kind_id not in rules or rules[kind_id][0] != partner.is_company:
                partner.dealflow_client_kind_id = kinds._get_default_id(partner.is_company, partner.parent_id)
            else:
                partner.dealflow_client_kind_id = kind_id

    @api.depends('dealflow_client_kind_id')
    def _compute_dealflow_kind_fields(self):
        """Put bars around each name, so that a view can look for one in the text."""
        rules = self.env['dealflow.client.kind']._get_rules()
        for partner in self:
            hidden, required = rules.get(partner.dealflow_client_kind_id.id, (False, False, False, (), ()))[3:]
            partner.dealflow_hidden_fields = f'|{"|".join(hidden)}|'
            partner.dealflow_required_fields = f'|{"|".join(required)}|'

    @api.onchange('dealflow_client_kind_id')
    def _onchange_dealflow_client_kind_id(self):
        if self.dealflow_client_kind_id:
            self.is_company = self.dealflow_client_kind_id.is_company

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._dealflow_add_kind_values(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._dealflow_add_kind_values(vals))

    @api.model
    def _dealflow_add_kind_values(self, vals):
        """Return the values with what the kind says: whether the client is a company."""
        kind_id = vals.get('dealflow_client_kind_id')
        rules = kind_id and self.env['dealflow.client.kind']._get_rules().get(kind_id)
        if not rules or 'is_company' in vals or 'company_type' in vals:
            return vals
        return {**vals, 'is_company': rules[0]}

    @api.constrains('dealflow_client_kind_id', 'is_company', *KIND_FIELDS)
    def _check_dealflow_client_kind(self):
        """Refuse a client without what its kind requires, and a kind that does not fit.

        Odoo's own jobs, and users who only have Odoo's rights, are not asked for more than Odoo asks for (rule 6).
        """
        is_asked = not self.env.user._is_superuser() and self.env.user.has_group('dealflow.group_viewer')
        rules = self.env['dealflow.client.kind']._get_rules()
        # sudo - res.partner: the constraint reads fields that the user may not see.
        for partner in self.sudo().filtered('dealflow_client_kind_id'):
            kind = partner.dealflow_client_kind_id
            is_company, _has_parent, _active, _hidden, required = rules[kind.id]
            if is_company != partner.is_company:
                raise ValidationError(
                    self.env._(
                        "“%(client)s” cannot be of the kind “%(kind)s”, which is for %(who)s. Choose another kind, or "
                        "change the field “%(field)s”.",
                        client=partner.display_name,
                        kind=kind.name,
                        who=self.env._("companies") if is_company else self.env._("persons"),
                        field=partner._dealflow_get_field_label('is_company'),
                    )
                )
            missing = [name for name in required if not partner[name]]
            if is_asked and missing:
                raise ValidationError(
                    self.env._(
                        "A client of the kind “%(kind)s” is not saved without %(fields)s: fill in “%(client)s”.",
                        kind=kind.name,
                        fields=", ".join(f"“{partner._dealflow_get_field_label(name)}”" for name in missing),
                        client=partner.display_name,
                    )
                )
