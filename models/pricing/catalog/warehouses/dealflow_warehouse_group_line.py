from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DealflowWarehouseGroupLine(models.Model):
    """A warehouse in a group of warehouses.

    Odoo's Inventory may be absent, so that there is no model to refer to: the row refers to what Odoo knows about the
    model of warehouses. When Inventory is uninstalled, the database deletes the row together with that, before new
    warehouses could get the same numbers.
    """

    _name = 'dealflow.warehouse.group.line'
    _description = "Warehouse in a Group"
    _inherit = 'dealflow.derived.mixin'
    _order = 'group_id, id'
    _rec_name = 'warehouse_id'

    group_id = fields.Many2one('dealflow.warehouse.group', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True)
    model_id = fields.Many2one(
        'ir.model',
        required=True,
        default=lambda self: self.env['ir.model']._get('stock.warehouse').id,
        ondelete='cascade',
        export_string_translation=False,
    )
    model_name = fields.Char(
        related='model_id.model', string="Name of the Model", store=True, export_string_translation=False
    )
    warehouse_id = fields.Many2oneReference(model_field='model_name', required=True)

    _line_uniq = models.UniqueIndex('(group_id, warehouse_id)', "The warehouse is in the group already.")

    @api.constrains('group_id', 'model_id', 'warehouse_id')
    def _check_warehouse(self):
        for line in self:
            # sudo - ir.model: which model it is; stock.warehouse: those of other companies are named in the refusal.
            if line.sudo().model_id.model != 'stock.warehouse' or 'stock.warehouse' not in self.env:
                raise ValidationError(
                    self.env._(
                        "The group %(group)s takes warehouses of Odoo's app Inventory. Install it, and choose one.",
                        group=line.group_id.name,
                    )
                )
            warehouse_sudo = self.env['stock.warehouse'].sudo().browse(line.warehouse_id).exists()
            if warehouse_sudo.company_id != line.group_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The warehouse %(warehouse)s is not one of %(company)s, to which the group %(group)s belongs. "
                        "Choose another one.",
                        warehouse=warehouse_sudo.name or line.warehouse_id,
                        company=line.group_id.company_id.name,
                        group=line.group_id.name,
                    )
                )
