from odoo import fields, models


class DealflowStageRequirement(models.Model):
    """A visit as evidence."""

    _inherit = 'dealflow.stage.requirement'

    kind = fields.Selection(
        selection_add=[('site_visit', "Somebody was at the client's")], ondelete={'site_visit': 'cascade'}
    )

    def _describe(self):
        if self.kind == 'site_visit':
            return self.env._("Somebody was at the client's")
        return super()._describe()

    def _filter_site_visit(self, deals):
        """Return the deals that show the evidence, asked once for all of them."""
        # sudo - dealflow.site.visit: the visit counts whoever moves the deal.
        visits = self.env['dealflow.site.visit'].sudo()._read_group([('deal_id', 'in', deals.ids)], ['deal_id'])
        visited_ids = {deal.id for [deal] in visits}
        return deals.filtered(lambda deal: deal.id in visited_ids)

    def _get_action(self, deal):
        """Lead from the card of the deal to where the evidence is brought."""
        if self.kind != 'site_visit':
            return super()._get_action(deal)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Site Visits"),
            'res_model': 'dealflow.site.visit',
            'views': [[False, 'list'], [False, 'form']],
            'domain': [('deal_id', '=', deal.id)],
            'context': {'default_deal_id': deal.id},
        }
