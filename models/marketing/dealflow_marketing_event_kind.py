from odoo import fields, models


class DealflowMarketingEventKind(models.Model):
    """The kind of a marketing event, e.g. exhibition, webinar or advertising (B09, E50)."""

    _name = 'dealflow.marketing.event.kind'
    _description = "Kind of Marketing Event"
    _inherit = 'dealflow.register.mixin'
    _rec_names_search = ['name', 'code']

    code = fields.Char(copy=False, index='btree_not_null')
    color = fields.Integer()

    _code_uniq = models.UniqueIndex('(code) WHERE code IS NOT NULL', "Another kind of event has this code already.")
