from odoo import api, fields, models
from odoo.tools import ormcache

# Fields of a client that a kind may hide in the dialog and on the card, or ask for.
KIND_FIELDS = (
    'parent_id',
    'dealflow_surname',
    'dealflow_first_name',
    'patronymic',
    'dealflow_gender',
    'function',
    'phone',
    'email',
    'website',
    'ref',
    'vat',
    'company_registry',
    'client_status_id',
    'region_id',
    'industry_id',
    'employee_count',
    'director_id',
    'accountant_id',
)


class DealflowClientKind(models.Model):
    """A kind of client, such as a company, a branch or a sole proprietor, and what is asked about one (P05, P08)."""

    _name = 'dealflow.client.kind'
    _description = "Kind of Client"
    _inherit = ['dealflow.register.mixin', 'dealflow.code.mixin']

    is_company = fields.Boolean(string="Company", help="Otherwise it is a person, with surname and first name.")
    has_parent = fields.Boolean(string="Part of a Company", help="A branch, for example, belongs to its company.")
    hidden_field_ids = fields.Many2many(
        'ir.model.fields',
        'dealflow_client_kind_hidden_field_rel',
        'kind_id',
        'field_id',
        string="Not Asked",
        groups='dealflow.group_manager',
        domain=[('model', '=', 'res.partner'), ('name', 'in', KIND_FIELDS)],
        help="Not shown in the dialog of a new client and on the page Client.",
    )
    required_field_ids = fields.Many2many(
        'ir.model.fields',
        'dealflow_client_kind_required_field_rel',
        'kind_id',
        'field_id',
        string="Required",
        groups='dealflow.group_manager',
        domain=[('model', '=', 'res.partner'), ('name', 'in', KIND_FIELDS)],
        help="A client of this kind is not saved without them.",
    )

    _code_uniq = models.UniqueIndex('(code)', "Another kind of client has this code: codes are unique.")

    @api.model
    @ormcache()
    def _get_rules(self):
        """Return what each kind says, by its id: a company, part of one, active, fields that it hides and requires.

        :rtype: dict[int, tuple[bool, bool, bool, tuple[str], tuple[str]]]
        """
        # sudo - dealflow.client.kind, ir.model.fields: whoever enters a client is told what to enter.
        kinds = self.sudo().with_context(active_test=False).search([])
        return {
            kind.id: (
                kind.is_company,
                kind.has_parent,
                kind.active,
                tuple(sorted(name for name in kind.hidden_field_ids.mapped('name') if name in KIND_FIELDS)),
                tuple(sorted(name for name in kind.required_field_ids.mapped('name') if name in KIND_FIELDS)),
            )
            for kind in kinds
        }

    @api.model
    def _get_default_id(self, is_company, has_parent):
        """Return the id of the first kind that fits, else of the first for companies or for people; False if none."""
        fitting = [
            (kind_id, rules[1])
            for kind_id, rules in self._get_rules().items()
            if rules[2] and rules[0] == bool(is_company)
        ]
        exact = [kind_id for kind_id, kind_has_parent in fitting if kind_has_parent == bool(has_parent)]
        return next(iter(exact or [kind_id for kind_id, _has_parent in fitting]), False)
