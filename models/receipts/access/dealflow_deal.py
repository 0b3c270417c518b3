from odoo import api, fields, models
from odoo.exceptions import AccessError

from ....tools.public_methods import public_method


class DealflowDeal(models.Model):
    """Users without the right to the receipts plan see only the receipt totals of deals that are not theirs (E09)."""

    _inherit = 'dealflow.deal'

    can_read_receipts = fields.Boolean(compute='_compute_can_read_receipts', export_string_translation=False)

    @api.depends('is_own')
    @api.depends_context('uid')
    def _compute_can_read_receipts(self):
        is_open = self.env['dealflow.receipt']._is_plan_open()
        for deal in self:
            deal.can_read_receipts = is_open or not deal._origin or deal.is_own

    def web_read(self, specification):
        """Clear the cached list of receipts first: recomputing in sudo may have put rows hidden from the user in it."""
        if 'receipt_ids' in specification and self == self._origin and not self.env['dealflow.receipt']._is_plan_open():
            self.invalidate_recordset(['receipt_ids'])
        return super().web_read(specification)

    def _get_counted_receipts(self):
        if self.env['dealflow.receipt']._is_plan_open():
            return super()._get_counted_receipts()
        # In the form of the user's own deal, the totals follow unsaved changes.
        in_form = self.filtered(lambda deal: not deal.id and deal.can_read_receipts)
        counted = super(DealflowDeal, in_form)._get_counted_receipts()
        # sudo - dealflow.receipt: only for the totals. Searched, to keep rows that the user may not read out of the
        # cached list of the deal.
        receipts_sudo = (
            self.env['dealflow.receipt']
            .sudo()
            .with_context(active_test=False)
            .search([('deal_id', 'in', (self - in_form)._origin.ids)])
        )
        by_deal = receipts_sudo.grouped('deal_id')
        return counted | {deal: by_deal.get(deal._origin.sudo(), receipts_sudo.browse()) for deal in self - in_form}

    @public_method()
    def action_plan_receipts(self):
        self._check_receipts_open()
        return super().action_plan_receipts()

    @public_method()
    def action_adjust_receipts(self):
        self._check_receipts_open()
        return super().action_adjust_receipts()

    @public_method()
    def action_view_receipts(self):
        self._check_receipts_open()
        return super().action_view_receipts()

    def _get_payment_schedule(self):
        self._check_receipts_open()
        return super()._get_payment_schedule()

    def _check_receipts_open(self):
        for deal in self:
            if not deal.can_read_receipts:
                raise AccessError(
                    self.env._(
                        "The receipts of the deal %(deal)s are seen by the people on the deal, and by those with the "
                        "right “%(right)s”.",
                        # sudo - res.groups: the name explains the refusal.
                        deal=deal.name,
                        right=self.env.ref('dealflow.group_receipts').sudo().display_name,
                    )
                )
