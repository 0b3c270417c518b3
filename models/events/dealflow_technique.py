from odoo import fields, models


class DealflowTechnique(models.Model):
    """A way to handle one part of a sales talk (B57), chosen when a meeting is prepared and rated after it."""

    _name = 'dealflow.technique'
    _description = "Sales Technique"
    _inherit = ['dealflow.register.mixin', 'dealflow.code.mixin']
    _order = 'kind, sequence, id'

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

    _code_uniq = models.UniqueIndex('(code)', "Another technique has this code: codes are unique.")
