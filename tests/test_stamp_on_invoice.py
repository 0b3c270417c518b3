from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dealflow.models.pricing.documents.dealflow_stamped_document_mixin import SENDING

from .accounting_common import AccountingCommon
from .test_stamp import make_picture


@tagged('post_install', '-at_install')
class TestStampOnInvoice(AccountingCommon):
    """Stamps on invoices, whose first PDF Odoo keeps for good (C25)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = 'account.group_account_invoice,dealflow.group_user_own'
        company = {'company_id': cls.env.company.id, 'company_ids': [Command.set(cls.env.company.ids)]}
        cls.granted = cls._new_user('stamp_granted', groups, **company)
        cls.other = cls._new_user('stamp_other', groups, **company)
        cls.stamp = cls.env['dealflow.stamp'].create(
            {'name': "Round stamp", 'image': make_picture(), 'user_ids': [Command.set(cls.granted.ids)]}
        )

    def _send(self, invoice, user):
        self.env['account.move.send'].with_user(user)._generate_and_send_invoices(
            invoice.with_user(user), sending_methods=[]
        )
        self._end_transaction()
        return invoice.invoice_pdf_report_id.raw.decode()

    def _end_transaction(self):
        self.env.cr.cache.pop(SENDING, None)

    def _print(self, invoice):
        report = self.env['ir.actions.report']
        return report._render_qweb_html('account.report_invoice_with_payments', invoice.ids)[0].decode()

    def test_the_first_sending_puts_it_and_the_kept_pdf_has_it(self):
        invoice = self._new_posted_invoice()
        picture = self.stamp._get_picture_uri()
        self.assertNotIn(picture, self._print(invoice), "Nobody has sent it.")
        self.assertIn(picture, self._send(invoice, self.granted))
        self.assertIn(picture, self._print(invoice))
        self.assertEqual(invoice.dealflow_stamp_names, "Round stamp")

    def test_without_the_right_it_is_sent_without(self):
        invoice = self._new_posted_invoice()
        self.assertNotIn(self.stamp._get_picture_uri(), self._send(invoice, self.other))
        self.assertNotIn(self.stamp._get_picture_uri(), self._print(invoice))

    def test_drafts_and_bills_show_none(self):
        invoice = self._new_invoice(self.partner_a)
        invoice.with_user(self.granted)._dealflow_put_stamps()
        self.assertFalse(invoice.dealflow_stamp_ids)
        bill = self._new_posted_invoice(move_type='in_invoice')
        bill.with_user(self.granted)._dealflow_put_stamps()
        self.assertFalse(bill.dealflow_stamp_ids)
        sent = self._new_posted_invoice()
        self._send(sent, self.granted)
        sent.button_draft()
        self.assertNotIn(self.stamp._get_picture_uri(), self._print(sent))
        sent.invoice_line_ids.price_unit = 77
        sent.action_post()
        self.assertNotIn(self.stamp._get_picture_uri(), self._print(sent), "The content is another one.")

    def test_chosen_in_a_list_and_sent_by_a_job(self):
        for user, is_stamped in ((self.granted, True), (self.other, False)):
            invoice = self._new_posted_invoice()
            # A person who has no right names one who has.
            invoice.with_user(user).sending_data = {
                'author_user_id': self.granted.id,
                'author_partner_id': self.granted.partner_id.id,
                'sending_methods': [],
            }
            self._end_transaction()
            robot = self.env['res.users'].browse(SUPERUSER_ID)
            self.env['account.move.send'].with_user(robot)._generate_and_send_invoices(
                invoice.with_user(robot), from_cron=True
            )
            content = invoice.invoice_pdf_report_id.raw.decode()
            self.assertEqual(self.stamp._get_picture_uri() in content, is_stamped)

    def test_nobody_sets_it_by_hand(self):
        invoice = self._new_posted_invoice()
        with self.assertRefused(AccessError, "Dealflow sets it by itself"):
            invoice.with_user(self.granted).write({'dealflow_stamp_ids': [Command.set(self.stamp.ids)]})
        self._send(invoice, self.granted)
        self.assertFalse(invoice.copy().dealflow_stamp_ids)
