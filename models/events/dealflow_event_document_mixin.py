from odoo import api, fields, models

from ...tools.public_methods import public_method


class DealflowEventDocumentMixin(models.AbstractModel):
    """A document with events: a partner, an opportunity, a deal, a claim or a marketing event.

    Its events are counted, shown and added from its form (X40, X41, B38).
    """

    _name = 'dealflow.event.document.mixin'
    _description = "Document with Events"

    client_event_count = fields.Integer(
        string="Number of Events", compute='_compute_dealflow_client_event_count', groups='dealflow.group_viewer'
    )

    def _compute_dealflow_client_event_count(self):
        counts = {}
        for field_name, documents in self.grouped(lambda document: document._dealflow_get_event_field()).items():
            counts.update(
                self.env['calendar.event']._read_group(
                    [('event_type_id', '!=', False), (field_name, 'in', documents.ids)], [field_name], ['__count']
                )
            )
        for document in self:
            document.client_event_count = counts.get(document._origin, 0)

    def _dealflow_get_event_field(self):
        """Return the name of the event field that links to the document."""
        raise NotImplementedError

    def _dealflow_get_event_values(self):
        """Return the values of a new event that belongs to the document."""
        self.ensure_one()
        return {self._dealflow_get_event_field(): self.id}

    @public_method(one=True)
    def action_dealflow_view_client_events(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_register')
        action['domain'] = [('event_type_id', '!=', False), (self._dealflow_get_event_field(), '=', self.id)]
        values = self._dealflow_get_event_values()
        values.update(self.env['calendar.event']._dealflow_get_client_values(values))
        action['context'] = {'dealflow_new_event': True, **{f'default_{name}': id_ for name, id_ in values.items()}}
        return action

    @public_method(one=True)
    def action_dealflow_log_call(self):
        """Open the dialog to log a call that has just happened, with its parties taken from the document.

        :return: the action that opens the dialog
        :rtype: dict
        """
        values = self._dealflow_get_event_values()
        values.update(self.env['calendar.event']._dealflow_get_client_values(values))
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_event_log_action')
        names = self.env[action['res_model']]._fields
        action['context'] = {
            'dialog_size': 'medium',
            'default_partner_id': self._dealflow_get_called_partner(values).id,
            **{f'default_{name}': value for name, value in values.items() if name in names},
        }
        return action

    @api.model
    def _dealflow_get_called_partner(self, values):
        """Return the likely other party of a call: the contact, else the only person of the firm, else the firm."""
        partners = self.env['res.partner']
        contact = partners.browse(values.get('client_contact_id'))
        firms = partners.browse(
            [values[name] for name in ('legal_entity_id', 'business_partner_id') if values.get(name)]
        )
        if contact or not firms:
            return contact
        people = partners.search(
            [('parent_id', 'in', firms.ids), ('is_company', '=', False), ('type', '=', 'contact')], limit=2
        )
        return people if len(people) == 1 else firms[0]

    @public_method()
    def action_dealflow_new_event(self):
        """Open the dialog of a new event for one document, or the planning wizard for several."""
        if len(self) == 1:
            events = self.env['calendar.event']
            values = self._dealflow_get_event_values()
            return events._dealflow_get_new_event_action({**values, **events._dealflow_get_client_values(values)})
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_event_plan_action')
        action['context'] = {'active_model': self._name, 'active_ids': self.ids}
        return action
