from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .....tools.public_methods import NUMBER, TEXT, id_of, option_keys, public_method, value_of

# The same call, logged again in this time, is the same call: a button was pressed twice.
SAME_CALL = timedelta(minutes=2)


class DealflowWorkplace(models.AbstractModel):
    """«Log a call» typed in place: the dialog of the same name without the dialog (B04, B26)."""

    _inherit = 'dealflow.workplace'

    @api.model
    def _find_usual_contact(self, parties, people):
        """Return who is called as a rule: whom the user's next step is with, else the last event that took place.

        :param parties: the client and its legal entities
        :param people: the contacts among whom one is looked for
        """
        if not people:
            return people
        domain = self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id') & Domain(
            'client_contact_id', 'in', people.ids
        )
        mine = Domain('user_id', '=', self.env.uid) & Domain('dealflow_state', 'in', ('current', 'overdue'))
        done = Domain('dealflow_state', '=', 'done')
        return self._find_contact(domain & mine, 'start, id') or self._find_contact(
            domain & done, 'start desc, id desc'
        )

    @api.model
    def _find_contact(self, domain, order):
        """Return with whom the first event of a domain is, without reading the event and who takes part."""
        query = self.env['calendar.event']._search(domain, order=order, limit=1)
        rows = self.env.execute_query(query.select(SQL.identifier(query.table, 'client_contact_id')))
        return self.env['res.partner'].browse(contact_id for (contact_id,) in rows)

    @api.model
    def _get_call_kinds(self):
        return {
            'contact_id': id_of('res.partner'),
            'text': TEXT,
            'event_type_id': id_of('dealflow.event.type'),
            'event_status_id': id_of('dealflow.event.status'),
            'duration': NUMBER,
            'deal_id': id_of('dealflow.deal'),
            'next_step': TEXT,
            'next_start': value_of('dealflow.event.log', 'next_start'),
        }

    @api.model
    @public_method(partner_id=id_of('res.partner'), values=option_keys('_get_call_kinds'))
    def log_call(self, partner_id, values):
        """Log a call that has just ended, and plan the next step; either both happen or neither (B04, B26, P29).

        The same call, logged again within two minutes, is not logged twice.

        :param int partner_id: the client
        :param values: ``contact_id`` (who was called), ``text`` (what the call brought), ``event_type_id`` and
            ``event_status_id`` (an outgoing call that is done), ``duration`` in minutes (5), ``deal_id``,
            ``next_step`` and ``next_start`` in UTC (as proposed by the settings of :meth:`get_page`; ``False`` only
            notes the step); a call that took place needs a text, and another one its status
        :return: ``event``, a row of the ``events`` of :meth:`get_client`, and ``next``, one of those of
            :meth:`get_page`, or ``False``
        :rtype: dict
        :raise AccessError: the user may not log calls
        :raise UserError: the values do not make a call
        """
        values = values or {}
        if not (values.get('text') or '').strip() and not values.get('event_status_id'):
            raise UserError(self.env._("Nothing is said about the call. Type what it brought, or choose how it ended."))
        partner = self._find_partner(partner_id)
        if not partner:
            raise UserError(
                self.env._("This client is no longer there, or you have no right to see it. Choose another one.")
            )
        client = partner.business_partner_id or partner.commercial_partner_id or partner
        self._check_called(client, values.get('contact_id'))
        # Nothing is created before the right is asked for.
        wizard = self.env['dealflow.event.log'].create(self._prepare_call(partner, client, values))
        if wizard.event_status_id.is_done and not (values.get('text') or '').strip():
            raise UserError(
                self.env._("What took place needs a result. Type what the call brought, or choose how else it ended.")
            )
        call, following = self._find_same_call(wizard) or wizard._log_call()
        # sudo - dealflow.event.log: the dialog is used up.
        wizard.sudo().unlink()
        events = call | following
        parties, editable = self._get_readable_parties(events), self._get_editable(events)
        deals = call.deal_id._filtered_access('read')
        row = self._get_client_event_row(call, parties, deals, editable)
        self._name_users([row])
        return {
            'event': row,
            'next': bool(following) and self._get_event_row(following, parties, editable),
        }

    @api.model
    def _check_called(self, client, contact_id):
        """Refuse to log a call with somebody who has nothing to do with the client."""
        contact = self.env['res.partner'].browse(contact_id or ())
        if not contact:
            return
        parties = client | client._dealflow_get_legal_entities()
        families = {member_id for family in self._get_families(parties).values() for member_id in family}
        # sudo - res.partner: whom a contact works for besides decides, whoever asks.
        if contact.id in families or contact in parties.sudo().with_context(active_test=False).other_contact_ids:
            return
        raise UserError(
            self.env._(
                "%(contact)s is no contact of %(client)s. Choose one of its own people.",
                contact=contact.display_name if contact.has_access('read') else self.env._("The chosen person"),
                client=client.display_name,
            )
        )

    @api.model
    def _prepare_call(self, partner, client, values):
        """Return the values of the dialog."""
        result = {
            'partner_id': values.get('contact_id') or partner.id,
            'client_id': client.id,
            'result': values.get('text'),
            'next_step': values.get('next_step'),
        }
        for name in ('event_type_id', 'event_status_id', 'deal_id'):
            if values.get(name):
                result[name] = values[name]
        if values.get('duration') is not None:
            result['duration'] = (values['duration'] or 0) / 60
        if 'next_start' in values:
            result['next_start'] = values['next_start']
        return result

    @api.model
    def _find_same_call(self, wizard):
        """Return the call that has just been logged with the same words, and its next step, or nothing."""
        events = self.env['calendar.event']
        just_now = (
            Domain('user_id', '=', self.env.uid)
            & Domain('business_partner_id', '=', wizard.client_id.id)
            & Domain('create_date', '>=', fields.Datetime.now() - SAME_CALL)
        )
        prepared = wizard._prepare_call_values()
        names = ('event_type_id', 'event_status_id', 'client_contact_id', 'deal_id', 'result', 'next_step')
        recent = events.search(just_now, order='id desc', limit=20)
        for call in recent:
            if all(
                (call[name].id if call._fields[name].relational else call[name] or False)
                == (prepared.get(name) or False)
                for name in names
            ):
                following = recent.filtered(
                    lambda event, call=call: event.id > call.id and event.name == wizard.next_step
                )[-1:]
                return call, following
        return None
