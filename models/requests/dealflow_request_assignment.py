from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models


class DealflowRequestAssignment(models.Model):
    """To whom a request went, by which rule and why; append-only."""

    _name = 'dealflow.request.assignment'
    _description = "Log of Routing"
    _inherit = ['dealflow.log.mixin', 'dealflow.reference.mixin']
    _order = 'date desc, id desc'
    _rec_name = 'reason'

    lead_id = fields.Many2one('crm.lead', string="Opportunity", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True, ondelete='restrict')
    date = fields.Datetime(required=True)
    kind = fields.Selection(
        [
            ('rule', "By a Rule"),
            ('owner', "Salesperson of the Client"),
            ('next', "Went On"),
            ('hand', "Distributed by Hand"),
        ],
        required=True,
    )
    route_id = fields.Many2one('dealflow.request.route', string="Rule", index='btree_not_null', ondelete='restrict')
    user_from_id = fields.Many2one(
        'res.users', string="Salesperson Before", index='btree_not_null', ondelete='restrict'
    )
    user_id = fields.Many2one('res.users', string="Salesperson", required=True, index=True, ondelete='restrict')
    turn_user_id = fields.Many2one(
        'res.users',
        string="Whose Turn",
        index='btree_not_null',
        ondelete='restrict',
        help="Who stood in the rule; somebody else gets it when they stand in for them.",
    )
    reason = fields.Text(required=True)

    _route_date_idx = models.Index('(route_id, date) WHERE route_id IS NOT NULL')

    @api.model
    def _count_today(self, route):
        """Return how many requests everybody got by a rule on this day of the company, by the id of the user.

        :rtype: dict[int, int]
        """
        zone = timezone(route.company_id._dealflow_get_tz())
        midnight = zone.localize(datetime.combine(route.company_id._dealflow_get_today(), time.min))
        # sudo - dealflow.request.assignment: the limit of a day counts whoever routes.
        counts = self.sudo()._read_group(
            [
                ('route_id', '=', route.id),
                ('turn_user_id', '!=', False),
                ('date', '>=', midnight.astimezone(utc).replace(tzinfo=None)),
            ],
            ['turn_user_id'],
            ['__count'],
        )
        return {user.id: count for user, count in counts}
