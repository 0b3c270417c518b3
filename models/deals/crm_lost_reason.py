from odoo import api, models


class CrmLostReason(models.Model):
    """Why opportunities and deals were lost; what was lost for a reason keeps it, and is named (rule 7)."""

    _name = 'crm.lost.reason'
    _inherit = ['crm.lost.reason', 'dealflow.derived.values.mixin']

    @api.model
    def _dealflow_get_restricting_fields(self):
        # Of Odoo's opportunities the database would tell in its own words.
        return [*super()._dealflow_get_restricting_fields(), self.env['crm.lead']._fields['lost_reason_id']]
