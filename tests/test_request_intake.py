import base64
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers.requests import _logger
from .test_request_routing import RequestCommon

LETTER = """From: Vera <%(sender)s>
To: %(alias)s
Subject: %(subject)s
Message-Id: <%(subject)s@example.com>
Content-Type: text/plain

Twenty more, please.
"""


class IntakeCommon(RequestCommon):
    """A Russian site with a key, and a rule by which the rep of the north gets everything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env['dealflow.request.source'].create(
            {'name': "Site", 'country_id': cls.env.ref('base.ru').id, 'rate_limit': 1000, 'file_limit': 1}
        )
        cls.key = cls.source.action_new_key()['context']['default_key']
        cls.route = cls._new_route((cls.rep_north, 1))

    def _send(self, body, key=None, idempotency=None):
        headers = {'Authorization': f'Bearer {self.key if key is None else key}'}
        if idempotency:
            headers['Idempotency-Key'] = idempotency
        options = {'data': body} if isinstance(body, bytes) else {'json': body}
        with mute_logger(_logger.name):
            return self.url_open('/dealflow/requests', headers=headers, **options)

    def _take_in(self, **body):
        answer = self.source._take_in(body, '')
        return self.env['crm.lead'].browse(answer['id']), answer['joined']


@tagged('post_install', '-at_install')
class TestRequestMatching(IntakeCommon):
    """The client of a request is found by mail and by number in any spelling (C55)."""

    def test_by_number_in_any_spelling(self):
        self.contact.phone = '+7 495 123-45-67'
        for spelling in ('8 (495) 123-45-67', '+7(495)1234567', '4951234567', '8-495-123-45-67'):
            with self.subTest(spelling=spelling):
                lead, _is_joined = self._take_in(phone=spelling, subject="Chairs")
                self.assertEqual(lead.partner_id, self.contact)
                self.assertEqual(lead.phone_sanitized, '+74951234567')
                lead.active = False
        self.assertFalse(self._take_in(phone='8 (495) 765-43-21', subject="Chairs")[0].partner_id)

    def test_by_a_further_number(self):
        self.contact.phone_ids = [(0, 0, {'number': '8 905 111 22 33', 'kind': 'mobile'})]
        self.assertEqual(self._take_in(phone='+79051112233')[0].partner_id, self.contact)

    def test_by_mail_and_what_both_say_counts_more(self):
        twin = self._new_contact("Twin", self.other_partner, email='anna@example.com', phone='+7 495 222 33 44')
        lead, _is_joined = self._take_in(email='Anna@Example.com', phone='84952223344')
        self.assertEqual(lead.partner_id, twin)
        lead.active = False
        self.assertFalse(self._take_in(email='anna@example.com')[0].partner_id, "it may be either of them")

    def test_the_card_of_the_client_stays_as_it_is(self):
        self.contact.phone = '+7 495 123-45-67'
        lead, _is_joined = self._take_in(phone='84951234567', email='stranger@example.com')
        self.assertEqual(lead.partner_id, self.contact)
        self.assertEqual(lead.email_from, 'stranger@example.com')
        self.assertEqual(self.contact.email, 'anna@example.com')

    def test_contacts_of_other_companies_are_not_found(self):
        other = self.env['res.company'].create({'name': "Other company"})
        self._new_partner("Theirs", company_id=other.id, email='theirs@example.com', phone='+7 495 999 88 77')
        self.assertFalse(self._take_in(email='theirs@example.com', phone='84959998877')[0].partner_id)

    def test_an_open_opportunity_is_joined(self):
        source = self.env['utm.source'].create({'name': "Fair of the test"})
        lead = self._new_lead(self.rep_north, user_id=self.rep_north.id, partner_id=self.contact.id)
        found, is_joined = self._take_in(
            email='anna@example.com',
            subject="Twenty more",
            message="First line\nSecond <b>line</b>",
            source=source.name,
            files=[{'name': 'plan.txt', 'content': base64.b64encode(b'plan').decode()}],
        )
        self.assertTrue(is_joined)
        self.assertEqual(found, lead)
        note = lead.message_ids[0]
        self.assertIn("First line<br>Second &lt;b&gt;line&lt;/b&gt;", str(note.body).replace('<br/>', '<br>'))
        self.assertEqual(note.attachment_ids.mapped('name'), ['plan.txt'])
        self.assertIn(self.rep_north.partner_id, note.notified_partner_ids)
        self.assertEqual(lead.source_id, source)

    def test_a_second_request_of_a_stranger_is_joined_too(self):
        first, _is_joined = self._take_in(email='new@example.com', subject="Chairs")
        self.assertEqual(self._take_in(email='new@example.com', subject="And desks"), (first, True))
        first.action_set_lost(lost_reason_id=self.reason.id)
        self.assertFalse(self._take_in(email='new@example.com', subject="Chairs again")[1])

    def test_a_source_may_refuse_to_join(self):
        self.source.is_joined = False
        first, _is_joined = self._take_in(email='new@example.com', subject="Chairs")
        second, is_joined = self._take_in(email='new@example.com', subject="Chairs")
        self.assertFalse(is_joined)
        self.env['crm.lead']._dealflow_cron_route_batch(first + second)
        self.assertEqual((first + second).exists().mapped('user_id'), self.rep_north)

    def test_letters(self):
        self.team_north.alias_name = 'test-requests'
        alias = f"test-requests@{self.team_north.alias_domain or 'example.com'}"
        threads = self.env['mail.thread'].with_context(mail_create_nolog=True)

        def receive(subject, sender='anna@example.com'):
            found = threads.message_process('crm.lead', LETTER % {'sender': sender, 'alias': alias, 'subject': subject})
            return self.env['crm.lead'].browse(found)

        first = receive("Chairs")
        self.assertEqual((first.partner_id, first.dealflow_routing), (self.contact, 'waiting'))
        self.assertEqual(receive("Desks"), first)
        self.assertEqual(len(first.message_ids.filtered(lambda message: message.message_type == 'email')), 2)
        self.route.active = False
        self.assertNotEqual(receive("Lamps"), first, "without rules Odoo does what it does")


@tagged('post_install', '-at_install')
class TestRequestIntake(IntakeCommon, HttpCase):
    """A site hands in requests with a key; whatever is wrong is said, and nothing is kept (X04, X16)."""

    def test_a_request_becomes_an_opportunity(self):
        desk = self.env['product.product'].create({'name': "Desk", 'default_code': 'TEST-DESK'})
        answer = self._send(
            {
                'subject': "Twenty desks",
                'contact': "Вера",
                'company': "Ромашка & Co",
                'email': 'vera@example.com',
                'phone': '8 (495) 123-45-67',
                'message': "Please call.",
                'amount': 12000,
                'product': 'TEST-DESK',
                'source': "Banner of the test",
                'campaign': "Spring of the test",
                'files': [{'name': 'plan.txt', 'content': base64.b64encode(b'plan').decode()}],
            }
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        lead = self.env['crm.lead'].browse(answer.json()['id'])
        self.assertRecordValues(
            lead,
            [
                {
                    'name': "Twenty desks",
                    'type': 'opportunity',
                    'contact_name': "Вера",
                    'partner_name': "Ромашка & Co",
                    'email_from': 'vera@example.com',
                    'phone': '+74951234567',
                    'expected_revenue': 12000,
                    'dealflow_product_id': desk.id,
                    'dealflow_routing': 'waiting',
                    'dealflow_request_source_id': self.source.id,
                    'user_id': False,
                }
            ],
        )
        self.assertEqual((lead.source_id.name, lead.campaign_id.name), ("Banner of the test", "Spring of the test"))
        files = self.env['ir.attachment'].search([('res_model', '=', 'crm.lead'), ('res_id', '=', lead.id)])
        self.assertEqual(files.raw, b'plan')
        self.env['crm.lead']._dealflow_cron_route_batch(lead)
        self.assertEqual(lead.user_id, self.rep_north)

    def test_without_a_name(self):
        for body, name in (
            ({'contact': "Vera"}, "Request from Vera"),
            ({'phone': '84951110000'}, "Request from +74951110000"),
            ({'message': "Call me"}, "Request without a subject"),
        ):
            answer = self._send(body)
            self.assertEqual(answer.status_code, 200, answer.text)
            self.assertEqual(self.env['crm.lead'].browse(answer.json()['id']).name, name)

    def test_the_same_request_twice(self):
        body = {'subject': "Chairs", 'email': 'twice@example.com'}
        first = self._send(body, idempotency='one')
        self.assertEqual(self._send(body, idempotency='one').json(), first.json())
        self.assertEqual(self.env['crm.lead'].search_count([('email_normalized', '=', 'twice@example.com')]), 1)
        answer = self._send({**body, 'subject': "Desks"}, idempotency='one')
        self.assertEqual(answer.status_code, 422)
        self.assertIn("belongs to another request", answer.json()['message'])

    def test_keys(self):
        body = {'subject': "Chairs"}
        number, _dash, secret = self.key.partition('-')
        for wrong in ('', 'x', secret, f'{number}-', f'{number}-x', f'0-{secret}', f'²-{secret}'):
            self.assertEqual(self._send(body, key=wrong.encode().decode('latin-1')).status_code, 401, wrong)
        self.assertEqual(self._send(body).status_code, 200)
        self.source.with_user(self.manager).action_withdraw_key()
        self.assertEqual(self._send(body).status_code, 401)
        former, self.key = self.key, self.source.action_new_key()['context']['default_key']
        self.assertEqual(self._send(body, key=former).status_code, 401)
        self.assertEqual(self._send(body).status_code, 200)
        self.source.active = False
        self.assertEqual(self._send(body).status_code, 401)
        self.assertNotIn(self.key.partition('-')[2], self.source.sudo().key_hash)
        with self.assertRefused(AccessError, ""):
            self.source.with_user(self.rep_north).action_new_key()

    def test_too_large(self):
        content = base64.b64encode(b'x' * (1024 * 1024 + 1)).decode()
        answer = self._send({'subject': "Chairs", 'files': [{'name': 'film.mov', 'content': content}]})
        self.assertEqual((answer.status_code, answer.json()['message']), (413, "“film.mov” is larger than 1 MB."))
        self.assertEqual(self._send(b' ' * (self.source._get_largest_body() + 1)).status_code, 413)
        fitting = base64.b64encode(b'x' * 1024 * 1024).decode()
        answer = self._send({'subject': "Chairs", 'files': [{'name': 'film.mov', 'content': fitting}]})
        self.assertEqual(answer.status_code, 200)

    def test_too_many(self):
        self.source.rate_limit = 2
        with freeze_time(datetime(2026, 3, 10, 9, 0)):
            for number in range(2):
                self.assertEqual(self.source._get_wait(), 0)
                self._take_in(subject=f"Chairs {number}")
        with freeze_time(datetime(2026, 3, 10, 9, 0, 45)):
            self.assertEqual(self.source._get_wait(), 15)
        with freeze_time(datetime(2026, 3, 10, 9, 1)):
            self.assertEqual(self.source._get_wait(), 0)
        codes = [self._send({'subject': "Chairs"}).status_code for _number in range(3)]
        self.assertEqual(codes, [200, 200, 429])
        self.assertIn(int(self._send({'subject': "Chairs"}).headers['Retry-After']), range(1, 61))

    def test_half_an_emoji_is_no_mistake(self):
        """A program that cuts texts by length sends half of it; an error would let it send that again for ever."""
        body = (
            b'{"subject": "Chairs \\ud83d", "message": "\\ude00", "email": "vera@new.example",'
            b' "source": "Site \\ud83d", "files": [{"name": "\\ud83d.txt", "content": "YQ=="}]}'
        )
        answer = self._send(body)
        self.assertEqual(answer.status_code, 200, answer.text)
        lead = self.env['crm.lead'].browse(answer.json()['id'])
        self.assertEqual((lead.name, lead.source_id.name), ("Chairs ?", "Site ?"))

    def test_a_robot_gets_an_answer_and_no_opportunity(self):
        before = self.env['crm.lead'].search_count([])
        answer = self._send({'subject': "Buy now", 'trap': 'http://spam.example.com'})
        self.assertEqual((answer.status_code, answer.json()), (200, {'id': 0, 'joined': False}))
        self.assertEqual(self.env['crm.lead'].search_count([]), before)
        self.assertEqual(self.source.arrival_ids.mapped('state'), ['trap'])

    def test_what_is_not_understood_is_said_and_nothing_is_kept(self):
        for body, words in (
            (b'{', "not JSON"),
            (b'[' * 100000 + b']' * 100000, "not JSON"),
            (b'{"files": ' + b'[' * 5000 + b']' * 5000 + b'}', "not JSON"),
            (b'[]', "must be an object"),
            ({'subjekt': "Chairs"}, "must be an object with the keys"),
            (b'{}', "is empty"),
            ({'subject': 5}, "must be a text"),
            ({'email': 'nobody'}, "is no address"),
            ({'subject': "Chairs", 'amount': 'many'}, "must be a number"),
            ({'subject': "Chairs", 'amount': -1}, "must be a number"),
            ({'subject': "Chairs", 'country': 'Poland'}, "code of two letters"),
            ({'subject': "Chairs", 'files': 'x'}, "must be a list"),
            ({'subject': "Chairs", 'files': [{'name': 'a'}]}, "Each file has"),
            ({'subject': "Chairs", 'files': [{'name': 'a', 'content': '?'}]}, "is not base64"),
        ):
            with self.subTest(body=str(body)[:80]):
                answer = self._send(body)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(words, answer.json()['message'])
        self.assertFalse(self.source.arrival_ids)
