import hashlib
import hmac
import json
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .test_telephony import get_moment
from .tour_common import TourCommon

START = '/odoo/action-dealflow.dealflow_start_action'
NUMBER, UNKNOWN = '+359888123456', '+359888000000'


@tagged('post_install', '-at_install')
class TestCallTours(TourCommon):
    """A call from the first ring to its comment, in a real browser, told by the webhook (E57, E59, E61)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Seller", email='seller@example.com')
        cls.client = cls._new_partner("Tour Client", user_id=cls.rep.id)
        cls.buyer = cls._new_contact("Tour Buyer", cls.client, phone=NUMBER)
        cls.silent = cls._new_contact("Tour Silent", cls.client)
        cls.provider = cls.env['dealflow.telephony.provider'].create(
            {
                'name': "PBX",
                'kind': 'webhook',
                'country_id': cls.env.ref('base.bg').id,
                'extension_ids': [Command.create({'number': '101', 'user_id': cls.rep.id})],
            }
        )
        cls.token = cls.provider.action_new_token()['context']['default_token']
        cls.now = fields.Datetime.now()

    def _get_call(self, uniqueid, number, days=0):
        start = self.now - timedelta(days=days, minutes=5)
        talk = {'from': get_moment(start + timedelta(minutes=1)), 'until': get_moment(start + timedelta(minutes=4))}
        return {
            'uniqueid': uniqueid,
            'direction': 'incoming',
            'number': number,
            'result': 'answered',
            'started': get_moment(start),
            'ended': get_moment(start + timedelta(minutes=4)),
            'legs': [{'kind': 'talked', 'extension': '101', **talk}],
        }

    def _sign(self, what, body):
        body = json.dumps(body)
        signature = hmac.new(self.token.encode(), body.encode(), hashlib.sha256).hexdigest()
        return {
            'path': f'/dealflow/telephony/{what}',
            'body': body,
            'headers': {'Authorization': f'Bearer {self.token}', 'X-Dealflow-Signature': f'sha256={signature}'},
        }

    def _notice(self, kind, uniqueid, number):
        return self._sign(
            'notices',
            {'kind': kind, 'uniqueid': uniqueid, 'direction': 'incoming', 'number': number, 'extension': '101'},
        )

    def _end(self, uniqueid, number):
        return self._sign('calls', {'calls': [self._get_call(uniqueid, number)], 'sent': get_moment(self.now)})

    def test_call_is_commented_and_the_debt_cleared(self):
        self.provider._receive([self._get_call('old', NUMBER, days=2)], get_moment(self.env.cr.now()))
        told = {
            'ringing': self._notice('ringing', '1', NUMBER),
            'answered': self._notice('answered', '1', NUMBER),
            'ended': self._end('1', NUMBER),
            'unknown_answered': self._notice('answered', '2', UNKNOWN),
            'unknown_ended': self._end('2', UNKNOWN),
        }
        # The only way into the browser that whoever sells may read.
        self.client.ref = json.dumps(told)
        self._start_tour('dealflow_call', self.rep, START)
        calls = self.env['dealflow.call'].search([('provider_id', '=', self.provider.id)], order='id')
        self.assertRecordValues(
            calls,
            [
                {'uniqueid': 'old', 'needs_comment': False, 'partner_id': self.buyer.id},
                {'uniqueid': '1', 'needs_comment': False, 'partner_id': self.buyer.id},
                {'uniqueid': '2', 'needs_comment': False, 'partner_id': self.silent.id},
            ],
        )
        self.assertEqual(calls[0].event_id.result, "They had forgotten")
        self.assertEqual(calls[1].event_id.result, "Wants an offer")
        self.assertEqual(calls[1].event_id.next_step, "Send two variants")
        self.assertTrue(self.env['calendar.event'].search_count([('name', '=', "Send two variants")]))
        self.assertFalse(calls[2].event_id)
        self.assertEqual(self.silent.phone, '+359 88 800 0000')
