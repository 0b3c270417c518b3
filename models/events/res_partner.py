from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Events of clients, of their legal entities and of their contacts."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.event.document.mixin']

    dealflow_is_forgotten = fields.Boolean(
        string="Without a Next Event",
        compute='_compute_dealflow_is_forgotten',
        search='_search_dealflow_is_forgotten',
        groups='dealflow.group_viewer',
        help="The client has open deals, and no event is planned with it.",
    )

    @api.depends_context('uid')
    def _compute_dealflow_is_forgotten(self):
        forgotten = self.search([('id', 'in', self.ids), ('dealflow_is_forgotten', '=', True)])
        for partner in self:
            partner.dealflow_is_forgotten = partner._origin in forgotten

    def _search_dealflow_is_forgotten(self, operator, value):
        """Find clients that have open deals visible to the user, but no open event that is not over."""
        if operator != 'in':
            return NotImplemented
        deals = self.env['dealflow.deal']._search([('state', '=', 'open'), ('business_partner_id', '!=', False)])
        # sudo - calendar.event: events of other users count, even private ones; nothing of them is shown.
        events = self.env['calendar.event'].sudo()
        events = events._search(
            Domain('business_partner_id', '!=', False)
            & Domain('event_status_id.is_closed', '!=', True)
            & ~events._dealflow_get_over_domain()
        )
        return Domain('id', 'in', deals.subselect('business_partner_id')) & Domain(
            'id', 'not in', events.subselect('business_partner_id')
        )

    def _dealflow_get_event_field(self):
        """Return the event field that fits the partner: contact person, legal entity or business partner."""
        if self._dealflow_is_contact_person():
            return 'client_contact_id'
        return 'legal_entity_id' if self.counterparty_role == 'entity' else 'business_partner_id'
