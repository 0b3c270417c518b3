from odoo import fields, models


class DealflowRequestDistributeLine(models.TransientModel):
    """One of the people among whom opportunities are divided, and their share."""

    _name = 'dealflow.request.distribute.line'
    _description = "Receiver of Opportunities"

    distribute_id = fields.Many2one('dealflow.request.distribute', required=True, ondelete='cascade', index=True)
    user_id = fields.Many2one(
        'res.users',
        string="Person",
        required=True,
        ondelete='cascade',
        domain=lambda self: self.env['dealflow.partner.handover']._get_receiver_domain(),
    )
    share = fields.Integer(default=1, help="Of 50, 30 and 20 the first one gets every second opportunity.")

    _check_share = models.Constraint('CHECK (share >= 0)', "A share cannot be negative. 0 gets nothing.")
