from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.public_methods import public_method


class DealflowReceipt(models.Model):
    """Figures for accountants on the start page."""

    _inherit = 'dealflow.receipt'

    @api.model
    @api.readonly
    @public_method()
    def get_accounting_summary(self):
        """Count what waits for accounting: requisites, receipts without money or invoice, money without an invoice.

        A row is returned only to users who have the right to do that work. Amounts are in the currency of the current
        company, whose receipts and payments are counted; legal entities have no amount. «Today» is in the user's time
        zone.

        :return: ``{'rows': [{'name', 'label', 'action', 'domain', 'count', 'amount'}], 'currency_id': id}``;
            ``action`` is the XML id of the list with the counted records, to be narrowed by ``domain``; ``amount`` is
            ``False`` if there is nothing to sum
        :rtype: dict
        """
        company = self.env.company
        rows = []

        def add(name, label, action, domain, count, amount):
            rows.append(
                {
                    'name': name,
                    'label': label,
                    'action': action,
                    'domain': list(domain),
                    'count': count,
                    'amount': amount,
                }
            )

        if self.env.user.has_group('dealflow.group_requisites_confirmer'):
            domain = Domain('requisites_state', 'in', ('to_confirm', 'changed'))
            add(
                'requisites',
                self.env._("Legal entities to confirm"),
                'dealflow.res_partner_action_requisites_queue',
                domain,
                self.env['res.partner'].search_count(domain),
                False,
            )
        if self.env.user.has_group('account.group_account_invoice'):
            of_company = Domain('company_id', '=', company.id)
            expected = of_company & self._get_expected_domain()
            today = fields.Date.context_today(self)
            for name, label, domain in (
                ('overdue', self.env._("Overdue receipts to match with payments"), Domain('is_overdue', '=', True)),
                (
                    'not_invoiced',
                    self.env._("Due receipts without an invoice"),
                    Domain('is_invoiced', '=', False) & Domain('date_planned', '<=', today),
                ),
            ):
                [(count, amount)] = self._read_group(expected & domain, [], ['__count', 'open_amount_company:sum'])
                add(name, label, 'dealflow.dealflow_receipt_action', expected & domain, count, amount or 0.0)
            domain = (
                of_company
                & Domain('payment_type', '=', 'inbound')
                & Domain('partner_type', '=', 'customer')
                & self.env['account.payment']._dealflow_get_valid_domain()
                & Domain('is_reconciled', '=', False)
            )
            [(count, amount)] = self.env['account.payment']._read_group(
                domain, [], ['__count', 'amount_company_currency_signed:sum']
            )
            add(
                'payments',
                self.env._("Payments that belong to no invoice yet"),
                'account.action_account_payments',
                domain,
                count,
                amount or 0.0,
            )
        return {'rows': rows, 'currency_id': company.currency_id.id}
