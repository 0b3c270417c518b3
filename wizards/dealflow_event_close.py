from odoo import api, fields, models

from ..tools.public_methods import public_method


class DealflowEventClose(models.TransientModel):
    """Asks for the result of an event, the effort, and the next event (P31, P32, B04)."""

    _name = 'dealflow.event.close'
    _description = "Finish an Event"
    _inherit = 'dealflow.reference.mixin'

    event_id = fields.Many2one('calendar.event', required=True, ondelete='cascade')
    event_name = fields.Char(compute='_compute_event_name')
    event_type_id = fields.Many2one(related='event_id.event_type_id')
    is_meeting = fields.Boolean(related='event_id.dealflow_is_meeting')
    prompt = fields.Char(related='event_id.dealflow_event_prompt')
    event_status_id = fields.Many2one(
        'dealflow.event.status',
        string="Status",
        required=True,
        compute='_compute_from_event',
        store=True,
        readonly=False,
        domain="[('type_ids', 'in', event_type_id), ('is_closed', '=', True)]",
    )
    is_done = fields.Boolean(related='event_status_id.is_done')
    result = fields.Text(compute='_compute_from_event', store=True, readonly=False)
    next_step = fields.Char(compute='_compute_from_event', store=True, readonly=False)
    work_hours = fields.Float(
        string="Working Time",
        compute='_compute_from_event',
        store=True,
        readonly=False,
        help="Hours that the event took, including preparation.",
    )
    distance_km = fields.Float(string="Distance (km)", compute='_compute_from_event', store=True, readonly=False)

    plan_next = fields.Boolean(string="Plan the next event", default=True)
    next_type_id = fields.Many2one(
        'dealflow.event.type', string="Next Event", compute='_compute_next_event', store=True, readonly=False
    )
    next_name = fields.Char(string="Next Subject", compute='_compute_next_event', store=True, readonly=False)
    next_start = fields.Datetime(string="When", compute='_compute_next_event', store=True, readonly=False)
    next_duration = fields.Float(default=lambda self: self.env['calendar.event'].get_default_duration())
    next_user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        compute='_compute_next_event',
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )

    @api.depends('event_id')
    def _compute_event_name(self):
        """Show the event and its client, because from the start page one event is finished after another."""
        for wizard in self:
            event = wizard.event_id
            wizard.event_name = ", ".join(filter(None, [event.name, event.business_partner_id.display_name]))

    @api.depends('event_id')
    def _compute_from_event(self):
        for wizard in self:
            event = wizard.event_id
            statuses = event.event_type_id.status_ids.filtered(lambda status: status.active and status.is_closed)
            present = event.event_status_id & statuses
            wizard.event_status_id = present or statuses.filtered('is_done')[:1] or statuses[:1]
            wizard.result = event.result
            wizard.next_step = event.next_step
            wizard.work_hours = event.work_hours or event.duration
            wizard.distance_km = event.distance_km

    @api.depends('event_id', 'next_step')
    def _compute_next_event(self):
        for wizard in self:
            event = wizard.event_id
            wizard.next_type_id = wizard.next_type_id or event.event_type_id
            wizard.next_name = wizard.next_step or wizard.next_name or event.name
            wizard.next_start = wizard.next_start or self.env['calendar.event']._dealflow_get_next_step_start()
            wizard.next_user_id = wizard.next_user_id or event.user_id or self.env.user

    @public_method(one=True, once=True)
    def action_apply(self):
        """Finish the event and plan the next one; either both happen or neither."""
        self.event_id.write(self._prepare_closing_values())
        if self.plan_next:
            self.env['calendar.event'].create(self._prepare_next_event_values())
        if self.env.context.get('dealflow_go_back'):
            return {'type': 'ir.actions.client', 'tag': 'dealflow.go_back'}
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}

    def _prepare_closing_values(self):
        return {
            'event_status_id': self.event_status_id.id,
            'result': self.result,
            'next_step': self.next_step,
            'work_hours': self.work_hours,
            'distance_km': self.distance_km if self.is_meeting else 0,
        }

    def _prepare_next_event_values(self):
        return {
            **self.event_id._dealflow_get_same_client_values(),
            'event_type_id': self.next_type_id.id,
            'name': self.next_name,
            'start': self.next_start,
            'stop': fields.Datetime.add(self.next_start, hours=self.next_duration),
            'user_id': self.next_user_id.id,
        }
