from odoo import models


class DealflowDerivedMixin(models.AbstractModel):
    """Makes derived fields readonly in forms, lists and imports too; for all models of Dealflow.

    This is separate from the guard itself, because Odoo checks the access to every field that it reads: on Odoo's own
    models that would be noticeable.
    """

    _name = 'dealflow.derived.mixin'
    _description = "Derived Values"
    _inherit = 'dealflow.derived.values.mixin'

    def _has_field_access(self, field, operation):
        if (
            operation == 'write'
            and field.name in self._dealflow_get_derived_fields()
            and not self._dealflow_is_settable(field)
        ):
            return False
        return super()._has_field_access(field, operation)
