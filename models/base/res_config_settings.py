from odoo import api, fields, models

from ...tools.public_methods import public_method
from .res_lang import THOUSANDS_SEPARATOR


class ResConfigSettings(models.TransientModel):
    """Offers 1 234 567,89 for languages that Odoo writes as 1234567,89, such as Polish and Bulgarian.

    A language applies to the whole database, including accounting and printed invoices, so one in use changes only when
    an administrator says so; figures grouped in Dealflow alone would be hard to compare with others next to them.
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
        """Set a space as the thousands separator of all active languages without one; a second call changes nothing.

        :raise AccessError: the user may not change languages
        """
        self._dealflow_get_ungrouped_languages().thousands_sep = THOUSANDS_SEPARATOR
        return {'type': 'ir.actions.client', 'tag': 'reload_context'}
