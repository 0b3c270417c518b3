from odoo import models


class CrmLead(models.Model):
    """Processes of an opportunity (E63, E64)."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'dealflow.process.card.mixin']

    def _merge_dependences(self, opportunities):
        """Move the processes to the remaining opportunity; of two that run alike, its own goes on."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.process: whoever may merge the opportunities merges all that hangs on them.
        processes_sudo = self.env['dealflow.process'].sudo()
        moved = processes_sudo.search([('lead_id', 'in', opportunities.ids), ('lead_id', '!=', self.id)], order='id')
        for process in moved:
            same = [('lead_id', '=', self.id), ('template_id', '=', process.template_id.id), ('state', '=', 'running')]
            if process.state == 'running' and processes_sudo.search_count(same, limit=1):
                process._cancel()
            process.lead_id = self.id
