from odoo import api, fields, models

from ...tools.public_methods import public_method
from .res_lang import THOUSANDS_SEPARATOR


class ResConfigSettings(models.TransientModel):
    """The offer to write 1 234 567,89 in languages that come with Odoo as 1234567,89, such as Polish and Bulgarian.

    The record of a language is for the whole database, accounting and printed invoices included, so one that is in use
    changes only when an administrator says so; figures that only Dealflow would group could not be compared with those
    beside them.
    """

    _inherit = 'res.config.settings'

    dealflow_ungrouped_languages = fields.Char(
        string="Languages without a space between thousands",
        compute='_compute_dealflow_ungrouped_languages',
    )

    @api.model
    def _dealflow_get_ungrouped_languages(self):
        return self.env['res.lang'].search([('active', '=', True), ('thousands_sep', 'in', (False, ''))])

    def _compute_dealflow_ungrouped_languages(self):
        names = ", ".join(self._dealflow_get_ungrouped_languages().mapped('name'))
        for settings in self:
            settings.dealflow_ungrouped_languages = names

    @public_method()
    def action_dealflow_group_thousands(self):
        """Put a space between the thousands of all active languages that have nothing there; a second call finds none.

        :raise AccessError: the person may not change languages
        """
        self._dealflow_get_ungrouped_languages().thousands_sep = THOUSANDS_SEPARATOR
        return {'type': 'ir.actions.client', 'tag': 'reload_context'}
