from odoo import api, fields, models


class ResUsersSettings(models.Model):
    """How a person has arranged the price form."""

    _inherit = 'res.users.settings'

    dealflow_price_columns = fields.Json(export_string_translation=False, groups='base.group_user')

    @api.model
    def _get_fields_blacklist(self):
        # The form asks for them itself; here, they would be sent with every page.
        return [*super()._get_fields_blacklist(), 'dealflow_price_columns']
