import re

from odoo import api, fields, models


class ResPartnerIndustry(models.Model):
    """Industries with a code, found by code or name (B50)."""

    _inherit = 'res.partner.industry'
    _rec_names_search = ['name', 'full_name', 'code']

    code = fields.Char(copy=False, index='btree_not_null', groups='base.group_user')

    _dealflow_code_uniq = models.UniqueIndex('(code) WHERE code IS NOT NULL', "Another industry has this code already.")

    @api.depends('name', 'code')
    def _compute_display_name(self):
        super()._compute_display_name()
        for industry in self.filtered('code'):
            industry.display_name = f"{industry.code} {industry.name}"

    @api.model
    def _dealflow_fill_codes(self):
        """Set the codes of Odoo's industries to the NACE and ISIC sections that begin their full names (E05)."""
        industries = self.with_context(active_test=False, lang='en_US').search([])
        taken = set(industries.mapped('code'))
        for industry in industries.filtered(lambda industry: not industry.code):
            letter = re.match(r'([A-Z]) - ', industry.full_name or '')
            if letter and letter[1] not in taken:
                industry.code = letter[1]
                taken.add(letter[1])
