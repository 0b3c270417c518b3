import hashlib
import hmac
import json
import logging

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools.bearer_keys import read_key

_logger = logging.getLogger(__name__)

NOTICE = ('kind', 'uniqueid', 'direction', 'number', 'name', 'extension', 'rang', 'command', 'reason')
LARGEST_BODY = 1024 * 1024
OPTIONS = {'type': 'http', 'auth': 'public', 'methods': ['POST'], 'csrf': False, 'save_session': False}


class Telephony(http.Controller):
    """Where telephone systems call; docs/api.md describes it.

    The token says who calls, the signature that the body arrived as it was sent. Neither is ever logged.
    """

    @http.route('/dealflow/telephony/calls', **OPTIONS)
    def receive_calls(self):
        return self._answer(
            {'calls', 'sent'},
            lambda provider, body: {'calls': provider._receive(body.get('calls'), body.get('sent'))},
        )

    @http.route('/dealflow/telephony/notices', **OPTIONS)
    def notify(self):
        return self._answer(set(NOTICE), lambda provider, body: provider._notify(*(body.get(key) for key in NOTICE)))

    @http.route('/dealflow/telephony/lookup', **OPTIONS)
    def look_up(self):
        return self._answer({'number'}, lambda provider, body: provider._look_up(str(body.get('number') or '')[:64]))

    @http.route('/dealflow/telephony/routes', **OPTIONS)
    def get_routes(self):
        return self._answer({'after'}, lambda provider, body: provider._get_routes(_read_number(body.get('after'))))

    def _answer(self, keys, act):
        """Check who calls and what was sent, let ``act`` do it in elevated rights, and answer in JSON."""
        provider = self._find_provider()
        if not provider:
            _logger.info("A telephony provider without a valid token called from %s", request.httprequest.remote_addr)
            return self._refuse(401, request.env._("The token is not that of a telephony provider in use."))
        content = request.httprequest.get_data(cache=True)
        if len(content) > LARGEST_BODY:
            return self._refuse(413, request.env._("The body is larger than 1 MB. Send fewer calls at a time."))
        if not self._is_signed(content):
            return self._refuse(401, request.env._("The signature does not belong to this body and token."))
        try:
            body = json.loads(content)
        except ValueError:
            return self._refuse(422, request.env._("The body is not JSON."))
        if not isinstance(body, dict) or body.keys() - keys:
            return self._refuse(
                422,
                request.env._("The body must be an object with the keys %(keys)s.", keys=", ".join(sorted(keys))),
            )
        try:
            provider._note_contact()
            with provider.env.cr.savepoint():
                answer = act(provider, body)
        except UserError as error:
            return self._refuse(422, error.args[0])
        return request.make_json_response(answer)

    def _get_token(self):
        return read_key(request.httprequest.headers)

    def _find_provider(self):
        # The telephone system is no user; what it may do is what this class does.
        providers = request.env(user=SUPERUSER_ID)['dealflow.telephony.provider']
        provider = providers._find_by_token(self._get_token())
        return provider.with_context(allowed_company_ids=provider.company_id.ids)

    def _is_signed(self, content):
        given = request.httprequest.headers.get('X-Dealflow-Signature', '')
        expected = hmac.new(self._get_token().encode(), content, hashlib.sha256).hexdigest()
        return hmac.compare_digest(given.encode(), f'sha256={expected}'.encode())

    def _refuse(self, status, message):
        return request.make_json_response({'message': message}, status=status)


def _read_number(value):
    return value if type(value) is int and value > 0 else 0
