"""Calls of the bridge to Odoo, signed with the token of the telephony provider."""

import hashlib
import hmac
import json
import ssl
import urllib.error
import urllib.request

ANSWER_SECONDS = 20


class OdooRefuses(Exception):
    """Odoo does not understand what was sent; sending it again would not help."""


class OdooAway(Exception):
    """Odoo cannot be reached, or does not know the token: try again later."""


class Odoo:
    """Blocking calls, for threads. Proxies are those of the environment (``https_proxy``)."""

    def __init__(self, address, token, database=None, certificates=None):
        self._address, self._token, self._database = address.rstrip('/'), token, database
        self._context = ssl.create_default_context(cafile=certificates) if address.startswith('https:') else None

    def call(self, what, seconds=ANSWER_SECONDS, **body):
        """Call one of the addresses of docs/api.md, and return its answer.

        :raise OdooAway:
        :raise OdooRefuses: the message is Odoo's sentence
        """
        content = json.dumps(body).encode()
        signature = hmac.new(self._token.encode(), content, hashlib.sha256).hexdigest()
        headers = {
            'Authorization': f'Bearer {self._token}',
            'X-Dealflow-Signature': f'sha256={signature}',
            'Content-Type': 'application/json',
        }
        if self._database:
            headers['X-Odoo-Database'] = self._database
        request = urllib.request.Request(f'{self._address}/dealflow/telephony/{what}', content, headers)
        try:
            with urllib.request.urlopen(request, timeout=seconds, context=self._context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                message = _read_message(error)
            if error.code in (413, 422):
                raise OdooRefuses(message) from None
            raise OdooAway(f"{error.code}: {message}") from None
        except (OSError, ValueError) as error:
            raise OdooAway(str(getattr(error, 'reason', error))) from None


def _read_message(error):
    try:
        return str(json.load(error)['message'])
    except (ValueError, KeyError, TypeError, OSError):
        return str(error.reason)
