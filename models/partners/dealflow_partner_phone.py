import re

from odoo import api, fields, models
from odoo.tools import SQL


class DealflowPartnerPhone(models.Model):
    """An additional number of a contact: mobile, work, home or internal (B42)."""

    _name = 'dealflow.partner.phone'
    _description = "Phone of a Contact"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'

    partner_id = fields.Many2one('res.partner', string="Contact", required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ('mobile', "Mobile"),
            ('work', "Work"),
            ('home', "Home"),
            ('internal', "Internal"),
        ],
        default='mobile',
        required=True,
    )
    number = fields.Char(required=True)
    digits = fields.Char(compute='_compute_digits', store=True, index='trigram', export_string_translation=False)
    note = fields.Char()

    @api.depends('number')
    def _compute_digits(self):
        for phone in self:
            phone.digits = self._get_digits(phone.number)

    @api.depends('number', 'kind')
    def _compute_display_name(self):
        for phone in self:
            phone.display_name = phone.number

    @api.model
    def _get_digits(self, number):
        return re.sub(r'\D', '', number or '')

    @api.model
    def _get_search_digits(self, number):
        """Return the digits of a number without prefixes that people write differently: 00, a 0, or a country code.

        «+47 22 33 44 55», «0047 22334455» and «(0)22-33-44-55» all find the same number.
        """
        digits = self._get_digits(number).lstrip('0')
        return digits[-9:] if len(digits) > 9 else digits

    @api.model
    def _get_partners_query(self, number):
        """Return the SQL that finds the ids of contacts by any of their numbers; both halves use a trigram index."""
        pattern = f'%{self._get_search_digits(number)}%'
        return SQL(
            r"""(SELECT partner.id FROM res_partner AS partner
                  WHERE regexp_replace(partner.phone, '\D', '', 'g') LIKE %(pattern)s
                 UNION
                 SELECT phone.partner_id FROM dealflow_partner_phone AS phone WHERE phone.digits LIKE %(pattern)s)""",
            pattern=pattern,
        )
