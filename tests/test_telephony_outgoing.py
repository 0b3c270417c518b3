import hashlib
import hmac
import json
import time
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, HttpCase, tagged

from ..models.telephony import dealflow_telephony_provider
from ..tools.phone_numbers import get_link
from ..tools.signed_command import is_safe_address
from .cloud_pbx import start_cloud_pbx
from .test_telephony import NUMBER, TelephonyCommon


class OutgoingCommon(TelephonyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pbx = start_cloud_pbx(cls)
        cls.pbx.token = cls.provider.with_user(cls.manager).action_new_token()['context']['default_token']
        cls.address = cls.pbx.address
        cls.provider.write({'kind': 'webhook', 'command_url': cls.address})
        cls.extensions = cls.env['dealflow.telephony.extension']
        cls.extension = cls.provider.extension_ids.filtered(lambda each: each.number == '101')

    def setUp(self):
        super().setUp()
        self.pbx.commands.clear()
        self.pbx.answers.clear()

    def _call(self, number='0888 123 456', user=None, record=None, field='phone'):
        where = (record._name, record.id, field) if record else ()
        return self.extensions.with_user(user or self.rep_north).start_call(number, *where)

    def _get_commands(self):
        return [body['command'] for body in self.pbx.commands]


@tagged('post_install', '-at_install')
class TestOutgoingCall(OutgoingCommon):
    """A number on a card is called by a click: by whoever may read it and has an extension, and once."""

    def test_phone_of_the_person_is_asked_to_call_the_client(self):
        told = self._call(record=self.contact)
        [body] = self.pbx.commands
        self.assertEqual(
            {key: body[key] for key in ('command', 'extension', 'number', 'name', 'call')},
            {
                'command': 'originate',
                'extension': '101',
                'number': NUMBER,
                'name': self.contact.name,
                'call': told['call'],
            },
        )
        self.assertEqual(
            told,
            {
                'call': told['call'],
                'number': NUMBER,
                'shown': '+359 88 812 3456',
                'name': self.contact.name,
                'extension': '101',
            },
        )
        self.assertRegex(told['call'], r'^dealflow-[0-9a-f]{32}$')
        self.assertGreater(len(body['id']), 30)

    def test_asked_for_twice_it_rings_once(self):
        first = self._call()
        self.assertEqual(self._call('+359 888 123456')['call'], first['call'])
        self.assertEqual(self._get_commands(), ['originate'])
        other = self._call('+359888000000')
        self.assertNotEqual(other['call'], first['call'])

    def test_asked_for_in_two_tabs_at_once_one_is_told(self):
        with (
            patch.object(
                self.env.registry['dealflow.telephony.extension'], 'lock_for_update', side_effect=LockError("x")
            ),
            self.assertRaisesRegex(UserError, "being rung already"),
        ):
            self._call()
        self.assertEqual(self._get_commands(), [])

    def test_after_its_end_the_number_may_be_called_again_at_once(self):
        first = self._call()
        self._notice('ended', first['call'], reason='not_picked_up')
        self.assertNotEqual(self._call()['call'], first['call'])

    def test_first_phone_of_the_person_rings(self):
        self.extension.copy({'number': '131', 'sequence': 1})
        self.assertEqual(self._call()['extension'], '131')

    # What may be called

    def test_number_means_what_it_means_on_the_card(self):
        self.contact.write({'phone': '8 (495) 123-45-67 доб. 12', 'country_id': self.env.ref('base.ru').id})
        self.assertEqual(self._call(self.contact.phone, record=self.contact)['number'], '+74951234567')
        self.assertEqual(self._call('8(495)123-45-67доб.12', record=self.contact)['number'], '+74951234567')

    def test_number_means_what_it_means_for_the_contact_of_the_record(self):
        self.contact.write({'country_id': self.env.ref('base.us').id, 'phone': "(603)-996-3829"})
        lead = self.env['crm.lead'].create(
            {'name': "Desks", 'partner_id': self.contact.id, 'user_id': self.rep_north.id}
        )
        other = self.env['crm.lead'].create(
            {'name': "Chairs", 'phone': "603 996 3830", 'country_id': self.env.ref('base.us').id}
        )
        other.user_id = self.rep_north
        self._call("(603)-996-3829", record=lead)
        self._call("603 996 3830", record=other)
        self.assertEqual([body['number'] for body in self.pbx.commands], ['+16039963829', '+16039963830'])

    def test_extensions_codes_and_words_are_not_called(self):
        for number in ('101', '*97', '*8101', '+359*888123456', 'ask Ann', '', False, '0888 123 456 #1'):
            with self.subTest(number=number), self.assertRaisesRegex(UserError, "no number of the outside"):
                self._call(number)
        self.assertEqual(self._get_commands(), [])

    def test_premium_rate_numbers_are_not_called(self):
        self.contact.phone = '+44 909 879 0000'
        with self.assertRaisesRegex(UserError, "premium-rate"):
            self._call(self.contact.phone, record=self.contact)

    def test_who_does_not_sell_calls_what_may_be_read_alone(self):
        self._new_extension(self.viewer)
        self.assertEqual(self._call(user=self.viewer)['number'], NUMBER, "a number of a contact")
        with self.assertRaisesRegex(AccessError, "belongs to no contact that you may read"):
            self._call('+359888000000', self.viewer)
        self.assertEqual(self._call('+359888000000')['number'], '+359888000000', "who sells calls any number")

    def test_number_of_a_record_that_may_be_read(self):
        self._new_extension(self.viewer)
        lead = self._new_lead(self.rep_north, name="+359 888 000 001", phone='+359 888 000 000')
        self.assertTrue(lead.with_user(self.viewer).has_access('read'))
        self.assertEqual(self._call('0888-000-000', self.viewer, lead)['number'], '+359888000000')
        for number, field in (
            ('+359888000001', 'phone'),
            ('+359888000001', 'name'),
            ('+359888000000', 'nothing'),
            ('+359888000000', 'id'),
        ):
            with self.subTest(field=field), self.assertRaises(AccessError):
                self._call(number, self.viewer, lead, field)

    def test_number_of_a_record_that_may_not_be_read(self):
        self._new_extension(self.viewer)
        call = self._tell(number='+359888000001', direction='outgoing', result='busy')
        self.assertFalse(call.with_user(self.viewer).has_access('read'))
        with self.assertRaises(AccessError):
            self._call('+359888000001', self.viewer, call, 'number')
        with self.assertRaises(AccessError):
            self._call('+359888000001', self.viewer, call.browse(call.id + 1000), 'number')

    def test_number_of_a_contact_of_others_is_not_called_by_who_does_not_sell(self):
        self._new_extension(self.viewer)
        self.contact.company_id = self.env['res.company'].create({'name': "Elsewhere"})
        with self.assertRaises(AccessError):
            self._call(user=self.viewer, record=self.contact)

    def _new_extension(self, user):
        return self.provider.write({'extension_ids': [Command.create({'number': '130', 'user_id': user.id})]})

    # Who may call

    def test_without_an_extension_nobody_calls(self):
        with self.assertRaisesRegex(UserError, "You have no extension"):
            self._call(user=self.seller_all)
        self.provider.command_url = False
        with self.assertRaisesRegex(UserError, "You have no extension"):
            self._call()
        self.provider.write({'command_url': self.address, 'active': False})
        with self.assertRaisesRegex(UserError, "You have no extension"):
            self._call()

    def test_names_of_calls_are_read_by_nobody(self):
        self._call()
        for name in ('last_call', 'last_number', 'last_called_on'):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.extension.with_user(self.manager).read([name])
            with self.subTest(name=name), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.extension.with_user(self.manager).write({name: False})

    # Hanging up

    def test_own_call_is_hung_up(self):
        call = self._call()['call']
        mine = self.extensions.with_user(self.rep_north)
        self.assertEqual(mine.hang_up(call), {'state': 'over'})
        self.pbx.answers.append((200, {'state': 'hung_up'}))
        self.assertEqual(mine.hang_up(call), {'state': 'hung_up'})
        self.assertEqual([(body.get('call'), body['extension']) for body in self.pbx.commands], [(call, '101')] * 3)
        for user, name in ((self.rep_south, call), (self.rep_north, 'dealflow-00000000'), (self.rep_north, '')):
            with self.assertRaisesRegex(UserError, "You end the last call only"):
                self.extensions.with_user(user).hang_up(name)

    # Words

    def test_provider_says_why_not_in_words(self):
        for reason, words in (
            ('phone_off', "101 is known, but its phone is off"),
            ('unknown_extension', "Extension 101 is not known to the PBX"),
            ('busy', "You are calling somebody already"),
            ('pbx_away', "its PBX is not connected"),
            ('no_context', "“context” is missing"),
            ('clock', "clocks of Odoo and of the telephony"),
            ('signature', "does not know the token of “PBX”"),
            ('out_of_credit', "does not do it: No credit left"),
        ):
            self.pbx.answers.append((409, {'reason': reason, 'message': "No credit left"}))
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, words):
                self._call()

    def test_nobody_answers_or_something_else_does(self):
        for answer in ((200, b'<html>'), (200, b'[]'), (302, {}), (200, {})):
            self.pbx.answers.append(answer)
            with self.subTest(answer=answer), self.assertRaises(UserError) as caught:
                self._call()
            self.assertIn(self.address, str(caught.exception))
        self.assertEqual(len(self.pbx.commands), 4, "no redirect is followed")
        self.provider.command_url = 'http://127.0.0.1:9'
        with patch.object(dealflow_telephony_provider._logger, 'info') as log:
            begin = time.monotonic()
            with self.assertRaisesRegex(UserError, "does not answer at http://127.0.0.1:9"):
                self._call()
        self.assertLess(time.monotonic() - begin, 3)
        log.assert_called_once()
        self.assertNotIn(NUMBER, str(log.call_args))

    def test_without_a_token_nothing_is_sent(self):
        other = self.provider.copy(
            {
                'name': "Other PBX",
                'command_url': self.address,
                'extension_ids': [Command.create({'number': '1', 'user_id': self.seller_all.id})],
            }
        )
        self.assertFalse(other.token_made_on)
        with self.assertRaisesRegex(UserError, "has no token yet"):
            self._call(user=self.seller_all)
        self.provider.with_user(self.manager).action_new_token()
        with self.assertRaisesRegex(UserError, "does not know the token"):
            self._call()

    def test_address_of_commands_is_encrypted_or_inside(self):
        for address in ('http://pbx.example.com', 'ftp://127.0.0.1', 'https://', 'http://me:pw@127.0.0.1', 'nonsense'):
            with self.subTest(address=address), self.assertRaisesRegex(ValidationError, "must begin with https://"):
                self.provider.command_url = address

    # Tests

    def test_provider_and_extension_are_tested_in_words(self):
        self.pbx.answers.append(
            (200, {'may_call': True, 'extensions': {'101': 'phone_off', '102': 'unknown_extension'}})
        )
        action = self.provider.with_user(self.manager).action_test()
        self.assertEqual(
            action['params']['message'].splitlines(),
            [
                f"The telephony answers at {self.address}.",
                "101 is known, but its phone is off.",
                "Extension 102 is not known to the PBX.",
            ],
        )
        self.assertEqual(action['params']['type'], 'warning')
        action = self.extension.with_user(self.manager).action_test()
        self.assertIn("101 is ready.", action['params']['message'])
        self.assertEqual(action['params']['type'], 'success')
        self.assertEqual([body['extensions'] for body in self.pbx.commands], [['101', '102'], ['101']])
        self.pbx.answers.append((200, {'may_call': False, 'extensions': {'101': 'in_use'}}))
        words = self.provider.action_test()['params']['message']
        for each in ("“context” is missing", "101 is in a call", "Nothing was said of 102"):
            self.assertIn(each, words)
        self.provider.command_url = False
        with self.assertRaisesRegex(UserError, "has no command address"):
            self.provider.action_test()

    # What becomes of it

    def _notice(self, kind, call, reason='', extension='101'):
        return self.provider._notify(kind, '', 'outgoing', NUMBER, '', extension, None, call, reason)

    def _get_bus(self, user):
        self.env.cr.precommit.run()
        rows = self.env['bus.bus'].sudo().search([('channel', 'like', f'"res.partner",{user.partner_id.id}]')])
        messages = [json.loads(row.message) for row in rows]
        return [each['payload'] for each in messages if each['type'] == 'dealflow.outgoing_call']

    def test_all_tabs_of_the_person_are_told_how_it_goes(self):
        call = self._call()['call']
        for kind in ('phone_rings', 'lifted', 'client_rings', 'answered'):
            self._notice(kind, call)
        self._notice('ended', call, 'busy')
        told = self._get_bus(self.rep_north)
        self.assertEqual(
            [(each['event'], each['call'], each.get('reason', '')) for each in told],
            [
                ('calling', call, ''),
                ('phone_rings', call, ''),
                ('lifted', call, ''),
                ('client_rings', call, ''),
                ('answered', call, ''),
                ('ended', call, 'busy'),
            ],
        )
        self.assertEqual(self._get_bus(self.rep_south), [])
        self._notice('phone_rings', call, extension='109')
        with self.assertRaisesRegex(ValidationError, "must be one of ringing, phone_rings"):
            self._notice('sang', call)

    def test_who_called_in_vain_answers_for_the_call(self):
        call = self._tell(direction='outgoing', result='busy', legs=[{'kind': 'called', 'extension': '101'}])
        self.assertRecordValues(
            call,
            [
                {
                    'user_id': self.rep_north.id,
                    'answered_by_id': False,
                    'partner_id': self.contact.id,
                    'needs_comment': False,
                }
            ],
        )
        self.assertEqual(call.leg_ids.kind, 'called')
        call = self._tell(
            'pbx-1.2',
            direction='outgoing',
            legs=[{'kind': 'called', 'extension': '101'}],
            talks=[('101', 1, 2), ('102', 2, 3)],
        )
        self.assertEqual(call.user_id, self.rep_south, "who talked last, if somebody talked")
        self.assertTrue(call.needs_comment)


