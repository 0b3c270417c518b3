from odoo import api, models
from odoo.tools import SQL

from ...tools.phone_numbers import KEY_LENGTH, NUMBER_PATTERN, get_e164_of_contact, get_keys
from ...tools.public_methods import public_method


def get_key_sql(column):
    """Return the SQL of the last digits of a column with a number, which the index is made of."""
    return rf"right(regexp_replace(substring({column} from '{NUMBER_PATTERN}'), '\D', '', 'g'), {KEY_LENGTH})"


COUNTRY_CODE = SQL("(SELECT code FROM res_country WHERE id = res_partner.country_id)")


class ResPartner(models.Model):
    """Who owns a number, and who of us answers for them (E57, E58)."""

    _inherit = 'res.partner'

    _dealflow_call_key_idx = models.Index(f"({get_key_sql('phone')}) WHERE phone IS NOT NULL")

    @public_method()
    def action_dealflow_call_round(self):
        """Make a calling round of contacts.

        :return: the action that opens the round
        :raise UserError: none of them has a number
        """
        return self.env['dealflow.call.round']._make(self)

    @api.model
    def _dealflow_get_number_owners(self, numbers, country, company):
        """Return the contacts with each number, whatever its spelling; found by index.

        :param numbers: numbers as E.164
        :param country: country in which numbers without a country code are meant, unless the contact has another
        :param company: contacts of other companies are left out
        :rtype: dict[str, res.partner]
        :return: the owners by number, in elevated rights
        """
        owners = {number: self.sudo().browse() for number in numbers}
        keys = {key for number in owners for key in get_keys(number)}
        if not keys:
            return owners
        names = ('phone', 'active', 'company_id', 'country_id', 'commercial_partner_id')
        self.env['res.partner'].flush_model(names)
        self.env['dealflow.partner.phone'].flush_model(['number', 'partner_id', 'kind'])
        # Two lookups, each by its index. What decides on the owner comes along: reading the contacts and the country
        # would read all their fields. What few numbers need is asked afterwards: PostgreSQL takes longer to plan one
        # statement with everything than to find a number.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, phone, company_id, commercial_partner_id, %(country_code)s,
                       (SELECT code FROM res_country WHERE id = %(country)s), active
                  FROM res_partner
                 WHERE %(contact_key)s IN %(keys)s AND phone IS NOT NULL
                 UNION ALL
                SELECT partner_id, number, NULL, NULL, NULL,
                       (SELECT code FROM res_country WHERE id = %(country)s), NULL
                  FROM dealflow_partner_phone
                 WHERE %(phone_key)s IN %(keys)s AND kind != 'internal'
                """,
                contact_key=SQL(get_key_sql('phone').replace('%', '%%')),
                phone_key=SQL(get_key_sql('number').replace('%', '%%')),
                keys=tuple(keys),
                country=country.id or None,
                country_code=COUNTRY_CODE,
            )
        )
        contacts = self._dealflow_get_contacts_of_numbers(rows, company)
        # sudo - res.partner: the owner of a number is found for whoever takes the call; who reads what of them is
        # asked where it is shown.
        contacts_sudo = self.env['res.partner'].sudo()
        found = {}
        for contact_id, spelling, *_contact, line_code, _is_active in sorted(rows, key=lambda row: row[0]):
            if contact_id in contacts:
                codes = dict.fromkeys(filter(None, (contacts[contact_id], line_code)))
                for number in get_e164_of_contact(spelling, *codes) & owners.keys():
                    found.setdefault(number, {})[contact_id] = None
        owners.update((number, contacts_sudo.browse(contact_ids)) for number, contact_ids in found.items())
        return owners

    @api.model
    def _dealflow_get_contacts_of_numbers(self, rows, company):
        """Return the codes of the countries of the active contacts with numbers that the company may see, by id.

        :param rows: the rows of :meth:`_dealflow_get_number_owners`, of which those of further numbers tell no contact
        """
        contacts = {row[0]: row[2:5] for row in rows if row[6]}
        if others := {row[0] for row in rows if row[6] is None} - contacts.keys():
            contacts |= {
                contact_id: contact
                for contact_id, *contact in self.env.execute_query(
                    SQL(
                        "SELECT id, company_id, commercial_partner_id, %s FROM res_partner WHERE id IN %s AND active",
                        COUNTRY_CODE,
                        tuple(others),
                    )
                )
            }
        # A person may have the country of the firm.
        firms = {
            firm for contact_id, (_company, firm, code) in contacts.items() if firm and not code and firm != contact_id
        }
        codes = (
            dict(
                self.env.execute_query(SQL("SELECT id, %s FROM res_partner WHERE id IN %s", COUNTRY_CODE, tuple(firms)))
            )
            if firms
            else {}
        )
        return {
            contact_id: code or codes.get(firm)
            for contact_id, (of_company, firm, code) in contacts.items()
            # The company and those above it.
            if not of_company or f'/{of_company}/' in f'/{company.parent_path}'
        }

    def _dealflow_get_country_codes(self):
        """Return the code of the country that the numbers of the one contact are meant in, if it has one."""
        # sudo - res.partner: which country the firm is in is no secret to whoever reads the contact.
        return (self.country_id or self.sudo().commercial_partner_id.country_id).mapped('code')

    def _dealflow_get_only_owner(self):
        """Return whom a call belongs to when these contacts share its number; nobody when they have nothing in common.

        Several people of one firm stand for the firm, several firms of one group for the group.
        """
        if len(self) <= 1:
            return self
        for shared in (self.commercial_partner_id, self.business_partner_id):
            if len(shared) == 1:
                return shared
        return self.browse()

    def _dealflow_get_call_takers(self):
        """Return whom calls of each contact go to, best first: users of the deal, the client, the group, the team.

        :rtype: dict[res.partner, res.users]
        :return: users in elevated rights; a constant number of queries
        """
        deals_sudo = (
            # sudo - dealflow.deal: a call reaches the person responsible whatever the rights of who asks.
            self.env['dealflow.deal']
            .sudo()
            .search_fetch(
                [('business_partner_id', 'in', self.business_partner_id.ids), ('state', '=', 'open')],
                ['business_partner_id', 'user_id', 'team_id'],
                order='opened_on desc, id desc',
            )
        )
        latest = {}
        for deal in deals_sudo:
            latest.setdefault(deal.business_partner_id, deal)
        takers = {}
        for contact in self:
            deal = latest.get(contact.business_partner_id, deals_sudo.browse())
            users = (
                deal.user_id
                | contact.user_id
                | contact.commercial_partner_id.user_id
                | contact.business_partner_id.user_id
                | deal.team_id.user_id
            )
            takers[contact] = users.filtered('active')
        return takers
