from odoo import fields, models


class DealflowPartnerStatus(models.Model):
    """The present status of a client, such as a hot client or a partner (B34, B54)."""

    _name = 'dealflow.partner.status'
    _description = "Client Status"
    _inherit = 'dealflow.register.mixin'
    _rec_names_search = ['name', 'code']

    code = fields.Char(copy=False, index='btree_not_null')
    color = fields.Integer()

    _code_uniq = models.UniqueIndex('(code) WHERE code IS NOT NULL', "Another client status has this code already.")
