from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Nobody talks longer: the news that the call has ended was lost.
LONGEST_TALK = timedelta(hours=4)


class DealflowTelephonyExtension(models.Model):
    """The phone of an employee; one person may have several, of several providers."""

    _name = 'dealflow.telephony.extension'
    _description = "Extension of an Employee"
    _inherit = 'dealflow.derived.mixin'
    _order = 'provider_id, sequence, number, id'
    _rec_name = 'number'
    _dealflow_code_only_fields = ('talking_in', 'talking_since')

    provider_id = fields.Many2one('dealflow.telephony.provider', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='provider_id.company_id', store=True, index=True)
    sequence = fields.Integer(default=10, help="Of several phones of a person, the first is rung.")
    number = fields.Char(
        string="Extension", required=True, help="As the telephony calls it, e.g. 101. The part of a channel's name too."
    )
    user_id = fields.Many2one('res.users', string="Employee", required=True, index=True, ondelete='cascade')

    substitute_id = fields.Many2one(
        'res.users',
        ondelete='set null',
        help="Whose phone rings while the employee is away: between the dates here, or on a leave in their calendar.",
    )
    absent_from = fields.Date(string="Away From", help="First day. Empty with a last day means from now on.")
    absent_until = fields.Date(string="Away Until", help="Last day. Empty with a first day means until further notice.")
    talking_in = fields.Char(readonly=True, copy=False, help="The call in which the employee talks, for the provider.")
    talking_since = fields.Datetime(readonly=True, copy=False)

    _number_unique = models.Constraint(
        'UNIQUE (provider_id, number)',
        "An extension belongs to one employee of a provider. Remove it from the other employee first.",
    )
    _check_number = models.Constraint(
        r"CHECK (number ~ '^[A-Za-z0-9_.-]+$')",
        "An extension consists of letters, digits, points, hyphens and underscores, e.g. 101.",
    )
    _check_absence = models.Constraint(
        'CHECK (absent_from <= absent_until)',
        "An absence cannot end before it begins. Correct one of the two days.",
    )

    @api.constrains('substitute_id', 'user_id')
    def _check_substitute(self):
        for extension in self:
            if extension.substitute_id == extension.user_id:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot stand in for themselves at the extension %(extension)s. Choose somebody else.",
                        user=extension.user_id.name,
                        extension=extension.number,
                    )
                )

    def _filter_present(self):
        """Return the extensions whose employees are there today: neither away by these dates, nor on leave.

        A day is one of the company; a leave is one in the working calendar, where Odoo's time off enters it.
        """
        now = fields.Datetime.now()
        # sudo - resource.calendar.leaves: whether somebody is there is asked for the telephone, and not told why.
        leaves = (
            self.env['resource.calendar.leaves']
            .sudo()
            .search(
                [
                    ('resource_id.user_id', 'in', self.user_id.ids),
                    ('time_type', '=', 'leave'),
                    ('date_from', '<=', now),
                    ('date_to', '>=', now),
                ]
            )
        )
        on_leave = leaves.resource_id.user_id
        return self.filtered(lambda extension: extension.user_id not in on_leave and not extension._is_away())

    def _is_away(self):
        if not (self.absent_from or self.absent_until):
            return False
        zone = self.company_id.resource_calendar_id.tz or self.company_id.partner_id.tz or 'UTC'
        today = fields.Date.context_today(self.with_context(tz=zone))
        return (self.absent_from or today) <= today <= (self.absent_until or today)

    def _filter_free(self):
        """Return the extensions at which nobody talks now, as far as the provider has told."""
        since = fields.Datetime.now() - LONGEST_TALK
        return self.filtered(lambda extension: not extension.talking_in or extension.talking_since < since)
