from odoo import api, models


class DealflowLabelMixin(models.AbstractModel):
    """Labels of fields and of their values in the user's language, for messages and reports."""

    _name = 'dealflow.label.mixin'
    _description = "Labels of Fields and Values"

    @api.model
    def _dealflow_get_field_label(self, field_name):
        """Return the translated label of a field.

        :param str field_name: a field of the model
        :rtype: str
        """
        return self._fields[field_name]._description_string(self.env)

    @api.model
    def _dealflow_get_value_labels(self, field_name):
        """Return the translated labels of the values of a selection.

        :param str field_name: a selection field of the model
        :rtype: dict[str, str]
        """
        return dict(self._fields[field_name]._description_selection(self.env))

    def _dealflow_get_value_label(self, field_name):
        """Return the translated label of a single record's value of a selection; empty without a value.

        :param str field_name: a selection field of the model
        :rtype: str
        """
        self.ensure_one()
        return self._dealflow_get_value_labels(field_name).get(self[field_name], '')
