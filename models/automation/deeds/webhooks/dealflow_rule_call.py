import hashlib
import hmac
import json
import logging
import socket
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError

from .....tools.public_methods import public_method

_logger = logging.getLogger(__name__)

# Seconds until a connection, and again until an answer.
TIMEOUT = 10
# Minutes until the next try; after the last one the call has failed.
DELAYS = (1, 5, 30, 120, 720)
# Hosts of the own network that may be called, separated by commas.
HOSTS_PARAMETER = 'dealflow.webhook_hosts'


class DealflowRuleCall(models.Model):
    """The outbox of webhooks: a call waits here until the save is done, and is repeated until somebody answers (C49).

    The receiver gets the same ``X-Dealflow-Delivery`` at each try, and may know by it what it has seen already.
    """

    _name = 'dealflow.rule.call'
    _description = "Webhook Call"
    _order = 'id desc'
    _rec_name = 'host'

    action_id = fields.Many2one('dealflow.rule.action', ondelete='set null', index='btree_not_null', readonly=True)
    rule_id = fields.Many2one('dealflow.rule', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one('res.company', index='btree_not_null', readonly=True)
    res_model = fields.Char(string="Model of the Record", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Id of the Record", model_field='res_model', readonly=True)
    record_name = fields.Char(string="Record", readonly=True)
    url = fields.Char(string="Address", required=True, readonly=True)
    host = fields.Char(compute='_compute_host')
    payload = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        [('waiting', "Waiting"), ('sent', "Delivered"), ('failed', "Failed")],
        default='waiting',
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(string="Tries", readonly=True)
    next_try_on = fields.Datetime(string="Next Try", readonly=True)
    delivered_on = fields.Datetime(readonly=True)
    answer = fields.Char(readonly=True, help="What came back from the last try.")

    _waiting_idx = models.Index("(next_try_on) WHERE state = 'waiting'")

    @api.depends('url')
    def _compute_host(self):
        for call in self:
            call.host = urlsplit(call.url or '').hostname

    @public_method()
    def action_retry(self):
        """Try the failed calls again, from the first try on."""
        self.check_access('read')
        if not self.env.user.has_group('dealflow.group_manager'):
            raise UserError(self.env._("Only people with full access try calls again."))
        # sudo - dealflow.rule.call: nobody writes the outbox by hand.
        self.sudo().filtered(lambda call: call.state == 'failed').write(
            {'state': 'waiting', 'attempts': 0, 'next_try_on': fields.Datetime.now()}
        )
        self._wake_up()
        return True

    @api.model
    def _enqueue(self, action, record, payload):
        self.create(
            {
                'action_id': action.id,
                'rule_id': action.rule_id.id,
                'company_id': 'company_id' in record._fields and record.company_id.id,
                'res_model': record._name,
                'res_id': record.id,
                'record_name': record.display_name,
                'url': action.webhook_url,
                'payload': json.dumps(payload, ensure_ascii=False, sort_keys=True),
                'next_try_on': fields.Datetime.now(),
            }
        )
        self._wake_up()

    @api.model
    def _wake_up(self):
        # sudo - ir.cron: the job starts when the transaction is done.
        self.env.ref('dealflow.ir_cron_rule_call_send').sudo()._trigger()

    @api.model
    def _cron_send(self):
        """Send the calls whose turn it is; each is committed, so that none is sent twice for the error of another."""
        domain = [('state', '=', 'waiting'), ('next_try_on', '<=', fields.Datetime.now())]
        waiting = self.search(domain, order='id')
        self.env['ir.cron']._commit_progress(remaining=len(waiting))
        for call in waiting:
            call._send()
            if not self.env['ir.cron']._commit_progress(1):
                return
        later = self.search([('state', '=', 'waiting')], order='next_try_on', limit=1)
        if later:
            # sudo - ir.cron: the next try has a time of its own.
            self.env.ref('dealflow.ir_cron_rule_call_send').sudo()._trigger(later.next_try_on)

    def _send(self):
        self.ensure_one()
        is_refused = False
        try:
            self._check_host(self.host, urlsplit(self.url).port)
            # Nothing of the answer is read but its status: it may never end.
            with requests.post(
                self.url,
                data=self.payload.encode(),
                headers=self._prepare_headers(),
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                answer, is_delivered = f'{response.status_code} {response.reason or ""}'.strip(), response.ok
                is_delivered = is_delivered and not response.is_redirect
        except UserError as error:
            answer, is_delivered, is_refused = str(error), False, True
        except requests.Timeout:
            answer, is_delivered = self.env._("No answer in time"), False
        except (requests.RequestException, OSError, ValueError) as error:
            # The class says enough; the text of some errors repeats the whole address, which may hold a key.
            answer, is_delivered = type(error).__name__, False
        self._note(answer, is_delivered, is_refused)

    def _note(self, answer, is_delivered, is_refused=False):
        now = fields.Datetime.now()
        attempts = self.attempts + 1
        if is_delivered:
            self.write({'state': 'sent', 'attempts': attempts, 'delivered_on': now, 'answer': answer})
        elif attempts <= len(DELAYS) and not is_refused:
            next_try = now + timedelta(minutes=DELAYS[attempts - 1])
            self.write({'attempts': attempts, 'next_try_on': next_try, 'answer': answer})
        else:
            self.write({'state': 'failed', 'attempts': attempts, 'answer': answer})
            record = self.env[self.res_model].browse(self.res_id).exists()
            self.rule_id._log_failures(
                record,
                self.env._("The webhook was not called: %(answer)s", answer=answer)
                if is_refused
                else self.env._(
                    "The webhook to %(host)s was not delivered in %(count)s tries: %(answer)s",
                    host=self.host,
                    count=attempts,
                    answer=answer,
                ),
            )

    def _prepare_headers(self):
        moment = str(int(fields.Datetime.now().timestamp()))
        secret = self.action_id.webhook_secret or ''
        signed = f'{moment}.{self.payload}'.encode()
        return {
            'Content-Type': 'application/json',
            'User-Agent': 'Dealflow',
            'X-Dealflow-Delivery': str(self.id),
            'X-Dealflow-Timestamp': moment,
            'X-Dealflow-Signature': 'sha256=' + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(),
        }

    @api.model
    def _check_host(self, host, port=None):
        """Refuse addresses of the own network, which a person with full access need not be able to reach.

        :raise UserError: it is one, and the administrator has not allowed it
        :raise OSError: nobody knows the name
        """
        if self._is_allowed_host(host):
            return
        for *_rest, address in socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM):
            if self._is_own_network(address[0]):
                raise UserError(self._get_refusal(host))

    @api.model
    def _get_problem_of_host(self, host):
        """Return why a host cannot be called, in words, as far as its address itself says so; empty if it may be.

        Names are asked for when the rule is switched on and with each call.
        """
        try:
            is_own = self._is_own_network(host)
        except ValueError:
            is_own = host == 'localhost' or host.endswith('.localhost')
        return self._get_refusal(host) if is_own and not self._is_allowed_host(host) else ''

    @api.model
    def _is_own_network(self, address):
        return not ip_address(address.partition('%')[0]).is_global

    @api.model
    def _is_allowed_host(self, host):
        # sudo - ir.config_parameter: which hosts the administrator has allowed.
        parameter = self.env['ir.config_parameter'].sudo().get_param(HOSTS_PARAMETER, '')
        return host in {allowed.strip() for allowed in parameter.split(',')}

    @api.model
    def _get_refusal(self, host):
        return self.env._(
            "%(host)s is in the own network. An administrator may allow it: system parameter “%(parameter)s”.",
            host=host,
            parameter=HOSTS_PARAMETER,
        )
