from odoo import fields, models


class DealflowCardLog(models.Model):
    """Append-only log of cards: who arranged what, and when (E12)."""

    _name = 'dealflow.card.log'
    _description = "Card Log"
    _inherit = 'dealflow.log.mixin'
    _order = 'date desc, id desc'
    _rec_name = 'summary'

    arrangement_id = fields.Many2one('dealflow.card.arrangement', required=True, index=True, ondelete='cascade')
    date = fields.Datetime(required=True)
    user_id = fields.Many2one('res.users', string="By", required=True, index=True, ondelete='restrict')
    kind = fields.Selection(
        [
            ('arrange', "Arranged"),
            ('reset', "Back to what is shipped"),
            ('add_field', "Field added"),
            ('delete_field', "Field deleted"),
            ('refit', "Changes switched off"),
        ],
        required=True,
    )
    summary = fields.Text()
