from odoo import models


class AccountMove(models.Model):
    """Invoices for which OCA's credit control (``account_credit_control``), if installed, reminds the client."""

    _inherit = 'account.move'

    def _dealflow_filter_under_credit_control(self):
        """Return the open invoices for which credit control reminds the client, selected as it selects its lines."""
        if 'credit.control.policy' not in self.env:
            return self.browse()
        # sudo - credit.control.policy: only accountants may read policies, but who reminds the client is no secret.
        controlled = self.sudo().filtered(
            lambda move: (
                move.state == 'posted'
                and move.payment_state in ('not_paid', 'partial')
                and any(map(move._dealflow_is_line_under_credit_control, move.line_ids))
            )
        )
        return controlled.with_env(self.env)

    def _dealflow_is_line_under_credit_control(self, line):
        """Return whether the policy (of the invoice, else partner, else company) covers the account of the line."""
        policy = self.credit_policy_id or line.partner_id.credit_policy_id or self.company_id.credit_policy_id
        return bool(policy.level_ids) and not policy.do_nothing and line.account_id in policy.account_ids
