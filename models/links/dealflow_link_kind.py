from odoo import fields, models


class DealflowLinkKind(models.Model):
    """How two records belong together, and how that reads from the other side (X51)."""

    _name = 'dealflow.link.kind'
    _description = "Kind of Link"
    _inherit = 'dealflow.register.mixin'

    reverse_name = fields.Char(
        string="From the Other Side",
        translate=True,
        help="How the link reads on the other record, e.g. “Case of” for “Case”. Empty means the same words.",
    )
