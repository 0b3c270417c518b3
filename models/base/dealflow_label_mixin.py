from odoo import api, models


class DealflowLabelMixin(models.AbstractModel):
    """Says fields and their values in the language of the reader, for messages and prints."""

    _name = 'dealflow.label.mixin'
    _description = "Labels of Fields and Values"

    @api.model
    def _dealflow_get_field_label(self, field_name):
        """Return what a field is called on screens.

        :param str field_name: a field of the model
        :rtype: str
        """
        return self._fields[field_name]._description_string(self.env)

    @api.model
    def _dealflow_get_value_labels(self, field_name):
        """Return what the values of a selection are called on screens.

        :param str field_name: a selection field of the model
        :rtype: dict[str, str]
        """
        return dict(self._fields[field_name]._description_selection(self.env))

    def _dealflow_get_value_label(self, field_name):
        """Return what the value that a single record has in a selection is called on screens.

        :param str field_name: a selection field of the model
        :rtype: str
        """
        self.ensure_one()
        return self._dealflow_get_value_labels(field_name).get(self[field_name], '')
