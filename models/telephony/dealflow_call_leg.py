from odoo import api, fields, models
from odoo.tools import SQL


class DealflowCallLeg(models.Model):
    """What one phone of ours did in a call: it called, rang, its person declined, or talked with the outside (C56).

    The talks in their order are the transfers of the call.
    """

    _name = 'dealflow.call.leg'
    _description = "Employee in a Call"
    _inherit = 'dealflow.log.mixin'
    _order = 'call_id desc, id'
    _rec_name = 'extension'

    call_id = fields.Many2one('dealflow.call', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='cascade')
    kind = fields.Selection(
        [
            ('called', "Called"),
            ('rang', "Rang"),
            ('declined', "Declined"),
            ('talked', "Talked"),
        ],
        required=True,
        readonly=True,
    )
    extension = fields.Char(readonly=True, help="Empty for somebody outside to whom the call was passed on.")
    user_id = fields.Many2one('res.users', string="Employee", readonly=True, index='btree_not_null')
    date = fields.Datetime(string="From", readonly=True)
    seconds = fields.Integer(readonly=True, help="How long they talked.")

    @api.model
    def _delete_of_calls(self, calls):
        """Delete the rows of calls that are kept no longer: the numbers in them are personal data."""
        legs = self.search([('call_id', 'in', calls.ids)])
        if legs:
            self.env.cr.execute(SQL("DELETE FROM dealflow_call_leg WHERE id IN %s", tuple(legs.ids)))
            self.env.invalidate_all(flush=False)
