from odoo import api, models

from ....tools.own_context import Own
from .dealflow_card_mixin import get_register_id


class IrFieldsConverter(models.AbstractModel):
    """Values of registers are found in the register of the field, by name or code (P66)."""

    _inherit = 'ir.fields.converter'

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        if register_id := get_register_id(field):
            self = self.with_context(dealflow_register=Own(register_id))
        return super().db_id_for(model, field, subfield, value, savepoint)
