from odoo import fields, models


class DealflowRequestTurn(models.Model):
    """What is owed to somebody by a rule; kept by code alone, see ``dealflow.request.route._take_turn``."""

    _name = 'dealflow.request.turn'
    _description = "Turn in a Routing Rule"
    _inherit = 'dealflow.derived.mixin'
    _order = 'route_id, id'
    _rec_name = 'user_id'

    route_id = fields.Many2one('dealflow.request.route', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='route_id.company_id')
    user_id = fields.Many2one('res.users', required=True, index=True, ondelete='cascade')
    credit = fields.Integer(readonly=True)
    given = fields.Integer(readonly=True)

    _user_unique = models.UniqueIndex('(route_id, user_id)')
