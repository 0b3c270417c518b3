from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_check_move_comments = fields.Boolean(related='company_id.dealflow_check_move_comments', readonly=False)
    dealflow_shop_funnel_id = fields.Many2one(
        related='company_id.dealflow_shop_funnel_id',
        readonly=False,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    dealflow_has_shop = fields.Boolean(compute='_compute_dealflow_has_shop', export_string_translation=False)

    def _compute_dealflow_has_shop(self):
        """Check whether Odoo's eCommerce is installed: it adds a website to orders."""
        self.dealflow_has_shop = 'website_id' in self.env['sale.order']._fields
