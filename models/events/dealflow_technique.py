from odoo import fields, models


class DealflowTechnique(models.Model):
    """A way to handle one part of a sales talk (B57), chosen when a meeting is prepared and rated after it."""

    _name = 'dealflow.technique'
    _description = "Sales Technique"
    _inherit = ['dealflow.derived.mixin', 'dealflow.code.mixin']
    _order = 'kind, sequence, id'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="A short name for imports and integrations.")
    kind = fields.Selection(
        [
            ('attention', "Drawing attention"),
            ('question', "Asking questions"),
            ('benefit', "Showing benefits"),
            ('objection', "Answering objections"),
            ('closing', "Closing"),
        ],
        required=True,
        default='attention',
    )
    description = fields.Text(translate=True, help="How it is done, for whoever prepares a meeting.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex('(code)', "Another technique has this code: codes are unique.")
