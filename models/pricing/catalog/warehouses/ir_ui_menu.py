from odoo import models


class IrUiMenu(models.Model):
    _inherit = 'ir.ui.menu'

    def _load_menus_blacklist(self):
        """Hide the groups of warehouses while there are no warehouses: without Odoo's Inventory."""
        hidden = super()._load_menus_blacklist()
        if 'stock.warehouse' not in self.env:
            hidden.append(self.env.ref('dealflow.menu_configuration_warehouse_groups').id)
        return hidden
