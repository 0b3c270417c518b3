from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.own_context import get_own


class DealflowRegisterValue(models.Model):
    """A value of a register that the company made for itself (P66)."""

    _name = 'dealflow.register.value'
    _description = "Value of a Register"
    _inherit = 'dealflow.register.mixin'
    _order = 'register_id, sequence, id'
    _rec_names_search = ['name', 'code']

    register_id = fields.Many2one('dealflow.register', required=True, index=True, ondelete='cascade')
    code = fields.Char(copy=False, index='btree_not_null', help="A short name for imports and integrations.")

    _unique_code = models.UniqueIndex(
        '(register_id, code) WHERE code IS NOT NULL', "Two values of a register cannot have the same code."
    )

    @api.model
    def name_search(self, name='', domain=None, operator='ilike', limit=100):
        if register_id := get_own(self.env, 'dealflow_register'):
            domain = Domain(domain or Domain.TRUE) & Domain('register_id', '=', register_id)
        return super().name_search(name, domain, operator, limit)

    @api.constrains('register_id')
    def _check_register(self):
        """A value that records refer to stays in its register: the fields of cards would not offer it any more."""
        for value in self:
            others = value._get_uses() if value.register_id else {}
            strange = [field for field in others if field.domain != value.register_id._get_value_domain()]
            if strange:
                raise UserError(
                    self.env._(
                        "“%(value)s” is used in “%(field)s”, which chooses from another register. Make a new value.",
                        value=value.name,
                        field=strange[0].display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for value in self:
            if uses := value._get_uses():
                raise UserError(
                    self.env._(
                        "“%(value)s” is used and cannot be deleted: %(uses)s. Archive it: it is not offered any more, "
                        "and stays where it was chosen.",
                        value=value.name,
                        uses=', '.join(
                            self.env._("%(kind)s: %(count)s", kind=field.display_name, count=count)
                            for field, count in uses.items()
                        ),
                    )
                )

    def _get_uses(self):
        """Return the number of records that refer to the value, by field.

        :rtype: dict
        """
        self.ensure_one()
        # sudo - any model: records that the user does not see refer to the value all the same.
        fields_sudo = (
            self.env['ir.model.fields']
            .sudo()
            .search([('relation', '=', self._name), ('ttype', 'in', ('many2one', 'many2many')), ('store', '=', True)])
        )
        uses = {}
        for field in fields_sudo:
            model_sudo = self.env[field.model].sudo().with_context(active_test=False)
            if count := model_sudo.search_count([(field.name, 'in', self.ids)]):
                uses[field] = count
        return uses
