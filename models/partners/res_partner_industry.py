from odoo import api, fields, models


class ResPartnerIndustry(models.Model):
    """Industries are found by code and by name (B50)."""

    _inherit = 'res.partner.industry'
    _rec_names_search = ['name', 'full_name', 'code']

    code = fields.Char(index='btree_not_null', groups='base.group_user')

    _code_uniq = models.UniqueIndex('(code) WHERE code IS NOT NULL', "Another industry has this code already.")

    @api.depends('name', 'code')
    def _compute_display_name(self):
        super()._compute_display_name()
        for industry in self.filtered('code'):
            industry.display_name = f"{industry.code} {industry.name}"
