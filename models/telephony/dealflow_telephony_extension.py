from odoo import fields, models


class DealflowTelephonyExtension(models.Model):
    """The phone of an employee; one person may have several, of several providers."""

    _name = 'dealflow.telephony.extension'
    _description = "Extension of an Employee"
    _inherit = 'dealflow.derived.mixin'
    _order = 'provider_id, sequence, number, id'
    _rec_name = 'number'

    provider_id = fields.Many2one('dealflow.telephony.provider', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='provider_id.company_id', store=True, index=True)
    sequence = fields.Integer(default=10, help="Of several phones of a person, the first is rung.")
    number = fields.Char(
        string="Extension", required=True, help="As the telephony calls it, e.g. 101. The part of a channel's name too."
    )
    user_id = fields.Many2one('res.users', string="Employee", required=True, index=True, ondelete='cascade')

    _number_unique = models.Constraint(
        'UNIQUE (provider_id, number)',
        "An extension belongs to one employee of a provider. Remove it from the other employee first.",
    )
    _check_number = models.Constraint(
        r"CHECK (number ~ '^[A-Za-z0-9_.-]+$')",
        "An extension consists of letters, digits, points, hyphens and underscores, e.g. 101.",
    )
