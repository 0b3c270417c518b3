from odoo import models


class AccountMove(models.Model):
    """Invoices of which the credit control of OCA (account_credit_control) reminds, where it is installed."""

    _inherit = 'account.move'

    def _dealflow_filter_under_credit_control(self):
        """Return the open invoices of which the credit control reminds the client, as it chooses its own lines."""
        if 'credit.control.policy' not in self.env:
            return self.browse()
        # sudo - credit.control.policy: who reminds the client is no secret, policies are read by accountants only.
        controlled = self.sudo().filtered(
            lambda move: (
                move.state == 'posted'
                and move.payment_state in ('not_paid', 'partial')
                and any(map(move._dealflow_is_line_under_credit_control, move.line_ids))
            )
        )
        return controlled.with_env(self.env)

    def _dealflow_is_line_under_credit_control(self, line):
        """Whether the policy of the invoice, else of its partner, else of its company, covers the account of a line."""
        policy = self.credit_policy_id or line.partner_id.credit_policy_id or self.company_id.credit_policy_id
        return bool(policy.level_ids) and not policy.do_nothing and line.account_id in policy.account_ids
