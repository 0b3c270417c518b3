from odoo import models


class ResUsers(models.Model):
    """Whoever archives a person is asked who gets the filters that the person shares (E54)."""

    _inherit = 'res.users'

    def action_archive(self):
        result = super().action_archive()
        handovers = self.env['dealflow.sharing.handover']
        if not result and handovers.has_access('create') and any(map(handovers._find_shared, self)):
            action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_sharing_handover_action')
            return {**action, 'context': {'active_model': 'res.users', 'active_ids': self.ids}}
        return result
