from odoo import api, fields, models
from odoo.exceptions import AccessError

from ....tools.public_methods import public_method


class DealflowDeal(models.Model):
    """Of a deal that is not his own a person without the right to the receipts plan sees the totals only (E09)."""

    _inherit = 'dealflow.deal'

    can_read_receipts = fields.Boolean(compute='_compute_can_read_receipts', export_string_translation=False)

    @api.depends('is_own')
    @api.depends_context('uid')
    def _compute_can_read_receipts(self):
        is_open = self.env['dealflow.receipt']._is_plan_open()
        for deal in self:
            deal.can_read_receipts = is_open or not deal._origin or deal.is_own

    def web_read(self, specification):
        """Read the list of receipts anew: what follows a change in elevated rights leaves rows of it in the cache."""
        if 'receipt_ids' in specification and self == self._origin and not self.env['dealflow.receipt']._is_plan_open():
            self.invalidate_recordset(['receipt_ids'])
        return super().web_read(specification)

    def _get_counted_receipts(self):
        if self.env['dealflow.receipt']._is_plan_open():
            return super()._get_counted_receipts()
        # In the form of an own deal the totals follow what is typed.
        in_form = self.filtered(lambda deal: not deal.id and deal.can_read_receipts)
        counted = super(DealflowDeal, in_form)._get_counted_receipts()
        # sudo - dealflow.receipt: for their sums. Read past the deal, whose list is for who may read its rows.
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
    def action_level_receipts(self):
        self._check_receipts_open()
        return super().action_level_receipts()

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
