from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    """Company settings for receipts."""

    _inherit = 'res.company'

    dealflow_receipt_autoclose = fields.Boolean(
        string="Close receipts when covered",
        help="A receipt becomes received on the day of the payment that covers it, and planned again when the payment "
        "is withdrawn.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_receipt_received_by = fields.Selection(
        [
            ('user', "People who work on the deal"),
            ('accountant', "Accountants only"),
            ('match', "Only accounting, by matching the payment"),
        ],
        string="Receipts are set to received by",
        default='user',
        required=True,
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_receipt_remind = fields.Boolean(
        string="Remind of receipts",
        default=True,
        help="The responsible person gets an activity on the planned day.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_receipt_escalation_days = fields.Integer(
        string="Receipts: escalate after",
        default=7,
        help="The head of the sales team gets an activity this many days after the planned date. 0 disables it.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_receipt_mail_client = fields.Boolean(
        string="Mail clients about overdue receipts",
        help="Sends the payment reminder automatically, once for each overdue receipt.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_receipt_defer_to_credit_control = fields.Boolean(
        string="Leave invoices to the credit control",
        default=True,
        help="Clients get no e-mail about an overdue receipt while the credit control reminds them of one of its "
        "invoices.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_receipt_working_days = fields.Boolean(
        string="Receipts are due on working days",
        default=True,
        help="Money that is planned for a day on which the company does not work is overdue after the next working "
        "day only.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    def _dealflow_get_due_days(self, days):
        """Return the due date of each planned date.

        :param days: planned dates
        :rtype: dict[date, date]
        """
        # sudo - res.company: the setting is needed for all receipts that the user sees.
        if not self.sudo().dealflow_receipt_working_days:
            return {day: day for day in days}
        return self._dealflow_get_next_working_days(days)

    def _dealflow_get_last_due_day(self, day):
        """Return the last planned date that is due on ``day`` or earlier."""
        # sudo - res.company: as above.
        if not self.sudo().dealflow_receipt_working_days:
            return day
        return self._dealflow_get_last_working_day(day + timedelta(days=1))

    def write(self, vals):
        result = super().write(vals)
        if 'dealflow_receipt_working_days' in vals:
            self.env.registry.clear_cache()
        if vals.get('dealflow_receipt_autoclose'):
            receipts = self.env['dealflow.receipt'].sudo()
            covered = receipts.search(
                [
                    ('company_id', 'in', self.ids),
                    ('state', '=', 'planned'),
                    ('cover_date', '!=', False),
                ]
            )
            covered.modified(['cover_date'])
        return result
