from odoo import api, models
from odoo.exceptions import AccessError

from ....tools.public_methods import FLAG, public_method


class DealflowReceipt(models.Model):
    """Decides who sees the receipts of all deals, and who only those of their own deals (E09)."""

    _inherit = 'dealflow.receipt'

    @api.model
    def _is_plan_open(self):
        """Return whether the user sees the receipts of all deals that they see, and not only of their own deals.

        The record rules of receipts do the same. Accountants who are not salespeople work on all receipts.
        """
        person = self.env.user
        return (
            person._is_superuser()
            or person.has_group('dealflow.group_receipts')
            or person.has_group('account.group_account_invoice')
            and not person.has_group('dealflow.group_user_own')
        )

    @api.model
    @api.readonly
    @public_method(is_mine=FLAG)
    def get_plan_summary(self, is_mine=False):
        # Checked by group, even in sudo: the receipts of the user's own deals would look like the whole plan.
        if not self.env.user.has_group('dealflow.group_receipts') and not self.env.user._is_superuser():
            raise AccessError(
                self.env._(
                    "The receipts plan is open to people with the right “%(right)s”. You find the receipts of your "
                    "deals on the deals.",
                    # sudo - res.groups: the name explains the refusal.
                    right=self.env.ref('dealflow.group_receipts').sudo().display_name,
                )
            )
        return super().get_plan_summary(is_mine=is_mine)
