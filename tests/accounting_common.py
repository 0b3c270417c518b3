from datetime import date

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import DealflowCase


class AccountingCommon(DealflowCase, AccountTestInvoicingCommon):
    """A company with books, kept by somebody who has full access to Dealflow; its deals are with ``partner_a``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in ('group_manager', 'group_stage_override', 'group_receipts'):
            cls.env.user.group_ids |= cls.env.ref(f'dealflow.{group}')
        cls.deal_values = {
            'business_partner_id': cls.partner_a.id,
            'legal_entity_id': cls.partner_a.id,
            'opened_on': date(2017, 1, 1),
        }
        cls.receipt_values = {'amount': 1000, 'date_planned': date(2017, 3, 31)}

    def _new_posted_invoice(self, amount=1000, **values):
        return self._new_invoice(self.partner_a, amount, '2017-03-01', post=True, **values)

    def _pay(self, invoice, amount, day=date(2017, 4, 10), **values):
        return self._register_payment(invoice, amount=amount, payment_date=day, **values)
