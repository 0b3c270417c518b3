from odoo import models


class IrUiMenu(models.Model):
    """The workplace takes the place of the start page for reps."""

    _inherit = 'ir.ui.menu'

    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        if self.env.user._dealflow_is_rep():
            hidden.append(self.env.ref('dealflow.menu_start').id)
        return hidden
