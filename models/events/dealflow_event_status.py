from odoo import api, fields, models
from odoo.tools import ormcache


class DealflowEventStatus(models.Model):
    """The status of an event; each event type has its own set of statuses (B17, B58)."""

    _name = 'dealflow.event.status'
    _description = "Event Status"
    _inherit = ['dealflow.register.mixin', 'dealflow.code.mixin']

    type_ids = fields.Many2many(
        'dealflow.event.type',
        'dealflow_event_status_type_rel',
        'status_id',
        'type_id',
        string="Event Types",
        context={'active_test': False},
    )
    is_done = fields.Boolean(
        string="Done", help="The event took place. It meets the requirement of a stage that asks for such an event."
    )
    is_closed = fields.Boolean(
        string="Finished",
        compute='_compute_is_closed',
        store=True,
        readonly=False,
        precompute=True,
        help="Nothing is left to do, e.g. also “no answer” and “cancelled”: the event is never overdue.",
    )

    _code_uniq = models.UniqueIndex('(code)', "Another event status has this code: codes are unique.")
    _done_is_closed = models.Constraint('CHECK (is_closed OR NOT is_done)', "An event that is done is finished, too.")

    @api.depends('is_done')
    def _compute_is_closed(self):
        for status in self:
            status.is_closed = status.is_closed or status.is_done

    @api.model
    @ormcache('self.env.lang')
    def _get_names(self):
        """Return the names of all statuses by their ids, archived ones too, in the language of the context."""
        # sudo - dealflow.event.status: whoever may read an event may know what has become of it.
        return {each.id: each.name for each in self.sudo().with_context(active_test=False).search([])}

    @api.constrains('type_ids')
    def _check_types_in_use(self):
        # sudo - dealflow.event.type: check types that the user cannot see, too.
        types = self.env['dealflow.event.type'].sudo().with_context(active_test=False).search([])
        types._check_statuses_in_use()
