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
    code = fields.Char(index='btree_not_null')
    parent_id = fields.Many2one('dealflow.region', string="Part of", index=True, ondelete='restrict')
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many('dealflow.region', 'parent_id', string="Regions inside")
    country_id = fields.Many2one('res.country')
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        help="The local time of the clients of the region, unless a client has a time zone of its own.",
    )
    active = fields.Boolean(default=True)

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
        """Create a region in place, from a field on another form; the full name follows from its own (P09)."""
        region = self.create({'name': name})
        return region.id, region.display_name

    def _get_tz(self):
        """Return the time zone of the region or of the nearest region around it that has one."""
        self.ensure_one()
        region = self
        while region and not region.tz:
            region = region.parent_id
        return region.tz
