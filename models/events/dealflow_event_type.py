from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

# Codes of the call types that come with the module.
CALL_CODES = ('call_in', 'call_out')


class DealflowEventType(models.Model):
    """A kind of contact with a client, with its own statuses and rules (B16, B17, B55, B56, P62-P64)."""

    _name = 'dealflow.event.type'
    _description = "Event Type"
    _inherit = ['dealflow.register.mixin', 'dealflow.code.mixin']

    active = fields.Boolean(help="An inactive type is not offered for new events.")
    icon = fields.Char(default='fa-calendar-o', help="Name of a Font Awesome icon, e.g. fa-phone.")
    color = fields.Integer(help="Color of the events in the calendar.")
    prompt = fields.Char(
        string="Question",
        translate=True,
        help="What the person is asked when the event is done, e.g. “What did the client say?”.",
    )
    status_ids = fields.Many2many(
        'dealflow.event.status',
        'dealflow_event_status_type_rel',
        'type_id',
        'status_id',
        string="Statuses",
        context={'active_test': False},
    )
    default_status_id = fields.Many2one(
        'dealflow.event.status',
        string="Status of a New Event",
        domain="[('id', 'in', status_ids)]",
        ondelete='restrict',
        help="Empty means the first of the statuses.",
    )
    is_meeting = fields.Boolean(
        string="Meeting", help="Has a preparation sheet and minutes; the way there in kilometres is asked at the end."
    )
    is_call = fields.Boolean(
        string="Call",
        compute='_compute_is_call',
        store=True,
        readonly=False,
        precompute=True,
        help="Offered when a call is logged. Its form asks for no place, video link or guests.",
    )
    in_calendar = fields.Boolean(string="Shown in the Schedule", default=True)
    on_start_page = fields.Boolean(string="Shown in My Day", default=True)
    allows_external_sync = fields.Boolean(
        string="Sent to Other Calendars",
        help="Events of the type are sent to Google or Outlook calendars, when such a module is installed.",
    )
    invite_client = fields.Boolean(
        string="Invite the Client",
        help="The client's people are invited by e-mail. Otherwise they are only noted, and no message is ever sent.",
    )
    client_can_change = fields.Boolean(
        string="Client May Be Changed", help="Otherwise the client is fixed once the event is saved."
    )
    lock_past = fields.Boolean(
        string="Read-only When Past", help="After its end an event can be finished once, and then only be deleted."
    )

    _code_uniq = models.UniqueIndex('(code)', "Another event type has this code: codes are unique.")

    @api.depends('code')
    def _compute_is_call(self):
        for event_type in self:
            event_type.is_call = event_type.is_call or event_type.code in CALL_CODES

    @api.constrains('status_ids', 'default_status_id')
    def _check_statuses(self):
        for event_type in self:
            if event_type.default_status_id and event_type.default_status_id not in event_type.status_ids:
                raise ValidationError(
                    self.env._(
                        "New events of the type “%(type)s” cannot get the status “%(status)s”: it is none of its "
                        "statuses.",
                        type=event_type.name,
                        status=event_type.default_status_id.name,
                    )
                )
        self._check_statuses_in_use()

    def _check_statuses_in_use(self):
        """Refuse to remove a status from a type that has events in it."""
        foreign = Domain.OR(
            Domain('event_type_id', '=', event_type.id)
            & Domain('event_status_id', 'not in', [False, *event_type.status_ids.ids])
            for event_type in self
        )
        # sudo - calendar.event: private events count too; only the names of a type and a status are shown.
        event = self.env['calendar.event'].sudo().with_context(active_test=False).search(foreign, limit=1)
        if event:
            raise ValidationError(
                self.env._(
                    "Events of the type “%(type)s” have the status “%(status)s”. Archive the status instead, so that "
                    "it is no longer offered.",
                    type=event.event_type_id.name,
                    status=event.event_status_id.name,
                )
            )

    @api.model
    def _get_planned_type(self):
        """Return the type proposed for a new event: the first whose default status is not a finished one."""
        return next(
            (event_type for event_type in self.search([]) if not event_type._get_default_status().is_closed),
            self.browse(),
        )

    @api.model
    @ormcache('self.env.lang')
    def _get_signs(self):
        """Return name, icon and color of all types by their ids, archived ones too, in the language of the context."""
        # sudo - dealflow.event.type: whoever may read an event may know of what type it is.
        types = self.sudo().with_context(active_test=False).search([])
        return {each.id: (each.name, each.icon or 'fa-calendar-o', each.color) for each in types}

    def _get_default_status(self):
        self.ensure_one()
        return self.default_status_id or self.status_ids.filtered('active')[:1]
