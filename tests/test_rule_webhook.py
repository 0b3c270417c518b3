import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .rule_common import RuleCommon


@contextmanager
def running_server(status=200, delay=0):
    """Run a server on the loopback that answers with a status after a delay; yield its port and what it has got."""
    seen, stopped = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length']))
            seen.append((dict(self.headers), body))
            stopped.wait(delay)
            self.send_response(status)
            self.send_header('Location', 'http://127.0.0.1:1/')
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.handle_error = lambda *args: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, seen
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()


@tagged('post_install', '-at_install')
class TestRuleWebhook(RuleCommon):
    """Webhooks are signed, wait for the end of the save, and are repeated until somebody answers (C49)."""

    def setUp(self):
        super().setUp()
        self.calls = self.env['dealflow.rule.call']
        self.env['ir.config_parameter'].set_param('dealflow.webhook_hosts', '127.0.0.1')

    def _call(self, port, **values):
        action = {
            'kind': 'webhook',
            'webhook_url': f'http://127.0.0.1:{port}/hook?key=1',
            'webhook_field_ids': [
                (6, 0, [self._get_field('dealflow.deal', name).id for name in ('amount', 'user_id', 'opened_on')])
            ],
        }
        self.rule = self._new_rule(action, domain="[('amount', '>', 100000)]", **values)
        self.deal = self._new_deal(self.rep_north, amount=150000)
        call = self.calls.search([('rule_id', '=', self.rule.id)])
        self.assertEqual(len(call), 1)
        return call

    def _run_job(self, moment=None):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            if moment:
                with freeze_time(moment):
                    self.env.ref('dealflow.ir_cron_rule_call_send').method_direct_trigger()
            else:
                self.env.ref('dealflow.ir_cron_rule_call_send').method_direct_trigger()
        self.env.invalidate_all()

    def test_signed_call(self):
        with running_server() as (port, seen):
            call = self._call(port)
            self.assertFalse(seen, "nothing is sent while the save may still fail")
            self._run_job()
            self.assertRecordValues(call, [{'state': 'sent', 'attempts': 1, 'answer': "200 OK"}])
            self._run_job()
            self.assertEqual(len(seen), 1)
        headers, body = seen[0]
        secret = self.rule.action_ids.webhook_secret
        signed = f"{headers['X-Dealflow-Timestamp']}.".encode() + body
        signature = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        self.assertEqual(headers['X-Dealflow-Signature'], f'sha256={signature}')
        told = json.loads(body)
        self.assertEqual((told['model'], told['id'], told['name']), ('dealflow.deal', self.deal.id, "Chairs"))
        self.assertEqual(
            told['values'],
            {
                'amount': 150000,
                'user_id': [{'id': self.rep_north.id, 'name': self.rep_north.name}],
                'opened_on': self.deal.opened_on.isoformat(),
            },
        )

    def test_server_that_fails(self):
        """A 500 is tried again after 1, 5, 30, 120 and 720 minutes, with the same number; then it is a failure."""
        with running_server(500) as (port, seen):
            call = self._call(port)
            waits = []
            for _number in range(5):
                moment = call.next_try_on
                self._run_job(moment)
                self.assertEqual(call.state, 'waiting')
                waits.append((call.next_try_on - moment).total_seconds() / 60)
                self._run_job(moment)
            self.assertEqual(waits, [1, 5, 30, 120, 720])
            self.assertEqual(len(seen), 5, "no try before its time")
            self._run_job(call.next_try_on)
        self.assertRecordValues(call, [{'state': 'failed', 'attempts': 6, 'answer': "500 Internal Server Error"}])
        self.assertEqual({headers['X-Dealflow-Delivery'] for headers, _body in seen}, {str(call.id)})
        failed = self.rule.run_ids.filtered(lambda run: run.outcome == 'failed')
        self.assertIn("was not delivered in 6 tries: 500", failed.error)
        with running_server() as (port, seen):
            self.env.cr.execute("UPDATE dealflow_rule_call SET url = %s", [f'http://127.0.0.1:{port}/'])
            call.invalidate_recordset()
            call.with_user(self.manager).action_retry()
            self._run_job()
            self.assertEqual(call.state, 'sent')

    def test_server_that_is_late_or_never_answers(self):
        for delay in (12, 300):
            with self.subTest(delay=delay), running_server(delay=delay) as (port, seen):
                call = self._call(port)
                start = time.monotonic()
                self._run_job()
                self.assertLess(time.monotonic() - start, 12)
                self.assertEqual(len(seen), 1)
                self.assertRecordValues(call, [{'state': 'waiting', 'attempts': 1, 'answer': "No answer in time"}])
            call.unlink()
            self.rule.active = False

    def test_nobody_there_and_redirects(self):
        with running_server() as (port, _seen):
            pass
        call = self._call(port)
        self._run_job()
        self.assertRecordValues(call, [{'state': 'waiting', 'answer': "ConnectionError"}])
        call.unlink()
        self.rule.active = False
        with running_server(302) as (port, seen):
            call = self._call(port)
            self._run_job()
            self.assertEqual((len(seen), call.state), (1, 'waiting'))

    def test_own_network_is_refused(self):
        """Full access is no way into the network of the server, unless the administrator opens it."""
        with running_server() as (port, seen):
            call = self._call(port)
            self.env['ir.config_parameter'].set_param('dealflow.webhook_hosts', 'other.example.com')
            self._run_job()
            self.assertFalse(seen)
        self.assertIn("is in the own network", call.answer)
        self.assertEqual((call.state, call.attempts), ('failed', 1), "it will be refused the next time as well")
        failed = self.rule.run_ids.filtered(lambda run: run.outcome == 'failed')
        self.assertIn("The webhook was not called: 127.0.0.1 is in the own network", failed.error)

    def test_own_network_is_refused_beforehand(self):
        """Addresses when the action is saved, names when the rule is switched on, with the way out."""
        self.env['ir.config_parameter'].set_param('dealflow.webhook_hosts', 'other.example.com')
        for host in ('127.0.0.1', '[::1]', '10.1.2.3', '169.254.169.254', 'localhost', 'hooks.localhost'):
            with self.subTest(host), self.assertRefused(ValidationError, "dealflow.webhook_hosts"):
                self._new_rule({'kind': 'webhook', 'webhook_url': f'https://{host}/hook'})
        with self.assertRefused(ValidationError, "https:// or http://"):
            self._new_rule({'kind': 'webhook', 'webhook_url': 'ftp://example.com'})
        name = socket.gethostname()
        self.env['ir.config_parameter'].set_param('dealflow.webhook_hosts', name)
        rule = self._new_rule({'kind': 'webhook', 'webhook_url': f'http://{name}/hook'})
        rule.action_switch_off()
        self.env['ir.config_parameter'].set_param('dealflow.webhook_hosts', 'other.example.com')
        with self.assertRefused(UserError, "is in the own network"):
            rule.action_switch_on()

    def test_save_that_fails_sends_nothing(self):
        with running_server() as (port, seen):
            self._call(port).unlink()
            with self.assertRaises(RuntimeError), self.env.cr.savepoint():
                self._new_deal(self.rep_north, amount=160000)
                raise RuntimeError("The rest of the save fails.")
            self.assertFalse(self.calls.search([]))
            self._run_job()
            self.assertFalse(seen)

    def test_outbox_is_read_only(self):
        with running_server() as (port, _seen):
            call = self._call(port)
        with self.assertRaises(AccessError):
            call.with_user(self.manager).write({'url': "http://127.0.0.1/"})
        with self.assertRaises(AccessError):
            call.with_user(self.rep_north).read(['payload'])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.rule.action_ids.write({'webhook_secret': "known"})
