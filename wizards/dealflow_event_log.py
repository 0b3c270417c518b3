from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..tools.public_methods import public_method

# Fields of a call that are taken from its document; the client and the contact follow from «Who».
DOCUMENT_FIELDS = ('legal_entity_id', 'deal_id', 'opportunity_id', 'claim_id')


class DealflowEventLog(models.TransientModel):
    """Logs a call that has just happened: with whom, its result and the next step (B04, B26, P29)."""

    _name = 'dealflow.event.log'
    _description = "Log a Call"
    _inherit = 'dealflow.reference.mixin'

    # Whoever logs a call of an opportunity without a contact has nobody to name.
    partner_id = fields.Many2one(
        'res.partner', string="Who", ondelete='cascade', domain="[('partner_share', '=', True)]"
    )
    phone = fields.Char(compute='_compute_phone')
    # Given where somebody is called for a client that is not their own company.
    client_id = fields.Many2one('res.partner', ondelete='cascade')
    legal_entity_id = fields.Many2one('res.partner', ondelete='cascade')
    deal_id = fields.Many2one('dealflow.deal', ondelete='cascade')
    opportunity_id = fields.Many2one('crm.lead', ondelete='cascade')
    claim_id = fields.Many2one('dealflow.claim', ondelete='cascade')
    call_id = fields.Many2one('dealflow.call', ondelete='cascade', help="The call of the telephony that is logged.")
    event_type_id = fields.Many2one(
        'dealflow.event.type',
        string="Kind",
        required=True,
        domain="[('is_call', '=', True)]",
        default=lambda self: self._default_event_type_id(),
    )
    prompt = fields.Char(related='event_type_id.prompt')
    event_status_id = fields.Many2one(
        'dealflow.event.status',
        string="Status",
        required=True,
        compute='_compute_event_status_id',
        store=True,
        readonly=False,
        precompute=True,
        # A call of the telephony took place: it was not missed.
        domain="""[
            ('type_ids', 'in', event_type_id), ('is_closed', '=', True), ('is_done', 'in', [True, not not call_id])
        ]""",
    )
    is_done = fields.Boolean(related='event_status_id.is_done')
    duration = fields.Float(default=5 / 60, help="How long the call took. It ended just now.")
    result = fields.Text()
    next_step = fields.Char()
    next_start = fields.Datetime(
        string="When",
        compute='_compute_next_start',
        store=True,
        readonly=False,
        help="The next step is planned for then. Leave it empty to note the step only.",
    )

    _check_duration = models.Constraint(
        'CHECK (duration >= 0 AND duration <= 24)', "A call lasts from 0 to 24 hours. Correct its duration."
    )

    @api.model
    def default_get(self, fields):
        """A call of the telephony took as many minutes as have begun."""
        values = super().default_get(fields)
        if values.get('call_id') and 'duration' in values:
            values['duration'] = ceil(self.env['dealflow.call'].browse(values['call_id']).talk_seconds / 60) / 60
        return values

    @api.depends('partner_id', 'call_id')
    def _compute_phone(self):
        for wizard in self:
            wizard.phone = wizard.call_id.number or wizard.partner_id.phone

    @api.model
    def _default_event_type_id(self):
        types = self.env['dealflow.event.type'].search([('is_call', '=', True)])
        return types.filtered(lambda event_type: not event_type._get_default_status().is_closed)[:1] or types[:1]

    @api.depends('event_type_id')
    def _compute_event_status_id(self):
        for wizard in self:
            closed = wizard.event_type_id.status_ids.filtered(lambda status: status.active and status.is_closed)
            if wizard.event_status_id not in closed or not wizard.event_status_id:
                wizard.event_status_id = closed.filtered('is_done')[:1] or closed[:1]

    @api.depends('next_step')
    def _compute_next_start(self):
        for wizard in self.filtered('next_step'):
            wizard.next_start = wizard.next_start or self.env['calendar.event']._dealflow_get_next_step_start()

    @public_method(one=True, once=True)
    def action_apply(self):
        """Create the call as a finished event, and plan the next step; either both happen or neither.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self._log_call()
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}

    def _log_call(self):
        """Create the call and its next step.

        :return: the finished call, and the planned event, empty without a next step
        :rtype: tuple[calendar.event, calendar.event]
        """
        if not (self.partner_id or self.opportunity_id):
            raise UserError(self.env._("Choose in “Who” with whom you talked."))
        if not self.event_type_id.is_call:
            raise UserError(
                self.env._(
                    "The type “%(type)s” is not a call. Choose a type that is a call.", type=self.event_type_id.name
                )
            )
        # The defaults in the context are meant for the dialog, not for the events.
        context = clean_context(self.env.context)
        events = self.env['calendar.event'].with_context(context)  # pylint: disable=context-overridden
        call = events.create(self._prepare_call_values())
        following = events.browse()
        if self.call_id:
            self.call_id._note_comment(call)
        if self.next_step and self.next_start:
            following = events.create(self._prepare_next_event_values(call))
        return call, following

    def _prepare_call_values(self):
        documents = {name: self[name].id for name in DOCUMENT_FIELDS if self[name]}
        if self.client_id:
            documents['business_partner_id'] = self.client_id.id
        now = self.call_id.ended_on or fields.Datetime.now().replace(microsecond=0)
        return {
            **documents,
            **(self.partner_id._dealflow_get_event_values() if self.partner_id else {}),
            'event_type_id': self.event_type_id.id,
            'event_status_id': self.event_status_id.id,
            'start': now - timedelta(hours=self.duration),
            'stop': now,
            'user_id': self.env.uid,
            'result': self.result,
            'next_step': self.next_step,
            'work_hours': self.duration,
        }

    def _prepare_next_event_values(self, call):
        return {
            **call._dealflow_get_same_client_values(),
            'event_type_id': self._default_event_type_id().id,
            'name': self.next_step,
            'start': self.next_start,
            'stop': fields.Datetime.add(self.next_start, hours=call.get_default_duration()),
            'user_id': self.env.uid,
        }
