from odoo import api, models


class CrmLostReason(models.Model):
    """A lost reason in use cannot be deleted; the message names the records that use it (rule 7)."""

    _name = 'crm.lost.reason'
    _inherit = ['crm.lost.reason', 'dealflow.derived.values.mixin']

    @api.model
    def _dealflow_get_restricting_fields(self):
        # For Odoo's opportunities the user would get the raw database error.
        return [*super()._dealflow_get_restricting_fields(), self.env['crm.lead']._fields['lost_reason_id']]
