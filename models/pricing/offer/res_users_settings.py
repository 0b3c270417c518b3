from odoo import fields, models


class ResUsersSettings(models.Model):
    """How a person has arranged the price form."""

    _inherit = 'res.users.settings'

    dealflow_price_columns = fields.Json(export_string_translation=False)
