from odoo import api, fields, models
from odoo.exceptions import UserError


class DealflowDealCompetitor(models.Model):
    """A competitor on a deal: its price, its strengths and the outcome (B51, C65).

    The outcome follows from the deal, so that figures about competitors and about deals agree. The competitor that a
    deal was lost to cannot be removed as long as the deal says so.
    """

    _name = 'dealflow.deal.competitor'
    _description = "Competitor on a Deal"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin']
    _order = 'deal_id, id'
    _rec_name = 'competitor_id'
    _check_company_auto = True

    deal_id = fields.Many2one('dealflow.deal', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='deal_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='deal_id.currency_id')
    competitor_id = fields.Many2one(
        'dealflow.competitor',
        required=True,
        index=True,
        check_company=True,
        ondelete='restrict',
    )
    price = fields.Monetary(
        string="Their Price",
        aggregator=None,
        help="In the currency of the deal. 0 means that it is not known.",
    )
    price_gap = fields.Float(
        string="We Are Dearer By (%)",
        compute='_compute_price_gap',
        digits=(16, 1),
        help="Our amount less their price, in per cent of their price. Negative means that we are cheaper.",
    )
    strengths = fields.Text(help="What the client likes about this competitor in this deal.")
    has_withdrawn = fields.Boolean(string="Withdrew", help="The competitor gave up before the client decided.")
    outcome = fields.Selection(
        [
            ('present', "In the race"),
            ('withdrawn', "Withdrew"),
            ('beaten', "We won"),
            ('winner', "Took the deal"),
            ('also_lost', "Lost too"),
        ],
        compute='_compute_outcome',
        store=True,
        precompute=True,
        copy=False,
    )

    # Shown beside the competitor in lists of several deals
    business_partner_id = fields.Many2one(related='deal_id.business_partner_id')
    user_id = fields.Many2one(related='deal_id.user_id')
    amount = fields.Monetary(related='deal_id.amount', string="Our Amount")
    closed_on = fields.Date(related='deal_id.closed_on')
    lost_reason_id = fields.Many2one(related='deal_id.lost_reason_id')

    _deal_competitor_uniq = models.UniqueIndex(
        '(deal_id, competitor_id)',
        "The competitor is on the deal already. Change the existing row.",
    )
    _check_price = models.Constraint('CHECK (price >= 0)', "The price of a competitor cannot be negative.")

    @api.depends('price', 'deal_id.amount')
    def _compute_price_gap(self):
        for competitor in self:
            competitor.price_gap = (
                100 * (competitor.deal_id.amount - competitor.price) / competitor.price if competitor.price else 0.0
            )

    @api.depends('has_withdrawn', 'competitor_id', 'deal_id.state', 'deal_id.lost_competitor_id')
    def _compute_outcome(self):
        for competitor in self:
            competitor.outcome = competitor._get_outcome()

    def _get_outcome(self):
        self.ensure_one()
        deal = self.deal_id
        if deal.state == 'lost' and deal.lost_competitor_id == self.competitor_id:
            return 'winner'
        if self.has_withdrawn:
            return 'withdrawn'
        return {'won': 'beaten', 'lost': 'also_lost'}.get(deal.state, 'present')

    def write(self, vals):
        # Record rules check the previous deal, so a row could be moved to a deal of another user.
        if any(competitor.deal_id.id != vals.get('deal_id', competitor.deal_id.id) for competitor in self):
            raise UserError(self.env._("A competitor stays on its deal. Add it to the other deal instead."))
        if 'competitor_id' in vals:
            for competitor in self:
                if competitor.outcome == 'winner' and competitor.competitor_id.id != vals['competitor_id']:
                    raise UserError(self._get_lost_to_message(competitor.deal_id))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_winner(self):
        for competitor in self:
            if competitor.outcome == 'winner':
                raise UserError(self._get_lost_to_message(competitor.deal_id))

    def _get_lost_to_message(self, deal):
        return self.env._(
            "The deal %(deal)s was lost to %(competitor)s, which therefore stays among its competitors. Reopen the "
            "deal and mark it as lost again, to the right competitor.",
            deal=deal.name,
            competitor=deal.lost_competitor_id.name,
        )
