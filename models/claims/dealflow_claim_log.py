from odoo import api, fields, models
from odoo.exceptions import UserError

# Only code of this module can hold the very object, so no client can pass it in a context.
LEDGER_KEY = object()


class DealflowClaimLog(models.Model):
    """Append-only history of a claim: who put it into which state, when, and how long it was in the one before (B48).

    Nobody writes or deletes rows; :meth:`_append` is the only way in.
    """

    _name = 'dealflow.claim.log'
    _description = "Claim History"
    _inherit = 'dealflow.derived.mixin'
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

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get('dealflow_ledger_key') is not LEDGER_KEY:
            raise UserError(self.env._(
                "The history of a claim is written by the system only. Change the claim, and the change is recorded.",
            ))
        return super().create(vals_list)

    # pylint: disable=method-required-super; a row is never written again, so nothing is passed on
    def write(self, vals):
        raise UserError(self.env._("The history of a claim cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self:
            raise UserError(self.env._("The history of a claim cannot be deleted."))

    @api.model
    def _append(self, vals_list):
        # sudo - dealflow.claim.log: nobody has the right to create rows by himself.
        self.sudo().with_context(dealflow_ledger_key=LEDGER_KEY).create(vals_list)
