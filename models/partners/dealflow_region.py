import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get


class DealflowRegion(models.Model):
    """A sales region: its code, its place in the tree and its time zone (B49, C09)."""

    _name = 'dealflow.region'
    _description = "Region"
    _inherit = 'dealflow.derived.mixin'
    _parent_store = True
    _rec_name = 'complete_name'
    _rec_names_search = ['complete_name', 'code']
    _order = 'complete_name, id'

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute='_compute_complete_name', store=True, recursive=True)
    code = fields.Char(copy=False, index='btree_not_null')
    parent_id = fields.Many2one('dealflow.region', string="Part of", index=True, ondelete='restrict')
    parent_path = fields.Char(index=True)
    country_id = fields.Many2one('res.country')
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        help="The local time of the clients of the region, unless a client has a time zone of its own.",
    )
    work_from = fields.Float(
        string="Reached From",
        help="The local hour from which clients of the region can be called. Without hours of its own, a region has "
        "those of the region above it, and else those of the company's calendar.",
    )
    work_to = fields.Float(string="Reached Until", help="The local hour until which clients can be called.")
    active = fields.Boolean(default=True)

    _check_work_hours = models.Constraint(
        'CHECK (work_from >= 0 AND work_to <= 24 AND (work_from < work_to OR (work_from = 0 AND work_to = 0)))',
        "The hours of a region lie between 0:00 and 24:00, and begin before they end. Leave both empty to take those "
        "of the region above it.",
    )
    _code_uniq = models.UniqueIndex('(code) WHERE code IS NOT NULL', "Another region has this code already.")

    @api.depends('name', 'parent_id.complete_name')
    def _compute_complete_name(self):
        for region in self:
            region.complete_name = (
                f"{region.parent_id.complete_name} / {region.name}" if region.parent_id else region.name
            )

    @api.constrains('parent_id')
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A region cannot be a part of itself."))

    @api.model
    def name_create(self, name):
        """Create a region from a field on another form; its full name is computed (P09)."""
        region = self.create({'name': name})
        return region.id, region.display_name

    @api.model
    def _add_countries(self, countries):
        """Add a region for each country and, inside it, one for each of its states that Odoo knows (E05, B49).

        Regions whose codes exist already, archived or not, are left unchanged.

        :return: the regions of the countries
        """
        known = {region.code: region for region in self.with_context(active_test=False).search([('code', '!=', False)])}
        # Odoo has translations of the names of countries, but not of those of states.
        languages = [code for code, _name in self.env['res.lang'].get_installed()]
        regions = self.browse()
        for country in countries:
            region = known.get(country.code)
            if not region:
                zones = pytz.country_timezones.get(country.code) or ()
                region = self.create(
                    {
                        'name': country.with_context(lang='en_US').name,
                        'code': country.code,
                        'country_id': country.id,
                        'tz': zones[0] if len(zones) == 1 else False,
                    }
                )
                names = {language: country.with_context(lang=language).name for language in languages}
                region.update_field_translations('name', names)
            regions |= region
            codes = {state: f"{country.code}-{state.code}" for state in country.state_ids}
            self.create(
                [
                    {'name': state.name, 'code': code, 'parent_id': region.id, 'country_id': country.id}
                    for state, code in codes.items()
                    if code not in known
                ]
            )
        return regions

    @api.model
    def _create_initial_regions(self):
        """Fill an empty register with the countries of the companies, so that it can be used at once (E05)."""
        if not self.with_context(active_test=False).search_count([], limit=1):
            self._add_countries(self.env['res.company'].search([]).country_id)

    def _get_tz(self):
        """Return the time zone of the region, or of its nearest parent that has one."""
        self.ensure_one()
        region = self
        while region and not region.tz:
            region = region.parent_id
        return region.tz

    def _get_work_hours(self):
        """Return the local hours in which clients of the region are reached, its own or of its nearest parent.

        :return: from and until, or ``None`` if no region says so
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        region = self
        while region and not region.work_to:
            region = region.parent_id
        return (region.work_from, region.work_to) if region else None
