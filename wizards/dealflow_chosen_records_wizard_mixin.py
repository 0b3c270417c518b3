from odoo import api, models
from odoo.fields import Command


class DealflowChosenRecordsWizardMixin(models.AbstractModel):
    """A dialog for the records that it is opened from: one form, or the selected rows of a list.

    ``_chosen_field`` is the name of the dialog's many2many field for these records. Its context has
    ``active_test: False``, so that the dialog can be opened from archived records, too.
    """

    _name = 'dealflow.chosen.records.wizard.mixin'
    _description = "Wizard for Selected Records"
    _chosen_field = None

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        name = self._chosen_field
        is_asked = name in fields and not values.get(name)
        if is_asked and self.env.context.get('active_model') == self._fields[name].comodel_name:
            values[name] = [Command.set(self.env.context.get('active_ids', []))]
        return values
