from odoo import models


class DealflowDerivedMixin(models.AbstractModel):
    """Tells forms, lists and imports as well that derived values are not for them; on every model of ours.

    Apart from the guard itself, because Odoo asks for the access to every field that it reads: on models of Odoo this
    would be felt.
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
