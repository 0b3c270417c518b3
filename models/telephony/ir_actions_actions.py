from odoo import api, models

ROUND_ACTIONS = ('dealflow_call_round_action_from_partners', 'dealflow_call_round_action_from_leads')


class IrActionsActions(models.Model):
    """Without a telephony no calling round is offered (C02)."""

    _inherit = 'ir.actions.actions'

    @api.model
    def get_bindings(self, model_name):
        bindings = super().get_bindings(model_name)
        if not bindings.get('action') or self.env.user.has_group('dealflow.group_telephony'):
            return bindings
        hidden = {
            self.env['ir.model.data']._xmlid_to_res_id(f'dealflow.{name}', raise_if_not_found=False)
            for name in ROUND_ACTIONS
        }
        return {**bindings, 'action': [action for action in bindings['action'] if action['id'] not in hidden]}
