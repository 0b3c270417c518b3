from odoo import models
from odoo.fields import Domain

from ....tools.public_methods import public_method


class ProductTemplate(models.Model):
    """Minimum prices of a product and its variants, opened from its card."""

    _inherit = 'product.template'

    @public_method(one=True)
    def action_dealflow_view_minimum_prices(self):
        return self.with_context(
            default_applied_on='product', default_product_tmpl_id=self.id
        )._dealflow_view_minimum_prices(self.with_context(active_test=False).product_variant_ids)

    def _dealflow_view_minimum_prices(self, variants):
        """Return the action that lists the rules of the product and of these variants, in force or not."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_minimum_price_action')
        action['domain'] = list(Domain('product_tmpl_id', '=', self.id) | Domain('product_id', 'in', variants.ids))
        action['context'] = {
            key: value for key, value in self.env.context.items() if key.startswith('default_') and value
        }
        return action
