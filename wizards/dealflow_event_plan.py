from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.public_methods import public_method


class DealflowEventPlan(models.TransientModel):
    """Plans the same event for several partners, opportunities or deals (X41)."""

    _name = 'dealflow.event.plan'
    _description = "Plan Events"

    event_type_id = fields.Many2one(
        'dealflow.event.type',
        string="Type",
        required=True,
        default=lambda self: self.env['dealflow.event.type']._get_planned_type(),
    )
    name = fields.Char(string="Subject")
    start = fields.Datetime(required=True, default=lambda self: self.env['calendar.event']._default_start())
    duration = fields.Float(required=True, default=lambda self: self.env['calendar.event'].get_default_duration())
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    document_count = fields.Integer(compute='_compute_document_count')

    def _compute_document_count(self):
        self.document_count = len(self.env.context.get('active_ids', []))

    @public_method(one=True, once=True)
    def action_apply(self):
        context = self.env.context
        documents = self.env.get(context.get('active_model'), self.env['dealflow.deal'])
        if not context.get('active_ids') or not hasattr(documents, '_dealflow_get_event_field'):
            raise UserError(self.env._("Choose the partners, opportunities or deals first, then plan their events."))
        documents = documents.browse(context['active_ids'])
        self.env['calendar.event'].create(
            [
                {
                    **document._dealflow_get_event_values(),
                    'event_type_id': self.event_type_id.id,
                    'name': self.name,
                    'start': self.start,
                    'stop': fields.Datetime.add(self.start, hours=self.duration),
                    'user_id': self.user_id.id,
                }
                for document in documents
            ]
        )
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}
