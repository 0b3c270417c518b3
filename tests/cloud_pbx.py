import hashlib
import hmac
import json
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

TOKEN_REASON = (401, {'reason': 'signature', 'message': "Wrong."})


class CloudPbx(BaseHTTPRequestHandler):
    """A second program that takes commands, written after docs/api.md and nothing else."""

    def do_POST(self):
        server = self.server
        content = self.rfile.read(int(self.headers['Content-Length']))
        key = hashlib.sha256(server.token.encode()).hexdigest().encode()
        signature = 'sha256=' + hmac.new(key, content, hashlib.sha256).hexdigest()
        body = json.loads(content)
        age = (datetime.now(timezone.utc) - datetime.fromisoformat(body['sent'])).total_seconds()
        if not hmac.compare_digest(signature, self.headers['X-Dealflow-Signature']):
            status, answer = TOKEN_REASON
        elif abs(age) > 60 or body['id'] in server.ids:
            status, answer = 401, {'reason': 'clock', 'message': "Too old, or sent again."}
        else:
            server.ids.add(body['id'])
            server.commands.append(body)
            status, answer = server.answers.pop(0) if server.answers else (200, self.get_answer(body))
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        if status == 302:
            self.send_header('Location', f'http://127.0.0.1:{server.server_port}/elsewhere')
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def get_answer(self, body):
        if body['command'] == 'test':
            return {'may_call': True, 'extensions': dict.fromkeys(body['extensions'], 'ready')}
        return {'call': body['call'], 'state': 'over' if body['command'] == 'hang_up' else 'calling'}

    def log_message(self, *_arguments):
        pass


def start_cloud_pbx(test_class):
    """Return a server that takes commands while the tests of a class run; its ``token`` is to be set.

    ``commands`` are those that it took, ``answers`` pairs of status and answer that it gives instead of its own.
    """
    server = HTTPServer(('127.0.0.1', 0), CloudPbx)
    server.token, server.commands, server.answers, server.ids = '', [], [], set()
    server.address = f'http://127.0.0.1:{server.server_port}'
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    test_class.addClassCleanup(thread.join)
    test_class.addClassCleanup(server.server_close)
    test_class.addClassCleanup(server.shutdown)
    return server
