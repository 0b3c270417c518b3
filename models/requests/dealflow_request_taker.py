from odoo import api, fields, models


class DealflowRequestTaker(models.Model):
    """Somebody who gets requests by a rule, with their share and their limit."""

    _name = 'dealflow.request.taker'
    _description = "Person of a Routing Rule"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'
    _rec_name = 'user_id'

    route_id = fields.Many2one('dealflow.request.route', string="Rule", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='route_id.company_id')
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        'res.users',
        string="Person",
        required=True,
        index=True,
        ondelete='cascade',
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    share = fields.Integer(
        default=1, help="Of 50, 30 and 20 the first one gets every second request. They need not add up to 100."
    )
    limit_per_day = fields.Integer(string="At Most a Day", help="0 means no limit.")

    _user_unique = models.UniqueIndex(
        '(route_id, user_id)', "A person stands in a routing rule once. Change the share in the line there is."
    )
    _check_share = models.Constraint('CHECK (share > 0)', "A share is 1 or more. Remove who shall get nothing.")
    _check_limit = models.Constraint(
        'CHECK (limit_per_day >= 0)', "The limit of a day cannot be negative. 0 means no limit."
    )

    @api.model_create_multi
    def create(self, vals_list):
        takers = super().create(vals_list)
        takers.route_id._begin_turns_anew()
        return takers

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {'user_id', 'share'}:
            self.route_id._begin_turns_anew()
        return result

    def unlink(self):
        routes = self.route_id
        result = super().unlink()
        routes.exists()._begin_turns_anew()
        return result
