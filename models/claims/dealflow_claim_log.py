from odoo import fields, models


class DealflowClaimLog(models.Model):
    """Log of a claim: who put it into which state, when, and how long it was in the previous one (B48)."""

    _name = 'dealflow.claim.log'
    _description = "Claim Log"
    _inherit = 'dealflow.log.mixin'
    _order = 'date desc, id desc'
    _rec_name = 'claim_id'

    claim_id = fields.Many2one('dealflow.claim', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Datetime(required=True)
    user_id = fields.Many2one('res.users', string="By", required=True, ondelete='restrict')
    state_from = fields.Selection(selection='_selection_state')
    state_to = fields.Selection(selection='_selection_state', required=True)
    hours = fields.Float(string="Hours Before", help="How long the claim was in the state before, nights included.")

    def _selection_state(self):
        return self.env['dealflow.claim']._fields['state']._description_selection(self.env)
