from odoo import models

from ...tools.public_methods import public_method


class CrmLead(models.Model):
    _inherit = 'crm.lead'

    @public_method()
    def action_dealflow_call_round(self):
        """Make a calling round of the contacts of opportunities.

        :return: the action that opens the round
        :raise UserError: none of them has a contact with a number
        """
        opportunities = {}
        for lead in self:
            opportunities.setdefault(lead.partner_id, lead)
        return self.env['dealflow.call.round']._make(self.partner_id, opportunities)
