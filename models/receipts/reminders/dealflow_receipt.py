from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ....tools.public_methods import public_method

BATCH = 200

DUE = 'dealflow.mail_activity_type_receipt_due'
OVERDUE = 'dealflow.mail_activity_type_receipt_overdue'


class DealflowReceipt(models.Model):
    """Reminders on the due date, escalation when the money does not come, and an e-mail to the client."""

    _inherit = 'dealflow.receipt'

    # The planned date at the last reminder: a receipt is reminded of again after its date was moved.
    reminded_for = fields.Date(copy=False, export_string_translation=False)
    escalated_for = fields.Date(copy=False, export_string_translation=False)
    mailed_for = fields.Date(copy=False, export_string_translation=False)

    def _mail_get_partners(self, introspect_fields=False):
        """Return the contacts of the deal, else the client (C44)."""
        # sudo - dealflow.receipt: Odoo also calls this for followers who may not read everything.
        return {receipt.id: receipt.deal_id._get_correspondents().with_env(self.env) for receipt in self.sudo()}

    @api.model
    def _cron_remind(self):
        """Send the reminders of due and overdue receipts according to the settings of each company."""
        # The money may have come since, been credited, or be no longer expected.
        reminders = self.env['mail.activity']._dealflow_get_reminders(self._name, DUE, OVERDUE)
        reminders._dealflow_unlink_obsolete(self._get_expected_domain())
        steps = []
        for company in self.env['res.company'].search([]):
            today = company._dealflow_get_today()
            planned = Domain('company_id', '=', company.id) & self._get_expected_domain()
            if company.dealflow_receipt_remind:
                due_domain = Domain('date_planned', '<=', company._dealflow_get_last_due_day(today))
                steps.append((planned & due_domain, 'reminded_for', '_remind_responsible'))
            if company.dealflow_receipt_escalation_days:
                limit = fields.Date.subtract(today, days=company.dealflow_receipt_escalation_days)
                steps.append((planned & Domain('date_planned', '<=', limit), 'escalated_for', '_escalate'))
            if company.dealflow_receipt_mail_client:
                overdue = Domain(
                    'date_planned', '<=', company._dealflow_get_last_due_day(fields.Date.subtract(today, days=1))
                )
                steps.append((planned & overdue, 'mailed_for', '_mail_client'))
        due = [(self._get_due(domain, field_name), field_name, method) for domain, field_name, method in steps]
        remaining = sum(len(receipts) for receipts, _field_name, _method in due)
        self.env['ir.cron']._commit_progress(remaining=remaining)
        for receipts, field_name, method in due:
            for start in range(0, len(receipts), BATCH):
                batch = receipts[start : start + BATCH]
                getattr(batch, method)()
                for date_planned, same_date in batch.grouped('date_planned').items():
                    same_date[field_name] = date_planned
                if not self.env['ir.cron']._commit_progress(len(batch)):
                    return

    @api.model
    def _get_due(self, domain, field_name):
        """Return the receipts of a domain for which ``field_name`` is not their present planned date."""
        receipts = self.search(domain, order='date_planned, id')
        return receipts.filtered(lambda receipt: receipt[field_name] != receipt.date_planned)

    def _remind_responsible(self):
        for receipt in self.filtered('user_id.active'):
            receipt.activity_schedule(
                DUE,
                date_deadline=receipt.date_due,
                user_id=receipt.user_id.id,
                summary=receipt._get_reminder_summary(receipt.user_id),
            )

    def _escalate(self):
        """Schedule an activity for the team leader, unless there is none or they are responsible themselves."""
        for receipt in self:
            # sudo - crm.team: the leader of a team is no secret.
            head = receipt.team_id.sudo().user_id
            if not head.active or head == receipt.user_id:
                continue
            receipt.activity_schedule(
                OVERDUE,
                date_deadline=head._dealflow_get_today(),
                user_id=head.id,
                summary=receipt._get_reminder_summary(head),
            )

    def _get_reminder_summary(self, user):
        self.ensure_one()
        env = self.with_context(lang=user.lang).env
        return env._(
            "%(amount)s from %(partner)s, planned for %(date)s",
            amount=format_amount(env, self.open_amount, self.currency_id),
            partner=(self.business_partner_id or self.legal_entity_id).display_name or env._("a client without name"),
            date=format_date(env, self.date_planned),
        )

    def _mail_client(self):
        template = self.env.ref('dealflow.mail_template_receipt_reminder', raise_if_not_found=False)
        if not template:
            return
        for receipt in self.filtered(lambda receipt: receipt._get_mail_partner().email):
            if receipt._is_reminded_by_credit_control():
                continue
            template.send_mail(receipt.id, force_send=False)

    def _is_reminded_by_credit_control(self):
        """Return whether credit control reminds the client of the invoices, so that no second reminder is sent."""
        self.ensure_one()
        # sudo - account.move: the job covers all receipts.
        return self.company_id.dealflow_receipt_defer_to_credit_control and bool(
            self.sudo().invoice_ids._dealflow_filter_under_credit_control()
        )

    def _get_mail_partner(self):
        self.ensure_one()
        return self.legal_entity_id or self.business_partner_id

    @public_method(one=True)
    def action_mail_client(self):
        """Open an e-mail to the client; it is only sent when the user presses Send."""
        return self._get_email_action(self.env._("Remind the Client"), 'dealflow.mail_template_receipt_reminder')

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ['legal_entity_id', 'business_partner_id']
