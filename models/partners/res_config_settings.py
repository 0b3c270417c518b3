from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    group_dealflow_separate_partners = fields.Boolean(
        string="Keep partners and legal entities independently", implied_group='dealflow.group_separate_partners'
    )
    dealflow_four_eyes = fields.Boolean(related='company_id.dealflow_four_eyes', readonly=False)
    dealflow_gate_order = fields.Selection(related='company_id.dealflow_gate_order', readonly=False, required=True)
    dealflow_gate_invoice = fields.Selection(related='company_id.dealflow_gate_invoice', readonly=False, required=True)
    dealflow_gate_contract = fields.Selection(
        related='company_id.dealflow_gate_contract', readonly=False, required=True
    )
    dealflow_gate_stage = fields.Selection(related='company_id.dealflow_gate_stage', readonly=False, required=True)
    dealflow_contract_reminder_days = fields.Integer(
        related='company_id.dealflow_contract_reminder_days', readonly=False
    )

    @api.onchange('group_dealflow_separate_partners')
    def _onchange_group_dealflow_separate_partners(self):
        """Explain what the switch does before it is saved (C96)."""
        if self.group_dealflow_separate_partners == self.env.user.has_group('dealflow.group_separate_partners'):
            return None
        if self.group_dealflow_separate_partners:
            message = self.env._(
                "Deals, orders and invoices will show two fields: the partner whom you work with, and the legal entity "
                "that stands on the papers. Every company goes on as its own partner and its own legal entity until "
                "you link it to a partner. Decide with your accountants and try it on a copy of the database: people "
                "have to learn the second field. Switching back loses nothing."
            )
        else:
            message = self.env._(
                "Orders and invoices will show one field again, the customer, as Odoo has it. The links between "
                "partners and legal entities, and the partners of existing documents, are kept."
            )
        return {'warning': {'title': self.env._("Before you save"), 'message': message}}
