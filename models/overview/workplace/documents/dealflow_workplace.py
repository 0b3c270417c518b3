from odoo import api, fields, models
from odoo.fields import Domain

# Rows of each list; the button above it opens all.
MAX_ROWS = 10
# What each list shows of its documents: day, due day, number, total and remainder.
INVOICE_COLUMNS = ('invoice_date', 'invoice_date_due', 'name', 'amount_total_signed', 'amount_residual_signed')
LISTS = {
    'unpaid': ('dealflow_unpaid_invoice_ids', 'invoice_date_due, id', INVOICE_COLUMNS),
    'sales': ('dealflow_sale_ids', 'date_order desc, id desc', ('date_order', None, 'name', 'amount_total', None)),
    'payments': ('dealflow_payment_ids', 'date desc, id desc', ('date', None, 'name', 'amount', None)),
}
ACTIONS = {
    'unpaid': 'action_view_dealflow_unpaid_invoices',
    'sales': 'action_view_dealflow_sales',
    'payments': 'action_view_dealflow_payments',
    'receipts': 'action_view_dealflow_receipts',
}


class DealflowWorkplace(models.AbstractModel):
    """The finance of a client: what is unpaid, sold and paid, and money with promised and likely date (C27-C29)."""

    _inherit = 'dealflow.workplace'

    @api.model
    def _get_finance(self, client, family):
        """Return the first rows of each list that the user may read, with totals; the lists of the client's card.

        :param family: the ids of the client and of all below it, looked up once and not each time a domain is used
        """
        blocks = {key: self._get_document_list(client, family, key) for key in LISTS}
        blocks['receipts'] = self._get_receipt_list(client, family)
        if not any(blocks.values()):
            return False
        return {'currency_id': self.env.company.currency_id.id, **blocks, 'actions': ACTIONS}

    @api.model
    def _get_document_domain(self, client, family, field_name):
        """Return the domain of a list in the current company, or ``None`` if the user may not read its documents.

        :param family: the ids of the client and of all below it
        """
        field = client._fields[field_name]
        documents = self.env[field.comodel_name]
        if not documents.has_access('read') or not client._has_field_access(field, 'read'):
            return None

        def name_family(condition):
            is_below = condition.operator == 'child_of' and condition.value == client.id
            return Domain(condition.field_expr, 'in', family) if is_below else condition

        in_company = Domain('company_id', '=', self.env.company.id)
        return in_company & client._get_dealflow_finance_domain(field_name).map_conditions(name_family)

    @api.model
    def _get_document_list(self, client, family, key):
        field_name, order, columns = LISTS[key]
        domain = self._get_document_domain(client, family, field_name)
        if domain is None:
            return False
        documents = self.env[client._fields[field_name].comodel_name]
        day, due, name, total, rest = columns
        is_signed = total.endswith('_signed')
        names = [*filter(None, columns), 'company_id', 'company_currency_id' if is_signed else 'currency_id']
        found = documents.search_fetch(domain, names, order=order, limit=MAX_ROWS)
        today = fields.Date.context_today(self)
        rows = []
        for document in found:
            due_day = due and document[due]
            currency = document.company_currency_id if is_signed else document.currency_id
            rows.append(
                {
                    'id': document.id,
                    'model': document._name,
                    'name': document[name] or document.display_name,
                    'date': fields.Date.to_date(document[day]) or False,
                    'date_due': due_day or False,
                    'amount': document[total],
                    'residual': document[rest] if rest else False,
                    'currency_id': currency.id,
                    'is_overdue': bool(due_day) and due_day < today,
                }
            )
        is_whole = len(found) < MAX_ROWS
        totals = self._get_unpaid_totals(domain, found if is_whole else None) if key == 'unpaid' else {}
        return {'count': len(found) if is_whole else documents.search_count(domain), 'rows': rows, **totals}

    @api.model
    def _get_unpaid_totals(self, domain, invoices):
        """Return what is unpaid in the current company, and how much of it is overdue.

        :param invoices: all of them, if they are known
        """
        moves, today = self.env['account.move'], fields.Date.context_today(self)
        if invoices is not None:
            late = invoices.filtered(lambda move: move.invoice_date_due and move.invoice_date_due < today)
            return {
                'amount': sum(invoices.mapped('amount_residual_signed'), 0.0),
                'overdue_amount': sum(late.mapped('amount_residual_signed'), 0.0),
            }
        overdue = Domain('invoice_date_due', '<', today)
        [(amount,)] = moves._read_group(domain, [], ['amount_residual_signed:sum'])
        [(late,)] = moves._read_group(domain & overdue, [], ['amount_residual_signed:sum'])
        return {'amount': amount or 0.0, 'overdue_amount': late or 0.0}

    @api.model
    def _get_receipt_list(self, client, family):
        """Return the money that is still to come, with the promised and the likely date."""
        receipts = self.env['dealflow.receipt']
        domain = self._get_document_domain(client, family, 'dealflow_receipt_ids')
        if domain is None:
            return False
        domain &= receipts._get_expected_domain()
        found = receipts.search(domain, order='date_planned, id', limit=MAX_ROWS)
        [(count, amount)] = receipts._read_group(domain, [], ['__count', 'open_amount_company:sum'])
        deals = found.deal_id._filtered_access('read')
        return {
            'count': count,
            'amount': amount or 0.0,
            'rows': [
                {
                    'id': receipt.id,
                    'model': receipt._name,
                    'name': receipt.name,
                    'state': receipt.state,
                    'date_promised': receipt.date_planned,
                    'date_likely': receipt.date_likely or False,
                    'is_overdue': receipt.is_overdue,
                    'amount': receipt.amount,
                    'open_amount': receipt.open_amount,
                    'currency_id': receipt.currency_id.id,
                    'deal': self._show(receipt.deal_id & deals),
                }
                for receipt in found
            ],
        }
