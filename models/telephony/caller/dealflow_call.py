from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Command

from ....tools.phone_numbers import get_e164, get_shown, is_fixed_line
from ....tools.public_methods import TEXT, id_of, public_method


class DealflowCall(models.Model):
    """What is done with a number while it calls: whose it is, and what they want (E57, X15)."""

    _inherit = 'dealflow.call'

    @api.model
    @public_method(number=TEXT, partner_id=id_of('res.partner'))
    def bind_number(self, number, partner_id):
        """Note whose a number is; the calls with it that belong to nobody become theirs.

        It becomes the main number of a contact without one, and a further number of another. A number that the contact
        has already is not added again.

        :param str number: in any spelling; without a country code, that of the person's telephony decides
        :param int partner_id: id of the contact
        :rtype: dict
        :return: ``number`` as E.164, and ``calls``, how many calls with it belong to the contact now: none when others
            with whom they have nothing in common have the number too
        :raise AccessError: the user may not change the contact
        :raise UserError: there is no contact, or nobody can be called under the number
        """
        partner, e164 = self._check_binding(number, partner_id)
        country, company = self._get_line()
        if added := self._get_addition(partner, e164, country, company):
            shown = get_shown(e164)
            if added == 'main':
                partner.phone = shown
            else:
                partner.phone_ids = [Command.create({'number': shown, 'kind': added})]
        owners = partner._dealflow_get_number_owners([e164], country, company)[e164]
        calls = self._give_to_owner(e164, company, owners._dealflow_get_only_owner())
        if added or calls:
            partner.message_post(
                body=self.env._(
                    "The number %(number)s is theirs, and calls with it: %(count)s.",
                    number=get_shown(e164),
                    count=calls,
                )
            )
        theirs = [('number_e164', '=', e164), ('company_id', '=', company.id), ('partner_id', 'child_of', partner.id)]
        return {'number': e164, 'calls': self.search_count(theirs)}

    @api.readonly
    @api.model
    @public_method(number=TEXT, partner_id=id_of('res.partner'))
    def describe_binding(self, number, partner_id):
        """Say what :meth:`bind_number` would do, without doing it.

        :param str number: as for :meth:`bind_number`
        :param int partner_id: id of the contact
        :rtype: str
        :return: sentences for the person who is about to do it
        :raise AccessError: as :meth:`bind_number`
        :raise UserError: as :meth:`bind_number`
        """
        partner, e164 = self._check_binding(number, partner_id)
        country, company = self._get_line()
        added = self._get_addition(partner, e164, country, company)
        said = {'number': get_shown(e164), 'contact': partner.display_name}
        if not added:
            words = self.env._("%(contact)s has the number %(number)s already; nothing is added.", **said)
        elif added == 'main':
            words = self.env._("%(number)s becomes the main number of %(contact)s, who has none yet.", **said)
        else:
            phones = self.env['dealflow.partner.phone']
            words = self.env._(
                "%(number)s becomes a further number of %(contact)s, of the kind “%(kind)s”. The main number stays "
                "%(main)s.",
                kind=phones.new({'kind': added})._dealflow_get_value_label('kind'),
                main=partner.phone,
                **said,
            )
        owners = partner._dealflow_get_number_owners([e164], country, company)[e164]
        owner = (owners | partner.sudo())._dealflow_get_only_owner()
        # sudo - dealflow.call: all calls with the number become theirs, also those of colleagues.
        count = owner and self.sudo().search_count(self._get_calls_of_nobody(e164, company))
        return f'{words} {self.env._("Calls that become theirs: %(count)s.", count=count)}' if count else words

    @api.model
    def _check_binding(self, number, partner_id):
        """Return the contact and the number as E.164, if the user may note that it is theirs."""
        partner = self.env['res.partner'].browse(partner_id or ())
        if not partner:
            raise UserError(self.env._("Choose the contact to whom the number belongs."))
        partner.check_access('write')
        if not partner.partner_share:
            raise UserError(
                self.env._(
                    "%(contact)s is an employee, and the number is that of somebody outside. Choose another contact.",
                    contact=partner.display_name,
                )
            )
        country, _company = self._get_line()
        e164 = get_e164(number, country.code)
        if not e164:
            raise UserError(
                self.env._(
                    "“%(number)s” cannot be added to %(contact)s: it is no number under which somebody outside can be "
                    "called.",
                    number=number or '',
                    contact=partner.display_name,
                )
            )
        return partner, e164

    @api.model
    def _get_addition(self, partner, number, country, company):
        """Return how a number is added to a contact: as the ``main`` one, or its kind; nothing if they have it."""
        if partner in partner._dealflow_get_number_owners([number], country, company)[number].sudo(False):
            return ''
        if not partner.phone:
            return 'main'
        return 'work' if is_fixed_line(number) else 'mobile'

    @api.model
    def _get_calls_of_nobody(self, number, company):
        return [('number_e164', '=', number), ('company_id', '=', company.id), ('partner_id', '=', False)]

    @api.model
    def _give_to_owner(self, number, company, owner):
        """Let the calls with a number that belong to nobody belong to its owner, if any, and return how many."""
        if not owner:
            return 0
        # The telephony keeps calls; whose number it is belongs to what follows from them, and nothing is asked about
        # calls of long ago.
        calls = self.with_user(SUPERUSER_ID).search(self._get_calls_of_nobody(number, company))
        if calls:
            calls._dealflow_set_derived({'partner_id': owner.id})
            self.env['dealflow.stage.requirement'].with_user(SUPERUSER_ID)._refresh_deals_of_calls(calls)
        return len(calls)

    @api.model
    @public_method(number=TEXT, name=TEXT, partner_id=id_of('res.partner'), uniqueid=TEXT)
    def action_new_opportunity(self, number, name=None, partner_id=None, uniqueid=None):
        """Open a new opportunity of who calls, with number and source filled in (X15).

        In a call it is made at once, and asked for again, the same one is opened. Without a call the form is opened.

        :param str number: number of the caller
        :param str name: what the telephony calls them, if anything
        :param int partner_id: id of their contact, if there is one
        :param str uniqueid: what the person's telephony calls the call
        :rtype: dict
        :return: the action of the form
        :raise UserError: a colleague has made an opportunity in this call, which the user may not read
        """
        opportunities = self.env['crm.lead']
        opportunities.check_access('create')
        partner = self.env['res.partner'].browse(partner_id or ())
        values = self._prepare_opportunity_values(number, name, partner)
        action = {
            'type': 'ir.actions.act_window',
            'name': self.env._("Opportunity"),
            'res_model': opportunities._name,
            'views': [(False, 'form')],
            'target': 'current',
        }
        if not uniqueid:
            return {**action, 'context': {f'default_{key}': value for key, value in values.items()}}
        return {**action, 'res_id': self._get_opportunity_of_call(uniqueid, values).id}

    @api.model
    def _prepare_opportunity_values(self, number, name, partner):
        country, _company = self._get_line()
        shown = get_shown(get_e164(number, country.code) or number)
        # It may have been deleted.
        source = self.env.ref('dealflow.utm_source_call', raise_if_not_found=False)
        return {
            'type': 'opportunity',
            'name': self.env._("Call from %(who)s", who=partner.display_name or name or shown),
            'user_id': self.env.uid,
            'source_id': source and source.id,
            **({'partner_id': partner.id} if partner else {'contact_name': name or False}),
            **({} if partner.phone else {'phone': shown}),
        }

    @api.model
    def _get_opportunity_of_call(self, uniqueid, values):
        """Return the opportunity that was made in a call, which is made now if there is none."""
        # sudo - dealflow.telephony.provider: which one tells the calls of the person is no secret.
        key = f'{self._find_provider_sudo().id}/{uniqueid}'
        opportunities = self.env['crm.lead']
        # sudo - crm.lead: what a colleague has made in this call is not made again; it is shown to who may read it.
        made_sudo = (
            opportunities.sudo().with_context(active_test=False).search([('dealflow_made_in_call', '=', key)], limit=1)
        )
        if not made_sudo:
            made_sudo = opportunities.create(values).sudo()
            made_sudo.dealflow_made_in_call = key
            try:
                made_sudo.flush_recordset()
            except UniqueViolation as error:
                # Pressed in two tabs at the same time: the second time finds it.
                raise ConcurrencyError(*error.args) from error
        made = made_sudo.sudo(False)
        if not made.has_access('read'):
            raise UserError(
                self.env._(
                    "In this call an opportunity was made already, by %(user)s. Ask them about it.",
                    user=(made_sudo.user_id or made_sudo.create_uid).name,
                )
            )
        return made
