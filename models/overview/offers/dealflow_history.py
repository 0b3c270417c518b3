from odoo import fields, models


class DealflowHistory(models.Model):
    """Offers that were sent from the price form, with the subject of their letter (C24)."""

    _inherit = 'dealflow.history'
    _depends = {
        'dealflow.offer': [
            'order_id',
            'legal_entity_id',
            'business_partner_id',
            'user_id',
            'state',
            'queued_on',
            'company_id',
            'deal_id',
            'message_id',
        ],
        'mail.message': ['subject'],
    }

    kind = fields.Selection(selection_add=[('offer', "Commercial offer"), ('order',)])

    def _get_parts(self):
        part = (
            'offer',
            {
                'date': "source.queued_on",
                'partner_id': "source.legal_entity_id",
                'business_partner_id': "source.business_partner_id",
                'user_id': "source.user_id",
                'name': "COALESCE(letter.subject, sold.name)",
                'amount': "sold.amount_total",
                'currency_id': "sold.currency_id",
                'company_id': "source.company_id",
                'deal_id': "source.deal_id",
                'res_model': "'sale.order'",
                'res_id': "source.order_id",
            },
            "dealflow_offer source JOIN sale_order sold ON sold.id = source.order_id "
            "LEFT JOIN mail_message letter ON letter.id = source.message_id "
            "WHERE source.state = 'queued'",
        )
        return [*super()._get_parts(), part]
