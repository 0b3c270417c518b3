from odoo import api, fields, models
from odoo.exceptions import UserError


class DealflowRegister(models.Model):
    """A register that a company makes for itself; fields of cards choose from its values (P66)."""

    _name = 'dealflow.register'
    _description = "Own Register"
    _inherit = 'dealflow.register.mixin'

    value_ids = fields.One2many('dealflow.register.value', 'register_id', string="Values", copy=True)
    value_count = fields.Integer(string="Number of Values", compute='_compute_value_count')

    @api.depends('value_ids')
    def _compute_value_count(self):
        counts = dict(
            self.env['dealflow.register.value']._read_group(
                [('register_id', 'in', self.ids)], ['register_id'], ['__count']
            )
        )
        for register in self:
            register.value_count = counts.get(register, 0)

    @api.constrains('name')
    def _check_name(self):
        for register in self:
            alike = self.with_context(active_test=False).search(
                [('name', '=ilike', register.name), ('id', '!=', register.id)]
            )
            if alike:
                raise UserError(
                    self.env._(
                        "There is a register “%(register)s” already. Choose another name, or add values to that one.",
                        register=alike[0].name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for register in self:
            if fields_used := register._get_custom_fields():
                raise UserError(
                    self.env._(
                        "The register “%(register)s” is used by fields of cards: %(fields)s. Archive it, or delete the "
                        "fields first.",
                        register=register.name,
                        fields=', '.join(fields_used.mapped('display_name')),
                    )
                )

    def unlink(self):
        # Values go by the same guard as when they are deleted one by one.
        self._unlink_except_used()
        self.with_context(active_test=False).value_ids.unlink()
        return super().unlink()

    def _get_custom_fields(self):
        """Return the fields that choose from the register."""
        self.ensure_one()
        # sudo - ir.model.fields: which fields there are is read for everybody.
        return (
            self.env['ir.model.fields']
            .sudo()
            .search([('dealflow_kind', '=', 'register'), ('domain', '=', self._get_value_domain())])
        )

    def _get_value_domain(self):
        """Return the domain of the register's values, as a field has it."""
        self.ensure_one()
        return f"[('register_id', '=', {self.id})]"
