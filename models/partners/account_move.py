from odoo import api, models

# Groups that may read invoices in Odoo. Fields about invoices have these groups; for all other users, views use boolean
# fields.
INVOICE_READERS = 'account.group_account_invoice,account.group_account_readonly,sales_team.group_sale_salesman'


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'dealflow.business.partner.mixin']

    @api.depends('business_partner_id')
    def _compute_invoice_payment_term_id(self):
        # A posted invoice keeps its payment term: terms that are agreed later do not change it.
        drafts = self.filtered(lambda move: move.state == 'draft')
        for move in self - drafts:
            move.invoice_payment_term_id = move.invoice_payment_term_id
        super(AccountMove, drafts)._compute_invoice_payment_term_id()
        for move in drafts:
            partner = move._dealflow_get_common_terms_partner()
            if not partner:
                continue
            if move.is_sale_document(include_receipts=True):
                term = partner.property_payment_term_id
            elif move.is_purchase_document(include_receipts=True):
                term = partner.property_supplier_payment_term_id
            else:
                term = None
            if term:
                move.invoice_payment_term_id = term

    @api.depends('business_partner_id')
    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        for move in self:
            if move.state == 'draft' and move.move_type == 'out_invoice':
                # The uninvoiced amount of the invoice's order is counted already.
                move._dealflow_add_group_credit_warning(
                    move.amount_total_signed - move._get_partner_credit_warning_exclude_amount()
                )

    # In a constraint and not in the button, so that every way of posting an invoice passes here.
    @api.constrains('state')
    def _check_dealflow_requisites_of_entity(self):
        posted = self.filtered(lambda move: move.state == 'posted' and move.is_invoice(include_receipts=True))
        for company, moves in posted.grouped('company_id').items():
            moves.partner_id._check_dealflow_requisites_gate('invoice', company, moves.grouped('partner_id'))

    def action_post(self):
        passing, refused = self._dealflow_split_by_requisites()
        if not refused:
            return super().action_post()
        return refused._dealflow_notify_not_posted(super(AccountMove, passing).action_post())

    def action_validate_moves_with_confirmation(self):
        passing, refused = self._dealflow_split_by_requisites()
        if not refused:
            return super().action_validate_moves_with_confirmation()
        return refused._dealflow_notify_not_posted(
            super(AccountMove, passing).action_validate_moves_with_confirmation()
        )

    def _dealflow_split_by_requisites(self):
        """Split a batch into invoices that may be posted and others, so that one client does not hold up all.

        If none may be posted, none is set apart: the constraint then refuses them with its explanation.

        :return: ``(passing, refused)``
        """
        refused = self.browse()
        drafts = self.filtered(lambda move: move.state == 'draft' and move.is_invoice(include_receipts=True))
        for company, moves in drafts.grouped('company_id').items() if len(self) > 1 else ():
            if company.sudo().dealflow_gate_invoice == 'block':
                problems = moves.partner_id._dealflow_get_requisites_problems()
                refused += moves.filtered(lambda move, problems=problems: move.commercial_partner_id in problems)
        return (self - refused, refused) if self - refused else (self, self.browse())

    def _dealflow_notify_not_posted(self, result):
        """Log on invoices that stayed drafts why they did, and notify the user.

        :param result: the result of posting the other invoices
        :return: action that names the invoices, and goes on to the action ``result``
        """
        problems = self.partner_id._dealflow_get_requisites_problems()
        for entity, moves in self.grouped('commercial_partner_id').items():
            note = self.env._("Not posted: %(problem)s", problem=problems[entity])
            moves._message_log_batch(bodies=dict.fromkeys(moves.ids, note))
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning',
                'sticky': True,
                'title': self.env._("Not posted"),
                'message': self.env._(
                    "The other invoices are posted. These stay drafts: %(invoices)s. %(problems)s",
                    invoices=", ".join(f"{move.display_name} ({move.partner_id.display_name})" for move in self),
                    problems=" ".join(problems.values()),
                ),
                'next': result or {'type': 'ir.actions.act_window_close'},
            },
        }

    def _dealflow_get_business_partner_date_field(self):
        return 'date'

    def _dealflow_get_requisites_operation(self):
        return 'invoice' if self.state == 'draft' and self.is_invoice(include_receipts=True) else False
