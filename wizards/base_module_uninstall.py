from odoo import api, fields, models


class BaseModuleUninstall(models.TransientModel):
    """Lists all data that goes with Dealflow, of which Odoo's dialog names little, and offers a copy."""

    _inherit = 'base.module.uninstall'

    dealflow_losses = fields.Html(
        string="What Is Deleted with Dealflow", compute='_compute_dealflow_losses', sanitize=False, readonly=True
    )

    @api.depends('module_ids')
    def _compute_dealflow_losses(self):
        for wizard in self:
            wizard.dealflow_losses = 'dealflow' in wizard._get_modules().mapped('name') and self.env['ir.qweb']._render(
                'dealflow.removal_losses', {'losses': self.env['dealflow.removal']._get_losses()}
            )
