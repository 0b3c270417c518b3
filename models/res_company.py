from odoo import fields, models

GATES = [('ignore', "Ignore"), ('warn', "Warn"), ('block', "Block")]


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_four_eyes = fields.Boolean(
        string="Four eyes on requisites", default=True,
        help="Who changed the requisites of a legal entity last may not confirm them.",
    )
    dealflow_gate_order = fields.Selection(
        GATES, string="Unconfirmed requisites: orders", default='warn', required=True)
    dealflow_gate_invoice = fields.Selection(
        GATES, string="Unconfirmed requisites: invoices", default='warn', required=True)
    dealflow_gate_contract = fields.Selection(
        GATES, string="Unconfirmed requisites: contracts", default='warn', required=True)
    dealflow_gate_stage = fields.Selection(
        GATES, string="Unconfirmed requisites: gated stages", default='warn', required=True)
    dealflow_contract_reminder_days = fields.Integer(
        string="Contracts: remind before the end", default=30,
        help="So many days before a contract ends, its responsible person gets an activity. 0 disables the reminder.",
    )
    dealflow_receipt_autoclose = fields.Boolean(
        string="Close receipts when covered",
        help="A receipt becomes received on the day of the payment that covers it, and planned again when the payment "
             "is withdrawn.",
    )
    dealflow_receipt_received_by = fields.Selection(
        [
            ('user', "People who work on the deal"),
            ('accountant', "Accountants only"),
            ('match', "Only accounting, by matching the payment"),
        ],
        string="Receipts are set to received by", default='user', required=True,
    )
    dealflow_receipt_remind = fields.Boolean(
        string="Remind of receipts", default=True,
        help="The responsible person gets an activity on the planned day.",
    )
    dealflow_receipt_escalation_days = fields.Integer(
        string="Receipts: escalate after", default=7,
        help="So many days after the planned date the head of the sales team gets an activity. 0 disables it.",
    )
    dealflow_receipt_mail_client = fields.Boolean(
        string="Mail clients about overdue receipts",
        help="Sends the letter “reminder of a payment” once for each overdue receipt without anybody's click.",
    )
    dealflow_attribution = fields.Selection(
        [('first', "First touch"), ('last', "Last touch")], string="Attribution", default='first', required=True,
        help="Which event an opportunity counts for when several have touched it, unless the screen says otherwise.",
    )
    dealflow_attribution_days = fields.Integer(
        string="Attribution window", default=365,
        help="An event that somebody of the client attended counts for opportunities opened so many days later at "
             "most. 0 means without limit.",
    )

    dealflow_event_remind = fields.Boolean(
        string="Remind of clients without a next event", default=True,
        help="Every night the responsible person of an open deal gets an activity when no event is planned with the "
             "client.",
    )

    dealflow_claim_hours_low = fields.Integer(
        string="Claims: low priority", default=80,
        help="Working hours until the deadline of a claim. 0 means no deadline.")
    dealflow_claim_hours_medium = fields.Integer(
        string="Claims: medium priority", default=40,
        help="Working hours until the deadline of a claim. 0 means no deadline.")
    dealflow_claim_hours_high = fields.Integer(
        string="Claims: high priority", default=16,
        help="Working hours until the deadline of a claim. 0 means no deadline.")
    dealflow_claim_hours_urgent = fields.Integer(
        string="Claims: urgent", default=4,
        help="Working hours until the deadline of a claim. 0 means no deadline.")

    _check_claim_hours = models.Constraint(
        'CHECK (dealflow_claim_hours_low >= 0 AND dealflow_claim_hours_medium >= 0'
        ' AND dealflow_claim_hours_high >= 0 AND dealflow_claim_hours_urgent >= 0)',
        "The hours until the deadline of a claim cannot be negative.",
    )

    def _get_claim_hours(self, priority):
        """Return the working hours until the deadline of a claim of a priority; 0 means no deadline."""
        names = {'0': 'low', '1': 'medium', '2': 'high', '3': 'urgent'}
        return self[f'dealflow_claim_hours_{names[priority]}'] if priority else 0

    def write(self, vals):
        result = super().write(vals)
        if vals.get('dealflow_receipt_autoclose'):
            receipts = self.env['dealflow.receipt'].sudo()
            covered = receipts.search([
                ('company_id', 'in', self.ids), ('state', '=', 'planned'), ('cover_date', '!=', False),
            ])
            covered.modified(['cover_date'])
        return result
