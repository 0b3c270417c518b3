from odoo import api, models
from odoo.fields import Command


class DealflowChosenRecordsMixin(models.AbstractModel):
    """A dialog over the records that it is opened from: one card, or the chosen rows of a list.

    ``_chosen_field`` names the many2many field of the dialog that takes them. Its context says
    ``active_test: False``: who opens a dialog over an archived record means that record.
    """

    _name = 'dealflow.chosen.records.mixin'
    _description = "Dialog over Chosen Records"
    _chosen_field = None

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        name = self._chosen_field
        is_asked = name in fields and not values.get(name)
        if is_asked and self.env.context.get('active_model') == self._fields[name].comodel_name:
            values[name] = [Command.set(self.env.context.get('active_ids', []))]
        return values
