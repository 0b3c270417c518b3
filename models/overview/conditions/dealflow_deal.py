from odoo import api, fields, models


class DealflowDeal(models.Model):
    """What conditions may ask of a deal beyond its fields (C32)."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.quiet.mixin']

    days_since_event = fields.Integer(
        string="Days since the Last Event",
        compute='_compute_days_since_event',
        search='_search_dealflow_days_since_event',
        help="Without an event, since the creation.",
    )

    @api.depends('create_date')
    def _compute_days_since_event(self):
        days = self._dealflow_get_days_since_event()
        for deal in self:
            deal.days_since_event = days.get(deal._origin.id, 0)

    def _dealflow_get_event_links(self):
        return ('deal_id',)
