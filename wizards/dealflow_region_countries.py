from odoo import fields, models

from ..tools.public_methods import public_method


class DealflowRegionCountries(models.TransientModel):
    """Fills the register of regions with countries and their states (E05, B49)."""

    _name = 'dealflow.region.countries'
    _description = "Regions of Countries"

    country_ids = fields.Many2many('res.country', string="Countries", required=True)

    @public_method(one=True, once=True)
    def action_apply(self):
        """Add the missing regions, and open those of the countries."""
        self.env['dealflow.region']._add_countries(self.country_ids)
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_region_action')
        return {**action, 'domain': [('country_id', 'in', self.country_ids.ids)]}
