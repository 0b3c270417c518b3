from odoo import models
from odoo.exceptions import ValidationError

VALUE = 'dealflow.register.value'


def get_register_id(field):
    """Return the id of the register that a field of a card chooses from; 0 for any other field."""
    if field.comodel_name != VALUE or not field.manual or not isinstance(field.domain, list):
        return 0
    return next((value for name, operator, value in field.domain if (name, operator) == ('register_id', '=')), 0)


class DealflowCardMixin(models.AbstractModel):
    """A field of the kind “value of a register” takes values of that register, from imports and programs too (P66)."""

    _inherit = 'dealflow.card.mixin'

    def _validate_fields(self, field_names, excluded_names=()):
        field_names = set(field_names)
        super()._validate_fields(field_names, excluded_names)
        for name in sorted(field_names):
            if register_id := get_register_id(self._fields[name]):
                self._check_dealflow_register_value(name, register_id)

    def _check_dealflow_register_value(self, name, register_id):
        """Refuse values of another register.

        :raise ValidationError: there is one
        """
        # sudo - dealflow.register.value: what is stored is checked, whoever may read it.
        for value_sudo in self.sudo()[name]:
            if value_sudo.register_id.id != register_id:
                register_sudo = self.env['dealflow.register'].sudo().browse(register_id)
                raise ValidationError(
                    self.env._(
                        "“%(value)s” is a value of the register “%(other)s”; “%(field)s” takes values of "
                        "“%(register)s”.",
                        value=value_sudo.name,
                        other=value_sudo.register_id.name,
                        field=self._fields[name]._description_string(self.env),
                        register=register_sudo.name,
                    )
                )
