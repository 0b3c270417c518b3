from odoo import api, models
from odoo.exceptions import AccessError

from ....tools.public_methods import FLAG, public_method


class DealflowReceipt(models.Model):
    """Who sees the plan of all deals, and who only that of his own (E09)."""

    _inherit = 'dealflow.receipt'

    @api.model
    def _is_plan_open(self):
        """Whether the person sees the receipts of every deal that he sees, and not of his own deals only.

        The record rules of receipts say the same. Accountants who are no sellers work on all receipts.
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
        # Not by elevated rights: the section has a right of its own, and a part of it would look like the whole.
        if not self.env.user.has_group('dealflow.group_receipts') and not self.env.user._is_superuser():
            raise AccessError(
                self.env._(
                    "The receipts plan is open to people with the right “%(right)s”. The receipts of your deals stand "
                    "on the deals.",
                    # sudo - res.groups: the name explains the refusal.
                    right=self.env.ref('dealflow.group_receipts').sudo().display_name,
                )
            )
        return super().get_plan_summary(is_mine=is_mine)
