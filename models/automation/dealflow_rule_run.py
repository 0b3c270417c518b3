from odoo import fields, models

from ...tools.public_methods import public_method


class DealflowRuleRun(models.Model):
    """One thing that a rule has done to one record, or tried to: append-only (C33)."""

    _name = 'dealflow.rule.run'
    _description = "Run of a Rule"
    _inherit = 'dealflow.log.mixin'
    _order = 'id desc'
    _rec_name = 'record_name'

    rule_id = fields.Many2one('dealflow.rule', required=True, index=True, ondelete='restrict', readonly=True)
    date = fields.Datetime(required=True, index=True, readonly=True)
    company_id = fields.Many2one('res.company', index='btree_not_null', readonly=True)
    res_model = fields.Char(string="Model of the Record", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Id of the Record", model_field='res_model', index=True, readonly=True)
    record_name = fields.Char(string="Record", readonly=True)
    outcome = fields.Selection([('done', "Done"), ('failed', "Failed")], required=True, readonly=True)
    deeds = fields.Text(string="What Was Done", readonly=True)
    error = fields.Text(readonly=True)
    owner_id = fields.Many2one('res.users', string="Acted As", readonly=True, ondelete='restrict')
    causer_id = fields.Many2one(
        'res.users',
        string="Caused By",
        readonly=True,
        ondelete='restrict',
        help="Whose change set off the rule. Empty: a date or the time that went by.",
    )
    causing_rule_id = fields.Many2one('dealflow.rule', string="Caused by the Rule", readonly=True, ondelete='restrict')
    occasion = fields.Char(readonly=True, help="The day that the rule waited for.")

    _occasion_idx = models.Index('(rule_id, res_id, occasion)')

    @public_method(one=True)
    def action_open_record(self):
        """Return the action that opens the record of the one run."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'views': [(False, 'form')],
        }
