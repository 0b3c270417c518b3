from odoo import models

from ...tools.public_methods import public_method


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @public_method(one=True)
    def action_dealflow_view_deals(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        action['domain'] = ['|', ('business_partner_id', '=', self.id), ('legal_entity_id', '=', self.id)]
        action['context'] = {
            'default_business_partner_id': self._dealflow_get_business_partner().id,
            'default_legal_entity_id': self._dealflow_get_default_legal_entity().id,
        }
        return action
