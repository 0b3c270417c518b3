import json
import logging

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.requests.dealflow_request_source import REQUEST_KEYS
from ..tools.bearer_keys import read_key

_logger = logging.getLogger(__name__)

LONGEST_KEY = 255


class Requests(http.Controller):
    """Where sites and programs hand in requests; docs/api.md describes it. Keys are never logged."""

    @http.route('/dealflow/requests', type='http', auth='public', methods=['POST'], csrf=False, save_session=False)
    def take_in(self):
        """Check who calls and what was sent, and make an opportunity of it in elevated rights."""
        source = self._find_source()
        if not source:
            _logger.info("A source of requests without a valid key called from %s", request.httprequest.remote_addr)
            return self._refuse(401, request.env._("The key is not that of a source in use."))
        largest = source._get_largest_body()
        if (request.httprequest.content_length or 0) > largest:
            return self._refuse(413, self._explain_size(largest))
        content = request.httprequest.get_data(cache=True)
        if len(content) > largest:
            return self._refuse(413, self._explain_size(largest))
        try:
            body = json.loads(content)
            # What is nested too deep to be written is refused here as well.
            json.dumps(body)
        except (ValueError, RecursionError):
            return self._refuse(422, request.env._("The body is not JSON."))
        if not isinstance(body, dict) or body.keys() - REQUEST_KEYS:
            return self._refuse(
                422,
                request.env._(
                    "The body must be an object with the keys %(keys)s.", keys=", ".join(sorted(REQUEST_KEYS))
                ),
            )
        if name := source._find_too_large(body):
            return self._refuse(413, source._explain_file_limit(name))
        key = request.httprequest.headers.get('Idempotency-Key', '').strip()[:LONGEST_KEY]
        try:
            if (answer := source._get_answer(key, body)) is None:
                if wait := source._get_wait():
                    return self._refuse(
                        429,
                        request.env._("Too many requests: come again in %(seconds)s seconds.", seconds=wait),
                        [('Retry-After', str(wait))],
                    )
                with source.env.cr.savepoint():
                    answer = source._take_in(body, key)
        except UserError as error:
            return self._refuse(422, error.args[0])
        return request.make_json_response(answer)

    def _find_source(self):
        # The site is no user; what it may do is what this class does.
        sources = request.env(user=SUPERUSER_ID)['dealflow.request.source']
        source = sources._find_by_key(read_key(request.httprequest.headers))
        return source.with_context(allowed_company_ids=source.company_id.ids)

    def _explain_size(self, largest):
        return request.env._("The request is larger than %(size)s MB.", size=largest // 1024 // 1024)

    def _refuse(self, status, message, headers=()):
        return request.make_json_response({'message': message}, headers=list(headers), status=status)
