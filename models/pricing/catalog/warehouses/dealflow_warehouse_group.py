from odoo import fields, models


class DealflowWarehouseGroup(models.Model):
    """Warehouses whose stock the price form shows in one column (C18)."""

    _name = 'dealflow.warehouse.group'
    _description = "Group of Warehouses"
    _inherit = ['dealflow.register.mixin', 'dealflow.company.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    line_ids = fields.One2many('dealflow.warehouse.group.line', 'group_id', string="Warehouses", copy=True)
