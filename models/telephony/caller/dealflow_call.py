from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ....tools.phone_numbers import get_e164, is_fixed_line
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
        partner = self.env['res.partner'].browse(partner_id or ())
        if not partner:
            raise UserError(self.env._("Choose the contact to whom the number belongs."))
        partner.check_access('write')
        country, company = self._get_line()
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
        find = partner._dealflow_get_number_owners
        added = partner not in find([e164], country, company)[e164].sudo(False)
        if added and partner.phone:
            kind = 'work' if is_fixed_line(e164) else 'mobile'
            partner.phone_ids = [Command.create({'number': e164, 'kind': kind})]
        elif added:
            partner.phone = e164
        owner = find([e164], country, company)[e164]._dealflow_get_only_owner()
        calls = self._give_to_owner(e164, company, owner)
        if added or calls:
            partner.message_post(
                body=self.env._(
                    "The number %(number)s is theirs, and calls with it: %(count)s.", number=e164, count=calls
                )
            )
        theirs = [('number_e164', '=', e164), ('company_id', '=', company.id), ('partner_id', 'child_of', partner.id)]
        return {'number': e164, 'calls': self.search_count(theirs)}

    @api.model
    def _give_to_owner(self, number, company, owner):
        """Let the calls with a number that belong to nobody belong to its owner, if any, and return how many."""
        if not owner:
            return 0
        # The telephony keeps calls; whose number it is belongs to what follows from them, and nothing is asked about
        # calls of long ago.
        calls = self.with_user(SUPERUSER_ID).search(
            [('number_e164', '=', number), ('company_id', '=', company.id), ('partner_id', '=', False)]
        )
        if calls:
            calls._dealflow_set_derived({'partner_id': owner.id})
            self.env['dealflow.stage.requirement'].with_user(SUPERUSER_ID)._refresh_deals_of_calls(calls)
        return len(calls)

    @api.model
    @public_method(number=TEXT, name=TEXT, partner_id=id_of('res.partner'))
    def action_new_opportunity(self, number, name=None, partner_id=None):
        """Open the form of a new opportunity of who calls, with number and source filled in (X15).

        :param str number: number of the caller
        :param str name: what the telephony calls them, if anything
        :param int partner_id: id of their contact, if there is one
        :rtype: dict
        :return: the action of the form
        """
        self.env['crm.lead'].check_access('create')
        partner = self.env['res.partner'].browse(partner_id or ())
        # It may have been deleted.
        source = self.env.ref('dealflow.utm_source_call', raise_if_not_found=False)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Opportunity"),
            'res_model': 'crm.lead',
            'views': [(False, 'form')],
            'target': 'current',
            'context': {
                'default_type': 'opportunity',
                'default_name': self.env._("Call from %(who)s", who=partner.display_name or name or number),
                'default_user_id': self.env.uid,
                'default_source_id': source and source.id,
                **({'default_partner_id': partner.id} if partner else {'default_contact_name': name or False}),
                **({} if partner.phone else {'default_phone': number}),
            },
        }
