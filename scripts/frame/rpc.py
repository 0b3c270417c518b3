"""Calls to Odoo as its web client makes them: a session, and method calls in JSON."""

import requests

from frame.errors import FrameError

# Longer than a call may wait for a lock held by a test, or on a busy server.
SECONDS_TO_ANSWER = 300


class Refused(FrameError):
    """An error answered by Odoo, which a user would see in a dialog."""

    def __init__(self, error):
        data = error.get('data') or {}
        # Name of the exception, for example «odoo.exceptions.ValidationError».
        self.kind = data.get('name', '')
        super().__init__(data.get('message') or error.get('message'))


class Session:
    """The session of a user in the web client, logged in on construction."""

    def __init__(self, port, database, login, password):
        self._address = f'http://127.0.0.1:{port}'
        self._http = requests.Session()
        # The server is on this machine, whatever proxy leads to others; each call has a connection of its own.
        self._http.trust_env = False
        self._http.headers['Connection'] = 'close'
        self.requests = 0
        answer = self.post('/web/session/authenticate', db=database, login=login, password=password)
        self.user_id = answer['uid']
        self.context = {**answer['user_context'], 'allowed_company_ids': [answer['user_companies']['current_company']]}

    def call(self, model, method, *args, context=None, **keywords):
        """Call a public method of a model and return its result; raise :class:`Refused` on an error."""
        keywords['context'] = self.context | (context or {})
        return self.post(
            f'/web/dataset/call_kw/{model}/{method}', model=model, method=method, args=args, kwargs=keywords
        )

    def post(self, path, **parameters):
        """Send a call and return its result; the session keeps the cookies that the server sets."""
        self.requests += 1
        content = {'jsonrpc': '2.0', 'id': self.requests, 'method': 'call', 'params': parameters}
        response = self._http.post(self._address + path, json=content, timeout=SECONDS_TO_ANSWER)
        if not response.ok:
            raise FrameError(f"{path}: the server answers {response.status_code} {response.reason}")
        answer = response.json()
        if 'error' in answer:
            raise Refused(answer['error'])
        return answer['result']
