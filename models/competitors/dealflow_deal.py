from odoo import api, fields, models
from odoo.fields import Command


class DealflowDeal(models.Model):
    """The competitors on a deal, and the one that it was lost to (C65).

    A copy and a repeat sale start without competitors. The new part of a split deal takes over those that are still in
    the race, without their prices, which were for the whole deal.
    """

    _inherit = 'dealflow.deal'
    _part_models = ('dealflow.deal.competitor',)

    lost_competitor_id = fields.Many2one(
        'dealflow.competitor',
        string="Lost To",
        index='btree_not_null',
        copy=False,
        check_company=True,
        ondelete='restrict',
    )
    competitor_ids = fields.One2many('dealflow.deal.competitor', 'deal_id', string="Competitors", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        deals = super().create(vals_list)
        deals._add_lost_competitor()
        return deals

    def write(self, vals):
        result = super().write(vals)
        if vals.get('lost_competitor_id'):
            self._add_lost_competitor()
        return result

    def _add_lost_competitor(self):
        """Make sure that the competitor a deal was lost to is among its competitors, however the loss was recorded."""
        competitors = self.env['dealflow.deal.competitor']
        competitors.create(
            [
                {'deal_id': deal.id, 'competitor_id': deal.lost_competitor_id.id}
                for deal in self
                if deal.lost_competitor_id and deal.lost_competitor_id not in deal.competitor_ids.competitor_id
            ]
        )

    def _prepare_log_row(self, before, after, **values):
        row = super()._prepare_log_row(before, after, **values)
        row['competitor_id'] = self.lost_competitor_id.id or None if after['state'] == 'lost' else None
        return row

    def _set_winning_price(self, price):
        """Set the price, in the currency of each deal, at which the competitor won."""
        self.competitor_ids.filtered(lambda competitor: competitor.outcome == 'winner').price = price

    def _split(self, lines):
        successor = super()._split(lines)
        successor.competitor_ids = [
            Command.create({'competitor_id': competitor.competitor_id.id, 'strengths': competitor.strengths})
            for competitor in self.competitor_ids
            if not competitor.has_withdrawn
        ]
        return successor
