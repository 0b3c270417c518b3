from odoo import fields, models


class DealflowPartnerHandoverLine(models.TransientModel):
    """One of several users among whom clients are divided, and their share (X13)."""

    _name = 'dealflow.partner.handover.line'
    _description = "Receiver of Clients"

    handover_id = fields.Many2one('dealflow.partner.handover', required=True, ondelete='cascade', index=True)
    user_id = fields.Many2one(
        'res.users',
        string="New Salesperson",
        required=True,
        ondelete='cascade',
        domain=lambda self: self.env['dealflow.partner.handover']._get_receiver_domain(),
    )
    share = fields.Integer(
        default=1, help="1 and 1 divide the clients in halves; 2 and 1 give the first twice as many as the second."
    )

    _check_share = models.Constraint('CHECK (share >= 0)', "A share cannot be negative.")
