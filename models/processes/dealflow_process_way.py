from odoo import fields, models


class DealflowProcessWay(models.Model):
    """One of the answers to a decision, and the step that it leads to (E62)."""

    _name = 'dealflow.process.way'
    _description = "Way of a Decision"
    _inherit = ['dealflow.process.part.mixin', 'dealflow.derived.mixin']
    _order = 'sequence, id'

    step_id = fields.Many2one('dealflow.process.step', required=True, index=True, ondelete='cascade')
    template_id = fields.Many2one(related='step_id.template_id')
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Answer", required=True, translate=True)
    next_id = fields.Many2one(
        'dealflow.process.step',
        string="Then Go To",
        ondelete='set null',
        index='btree_not_null',
        domain="[('template_id', '=', template_id), ('id', '!=', step_id)]",
        help="Empty: the following step.",
    )
