from odoo import fields, models


class DealflowStageRequirement(models.Model):
    """A visit that must have taken place."""

    _inherit = 'dealflow.stage.requirement'

    kind = fields.Selection(
        selection_add=[('site_visit', "Somebody was at the client's")], ondelete={'site_visit': 'cascade'}
    )

    def _describe_site_visit(self):
        return self.env._("Somebody was at the client's")

    def _filter_site_visit(self, deals):
        """Return the deals that meet the requirement, asked once for all of them."""
        # sudo - dealflow.site.visit: the visit counts whoever moves the deal.
        visits = self.env['dealflow.site.visit'].sudo()._read_group([('deal_id', 'in', deals.ids)], ['deal_id'])
        visited_ids = {deal.id for [deal] in visits}
        return deals.filtered(lambda deal: deal.id in visited_ids)

    def _action_site_visit(self, deal):
        """Lead from the card of the deal to where the requirement is met."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Site Visits"),
            'res_model': 'dealflow.site.visit',
            'views': [[False, 'list'], [False, 'form']],
            'domain': [('deal_id', '=', deal.id)],
            'context': {'default_deal_id': deal.id},
        }
