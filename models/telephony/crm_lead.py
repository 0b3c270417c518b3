from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.phone_numbers import get_e164_of_contact, get_keys
from ...tools.public_methods import public_method
from .res_partner import get_key_sql

NAMED_OPPORTUNITIES = 3


class CrmLead(models.Model):
    """Who calls may be known from an opportunity alone (E57); a call makes one opportunity at most (X15)."""

    _inherit = 'crm.lead'

    # The provider and its name of the call; noted by code and read by nobody.
    dealflow_made_in_call = fields.Char(
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    _dealflow_call_key_idx = models.Index(f"({get_key_sql('phone')}) WHERE phone IS NOT NULL")
    _dealflow_made_in_call_unique = models.UniqueIndex('(dealflow_made_in_call)')

    @api.ondelete(at_uninstall=False)
    def _unlink_dealflow_round_lines(self):
        """Take opportunities without a contact out of calling rounds: nobody would be left there to call."""
        # sudo - dealflow.call.round.line: whoever may delete the opportunity deletes what is about it alone.
        lines_sudo = self.env['dealflow.call.round.line'].sudo()
        lines_sudo.search([('lead_id', 'in', self.ids), ('partner_id', '=', False)]).unlink()

    def _merge_dependences(self, opportunities):
        """Let calling rounds go on with the opportunity that is kept."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.call.round.line: merging is allowed by the rights on opportunities.
        lines_sudo = self.env['dealflow.call.round.line'].sudo().search([('lead_id', 'in', (self | opportunities).ids)])
        for lines in lines_sudo.grouped('round_id').values():
            without_contact = lines.filtered(lambda line: not line.partner_id)
            kept = without_contact.filtered(lambda line: line.lead_id == self)[:1] or without_contact[:1]
            if others := without_contact - kept:
                kept._merge_rows(others)
            (lines - without_contact | kept).lead_id = self

    @public_method()
    def action_dealflow_call_round(self):
        """Make a calling round of opportunities: of their contacts, and of their own numbers where there are none.

        :return: the action that opens the round
        :raise UserError: none of them has a number
        """
        return self.env['dealflow.call.round']._make_of_opportunities(self)

    @api.model
    def _dealflow_get_by_number(self, number, country, company):
        """Return the newest open opportunities that have a number themselves, as far as the user may read them.

        :param str number: as E.164
        :param country: country in which numbers without a country code are meant, unless the opportunity has another
        :param company: opportunities of other companies are left out
        """
        if not number or not self.has_access('read'):
            return self.browse()
        self.flush_model(['phone', 'country_id'])
        # By the index; reading all their fields to compare the spellings would take several times as long.
        rows = self.env.execute_query(
            SQL(
                """SELECT lead.id, lead.phone, country.code
                     FROM crm_lead lead
                     LEFT JOIN res_country country ON country.id = lead.country_id
                    WHERE %(key)s IN %(keys)s AND lead.phone IS NOT NULL""",
                key=SQL(get_key_sql('lead.phone').replace('%', '%%')),
                keys=tuple(get_keys(number)),
            )
        )
        same = [
            lead_id
            for lead_id, spelling, code in rows
            if number in get_e164_of_contact(spelling, *dict.fromkeys(filter(None, (code, country.code))))
        ]
        if not same:
            return self.browse()
        return self.search(
            [
                ('id', 'in', same),
                ('won_status', '=', 'pending'),
                ('company_id', 'in', [False, *company.sudo().parent_ids.ids]),
            ],
            order='create_date desc, id desc',
            limit=NAMED_OPPORTUNITIES,
        )

    def _dealflow_describe_caller(self):
        """Return what the pop-up says of the one opportunity of whoever calls."""
        return {
            'id': self.id,
            'name': self.name or '',
            'contact': ", ".join(filter(None, (self.contact_name, self.partner_name))),
            'stage': self.stage_id.name or '',
            'responsible': self.user_id.name or '',
        }
