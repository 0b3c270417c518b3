from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ....tools.public_methods import public_method


class DealflowDeal(models.Model):
    """The quotations and orders of a deal, made out to its legal entity."""

    _inherit = 'dealflow.deal'

    order_ids = fields.One2many('sale.order', 'deal_id', string="Orders")
    payment_term_id = fields.Many2one(
        'account.payment.term',
        check_company=True,
        help="How the client pays: set when receipts are planned by payment terms, taken over by new quotations.",
    )
    order_count = fields.Integer(compute='_compute_order_count')

    def _compute_order_count(self):
        counts = dict(self.env['sale.order']._read_group([('deal_id', 'in', self.ids)], ['deal_id'], ['__count']))
        for deal in self:
            deal.order_count = counts.get(deal, 0)

    @public_method(one=True)
    def action_new_quotation(self):
        """Create a quotation for the legal entity of the deal and open it; an identical draft is opened instead.

        :return: action that opens the ``sale.order``
        :raise UserError: the deal has no legal entity
        """
        if not self.legal_entity_id:
            raise UserError(
                self.env._(
                    "The deal %(deal)s has no legal entity. Fill in the field “%(field)s”: the quotation is made "
                    "out to it.",
                    deal=self.name,
                    field=self._dealflow_get_field_label('legal_entity_id'),
                )
            )
        self._serialize_creation()
        order = self.order_ids.filtered(self._is_same_quotation)[:1]
        if not order:
            order = self.env['sale.order'].create(self._prepare_order_values())
            order.order_line = [Command.create(self._prepare_order_line_values(line, order)) for line in self.line_ids]
        action = self.action_view_orders()
        action.update(view_mode='form', views=[(False, 'form')], res_id=order.id)
        return action

    def _is_same_quotation(self, order):
        """Return whether an order is a draft with the same data as a new quotation of the deal would have."""
        self.ensure_one()

        names = ('product_id', 'name', 'product_uom_qty', 'price_unit', 'discount')
        proposed = [self._prepare_order_line_values(line, order) for line in self.line_ids]
        present = order.order_line.read(names, load=None)
        return (
            order.state == 'draft'
            and order.partner_id == self.legal_entity_id
            and order.dealflow_contact_id == self._get_correspondent()
            and self.payment_term_id in (order.payment_term_id, self.payment_term_id.browse())
            and [self._describe_order_line(values, order) for values in proposed]
            == [self._describe_order_line(values, order) for values in present]
        )

    def _describe_order_line(self, values, order):
        """Return the comparable values of a quotation line, with its price rounded to the order's currency."""
        return (
            values.get('product_id') or False,
            values['name'],
            round(values['product_uom_qty'], 6),
            order.currency_id.round(values['price_unit']),
            round(values['discount'], 6),
        )

    def _prepare_order_values(self):
        self.ensure_one()
        values = {
            'partner_id': self.legal_entity_id.id,
            'dealflow_contact_id': self._get_correspondent().id,
            'deal_id': self.id,
            'opportunity_id': self.lead_id.id,
            'company_id': self.company_id.id,
            'origin': self.number,
            'user_id': self.user_id.id,
            'team_id': self.team_id.id,
            'campaign_id': self.campaign_id.id,
            'medium_id': self.medium_id.id,
            'source_id': self.source_id.id,
            'tag_ids': [Command.set(self.tag_ids.ids)],
        }
        if self.payment_term_id:
            values['payment_term_id'] = self.payment_term_id.id
        pricelist = self._get_pricelist()
        if pricelist:
            values['pricelist_id'] = pricelist.id
        return values

    def _prepare_order_line_values(self, line, order):
        values = {
            'name': line.name,
            'product_uom_qty': line.quantity,
            'discount': line.discount,
            'price_unit': self.currency_id._convert(
                line.price_unit,
                order.currency_id,
                self.company_id,
                fields.Date.context_today(self),
                round=False,
            ),
        }
        if line.product_id:
            values.update(product_id=line.product_id.id, product_uom_id=line.uom_id.id)
        return values

    @public_method(one=True)
    def action_view_orders(self):
        action = self.env['ir.actions.act_window']._for_xml_id('sale.action_quotations')
        action['domain'] = [('deal_id', '=', self.id)]
        action['context'] = {
            'default_deal_id': self.id,
            'default_opportunity_id': self.lead_id.id,
            'default_partner_id': self.legal_entity_id.id,
            'default_dealflow_contact_id': self._get_correspondent().id,
            'default_user_id': self.user_id.id,
        }
        return action
