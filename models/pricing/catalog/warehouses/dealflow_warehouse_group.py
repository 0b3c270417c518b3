from odoo import fields, models


class DealflowWarehouseGroup(models.Model):
    """Warehouses whose stock the price form shows in one column (C18)."""

    _name = 'dealflow.warehouse.group'
    _description = "Group of Warehouses"
    _inherit = ['dealflow.company.mixin']
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    line_ids = fields.One2many('dealflow.warehouse.group.line', 'group_id', string="Warehouses", copy=True)