@tagged('post_install', '-at_install')
class TestOutgoingScreen(OutgoingCommon, HttpCase):
    """The screens know whether a click on a number calls by the telephony; it costs nothing without a provider."""

    def _get_session(self, user):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request('/web/session/get_session_info')

    def test_session_says_who_has_an_extension(self):
        self.assertEqual(self._get_session(self.rep_north)['dealflow_extension'], '101')
        self.assertNotIn('dealflow_extension', self._get_session(self.seller_all))
        self.provider.command_url = False
        self.assertNotIn('dealflow_extension', self._get_session(self.rep_north))

    def test_screens_listen_where_a_company_of_the_person_has_a_provider(self):
        self.assertTrue(self._get_session(self.seller_all)['dealflow_telephony'])
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self.env['dealflow.telephony.provider'].search([]).active = False
        self.env['dealflow.telephony.provider'].create(
            {'name': "Their PBX", 'company_id': other.id, 'country_id': self.env.ref('base.bg').id}
        )
        self.assertNotIn('dealflow_telephony', self._get_session(self.seller_all))
        self.seller_all.company_ids += other
        self.assertTrue(self._get_session(self.seller_all)['dealflow_telephony'])

    def test_without_a_provider_the_session_asks_nothing(self):
        self.env['dealflow.telephony.provider'].search([]).active = False
        model = self.env.registry['dealflow.telephony.extension']
        providers = self.env.registry['dealflow.telephony.provider']
        with (
            patch.object(model, '_get_mine', side_effect=AssertionError),
            patch.object(providers, '_is_connected', side_effect=AssertionError),
        ):
            told = self._get_session(self.rep_north)
        self.assertFalse(told.keys() & {'dealflow_extension', 'dealflow_telephony'})

    def test_notices_of_outgoing_calls_over_http(self):
        content = json.dumps(
            {'kind': 'phone_rings', 'command': 'dealflow-1', 'number': NUMBER, 'extension': '101'}
        ).encode()
        answer = self.url_open(
            '/dealflow/telephony/notices',
            data=content,
            headers={
                'Authorization': f'Bearer {self.pbx.token}',
                'X-Dealflow-Signature': 'sha256='
                + hmac.new(self.pbx.token.encode(), content, hashlib.sha256).hexdigest(),
                'Content-Type': 'application/json',
            },
        )
        self.assertEqual(answer.json(), {'told': 1})


@tagged('post_install', '-at_install')
class TestCommandAddress(BaseCase):
    def test_where_numbers_of_clients_may_be_sent(self):
        for address in (
            'https://pbx.example.com/commands',
            'http://127.0.0.1:8176',
            'http://localhost:8176',
            'http://bridge:8176',
            'http://192.168.1.5:8176',
            'http://[::1]:8176',
        ):
            self.assertTrue(is_safe_address(address), address)
        for address in ('http://8.8.8.8', 'http://pbx.example.com', 'https://a:b@c', 'http://127.0.0.1:x', 'file:///x'):
            self.assertFalse(is_safe_address(address), address)

    def test_links_leave_out_remarks(self):
        self.assertEqual(get_link('тел. 0888 123 456, вътр. 102'), 'tel:0888123456')
        self.assertEqual(get_link('+1 (202) 555-01.23'), 'tel:+12025550123')
        self.assertEqual(get_link('ask Ann'), '')
        self.assertEqual(get_link(False), '')
