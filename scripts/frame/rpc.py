"""Calls to Odoo as its web client makes them: a session, and method calls in JSON."""

import http.client
import json

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
        self._port = port
        self._cookie = ''
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
        """Send a call in its own request, and keep the session cookie that the server sets."""
        self.requests += 1
        content = json.dumps({'jsonrpc': '2.0', 'id': self.requests, 'method': 'call', 'params': parameters})
        connection = http.client.HTTPConnection('127.0.0.1', self._port, timeout=SECONDS_TO_ANSWER)
        try:
            connection.request('POST', path, content, {'Content-Type': 'application/json', 'Cookie': self._cookie})
            answer = connection.getresponse()
            text = answer.read()
            for value in answer.headers.get_all('Set-Cookie') or ():
                if value.startswith('session_id='):
                    self._cookie = value.split(';')[0]
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise FrameError(f"{path}: the server answers {answer.status} {answer.reason}")
        answer = json.loads(text)
        if 'error' in answer:
            raise Refused(answer['error'])
        return answer['result']
