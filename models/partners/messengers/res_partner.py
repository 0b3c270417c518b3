from odoo import fields, models


class ResPartner(models.Model):
    """Messengers of a contact (B42)."""

    _inherit = 'res.partner'

    dealflow_messenger_ids = fields.One2many(
        'dealflow.messenger', 'partner_id', string="Messengers", groups='base.group_user'
    )
