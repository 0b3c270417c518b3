from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dealflow.tests.accounting_common import AccountingCommon


@tagged('post_install', '-at_install')
class TestCreditControl(AccountingCommon):
    """Only one of the two reminds the client of an invoice: credit control (account_credit_control) or Dealflow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('account_credit_control.group_account_credit_control_manager')
        cls.env['dealflow.receipt'].search([('state', '=', 'planned')])._action_set_state('cancelled')
        cls.company = cls.company_data['company']
        cls.company.dealflow_receipt_mail_client = True
        cls.partner_a.email = 'client@example.com'
        cls.policy = cls.env['credit.control.policy'].create(
            {
                'name': "Reminders",
                'company_id': cls.company.id,
                'account_ids': [Command.set(cls.partner_a.property_account_receivable_id.ids)],
                'level_ids': [
                    Command.create(
                        {
                            'name': "First",
                            'level': 1,
                            'computation_mode': 'net_days',
                            'delay_days': 1,
                            'email_template_id': cls.env['mail.template'].search([], limit=1).id,
                            'channel': 'email',
                            'custom_text': "Please pay.",
                            'custom_mail_text': "Please pay.",
                        }
                    )
                ],
            }
        )
        cls.deal = cls._new_deal()
        cls.invoice = cls._new_invoice(cls.partner_a, 1000, '2017-03-01', post=True)
        cls.receipt = cls._new_receipt(cls.deal, invoice_ids=[Command.set(cls.invoice.ids)])

    def _remind(self):
        """Return the number of emails sent to the client."""
        to_client = ('recipient_ids', 'in', self.partner_a.ids)
        letters = [('model', '=', 'dealflow.receipt'), ('res_id', '=', self.receipt.id), to_client]
        self.receipt.mailed_for = False
        before = self.env['mail.mail'].search_count(letters)
        with freeze_time("2017-04-10 12:00:00"), self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_receipt_remind').method_direct_trigger()
        self.env.invalidate_all()
        return self.env['mail.mail'].search_count(letters) - before

    def test_policy_of_company_partner_or_invoice_keeps_our_letter_back(self):
        self.assertEqual(self._remind(), 1, "no policy yet")
        for record in (self.company, self.partner_a, self.invoice):
            with self.subTest(record=record._name):
                record.credit_policy_id = self.policy
                self.assertEqual(self._remind(), 0)
                record.credit_policy_id = False
                self.assertEqual(self._remind(), 1)

    def test_nearer_policy_goes_before(self):
        """The policy of the client takes precedence: when it does nothing, Dealflow sends its email."""
        self.company.credit_policy_id = self.policy
        self.partner_a.credit_policy_id = self.policy.copy({'name': "Nothing", 'do_nothing': True})
        self.assertEqual(self._remind(), 1)

    def test_setting_lets_both_remind(self):
        self.company.credit_policy_id = self.policy
        self.company.dealflow_receipt_defer_to_credit_control = False
        self.assertEqual(self._remind(), 1)

    def test_receipt_without_an_open_invoice_gets_our_letter(self):
        self.company.credit_policy_id = self.policy
        self.receipt.invoice_ids = False
        self.assertEqual(self._remind(), 1)

    def test_credit_control_itself_chooses_the_same_invoices(self):
        """Dealflow considers the same invoices as controlled as a run of the credit control does."""
        run = self.env['credit.control.run'].create(
            {'date': '2017-06-01', 'company_id': self.company.id, 'policy_ids': [Command.set(self.policy.ids)]}
        )
        for chosen in (self.invoice.browse(), self.company, self.partner_a):
            with self.subTest(chosen=chosen):
                chosen.credit_policy_id = self.policy
                lines = self.policy._get_move_lines_to_process(run) & self.invoice.line_ids
                self.assertEqual(lines.move_id, self.invoice._dealflow_filter_under_credit_control())
                chosen.credit_policy_id = False
