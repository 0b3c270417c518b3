from odoo import SUPERUSER_ID, api, models


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'dealflow.business.partner.mixin']

    # In a constraint and not in the button, so that every way of confirming an order passes here.
    @api.constrains('state')
    def _check_dealflow_requisites_of_entity(self):
        confirmed = self.filtered(lambda order: order.state == 'sale')
        bought = confirmed.filtered(lambda order: order._dealflow_is_bought_online())
        for company, orders in (confirmed - bought).grouped('company_id').items():
            orders.partner_id._check_dealflow_requisites_gate('order', company, orders.grouped('partner_id'))
        for orders in bought.grouped('company_id').values():
            orders.partner_id._dealflow_post_unconfirmed_requisites(
                'order', orders.company_id, orders.grouped('partner_id')
            )

    def _dealflow_is_bought_online(self):
        """Return whether a client confirms the order in a shop or by paying for it, so that the money is coming.

        The system user does it for clients who do not wait for the answer of the bank.
        """
        self.ensure_one()
        if not (self.env.user.share or self.env.uid == SUPERUSER_ID):
            return False
        # sudo - payment.transaction: the client may not read payments.
        payments = self.sudo().transaction_ids.filtered(lambda payment: payment.state in ('authorized', 'done'))
        return bool(payments or 'website_id' in self._fields and self.website_id)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self._dealflow_is_for_viewer())

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Show viewers a form of our own.

        Odoo's form, and what other modules add to it, counts invoices, deliveries and more that viewers may not read.
        """
        if view_type == 'form' and self._dealflow_is_for_viewer():
            view_id = self.env.ref('dealflow.sale_order_view_form_viewer').id
        return super()._get_view(view_id, view_type, **options)

    @api.model
    def _dealflow_is_for_viewer(self):
        return (
            self.env.user.has_group('dealflow.group_viewer')
            and not self.has_access('write')
            and not self.env['account.move'].has_access('read')
        )

    def _dealflow_get_business_partner_date_field(self):
        return 'date_order'

    @api.depends('business_partner_id')
    def _compute_payment_term_id(self):
        super()._compute_payment_term_id()
        for order in self:
            partner = order._dealflow_get_common_terms_partner()
            if partner and (term := partner.property_payment_term_id):
                order.payment_term_id = term

    @api.depends('business_partner_id')
    def _compute_pricelist_id(self):
        super()._compute_pricelist_id()
        for order in self.filtered(lambda order: order.state == 'draft'):
            partner = order._dealflow_get_common_terms_partner()
            if partner and (pricelist := partner.specific_property_product_pricelist):
                order.pricelist_id = pricelist

    @api.depends('business_partner_id')
    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        for order in self:
            if order.state in ('draft', 'sent'):
                order._dealflow_add_group_credit_warning(order.amount_total / order.currency_rate)

    def _dealflow_get_requisites_operation(self):
        return 'order' if self.state in ('draft', 'sent') else False

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {'business_partner_id': self.business_partner_id.id}
