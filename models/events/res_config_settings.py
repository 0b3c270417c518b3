from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_event_remind = fields.Boolean(related='company_id.dealflow_event_remind', readonly=False)
