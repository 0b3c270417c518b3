from odoo import fields, models


class CrmLeadLost(models.TransientModel):
    _inherit = 'crm.lead.lost'

    lost_reason_id = fields.Many2one(required=True)
