import binascii

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers import portal

from ..models.pricing.documents.acceptance.sale_order import REFUSALS


class CustomerPortal(portal.CustomerPortal):
    """What a client accepts is kept, also where Odoo would only refuse it."""

    @http.route()
    def portal_quote_accept(self, order_id, access_token=None, name=None, signature=None):
        """Keep the acceptance of an expired offer, and of one that a gate refuses; the order waits then."""
        access_token = access_token or request.httprequest.args.get('access_token')
        values = {'access_token': access_token, 'name': name, 'signature': signature}
        try:
            order_sudo = self._document_check_access('sale.order', order_id, access_token=access_token)
        except (AccessError, MissingError):
            return super().portal_quote_accept(order_id, **values)
        if order_sudo._dealflow_can_be_accepted_late():
            if not signature:
                return {'error': request.env._("Signature is missing.")}
            return self._dealflow_keep_acceptance(order_sudo, order_sudo._dealflow_explain_expiry(), name, signature)
        try:
            with request.env.cr.savepoint():
                answer = super().portal_quote_accept(order_id, **values)
        except REFUSALS as error:
            problem = order_sudo._dealflow_explain_refusal(error)
            return self._dealflow_keep_acceptance(order_sudo, problem, name, signature)
        if 'error' not in answer:
            order_sudo._dealflow_follow_acceptance()
        return answer

    def _dealflow_keep_acceptance(self, order_sudo, problem, name, signature):
        try:
            with request.env.cr.savepoint():
                order_sudo._dealflow_keep_acceptance(problem, name, signature)
        except (TypeError, binascii.Error):
            return {'error': request.env._("Invalid signature data.")}
        return {'force_refresh': True, 'redirect_url': order_sudo.get_portal_url()}

    @http.route('/my/orders/<int:order_id>/words', type='jsonrpc', auth='public', website=True)
    def dealflow_keep_words(self, order_id, access_token=None, words=None):
        """Keep what a client writes beside the signature, as long as the offer can be accepted."""
        access_token = access_token or request.httprequest.args.get('access_token')
        try:
            order_sudo = self._document_check_access('sale.order', order_id, access_token=access_token)
        except (AccessError, MissingError):
            return False
        if not (order_sudo._has_to_be_signed() or order_sudo._dealflow_can_be_accepted_late()):
            return False
        order_sudo._dealflow_keep_words(words)
        return True
