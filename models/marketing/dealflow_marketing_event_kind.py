from odoo import fields, models


class DealflowMarketingEventKind(models.Model):
    """The kind of a marketing event, e.g. exhibition, webinar or advertising (B09, E50)."""

    _name = 'dealflow.marketing.event.kind'
    _description = "Kind of Marketing Event"
    _inherit = 'dealflow.derived.mixin'
    _rec_names_search = ['name', 'code']
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, index='btree_not_null')
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex('(code) WHERE code IS NOT NULL', "Another kind of event has this code already.")
