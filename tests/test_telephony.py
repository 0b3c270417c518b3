import hashlib
import hmac
import json
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from ..controllers.telephony import _logger
from ..models.telephony.res_partner import get_key_sql
from ..tools.phone_numbers import get_e164, get_e164_of_contact, get_keys
from .common import DealflowCommon

NUMBER = '+359888123456'


def get_moment(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


@tagged('post_install', '-at_install')
class TestPhoneNumbers(BaseCase):
    """A number is one number in every spelling, and the country of the line decides what a short one means."""

    def test_spellings_of_one_number(self):
        for spelling in ('+359 888 123 456', '00359888123456', '0888 123 456', '(0888) 12-34-56', '359888123456'):
            self.assertEqual(get_e164(spelling, 'BG'), NUMBER, spelling)

    def test_eight_is_dialled_in_russia_and_not_a_country(self):
        for spelling in ('8 (495) 123-45-67', '+8 (495) 123-45-67', '84951234567', '4951234567', '+74951234567'):
            self.assertEqual(get_e164(spelling, 'RU'), '+74951234567', spelling)
        self.assertEqual(get_e164('+84 95 123 45 67', 'BG'), '+84951234567')
        self.assertEqual(get_e164('+84 95 123 45 67', False), '+84951234567')

    def test_what_is_no_number_of_the_world(self):
        for text in ('101', '*8101', '*97', '1-800-FLOWERS', 'anonymous', '', None, 'Иван', '+', '12#45678'):
            self.assertEqual(get_e164(text, 'BG'), '', text)

    def test_remarks_of_contacts_are_left_out(self):
        self.assertEqual(get_e164_of_contact('+359 888 123 456 (Fr. Abt 7)', 'BG'), {NUMBER})
        self.assertEqual(get_e164_of_contact('тел. 0888 123 456, вътр. 102', 'BG'), {NUMBER})
        self.assertEqual(get_e164_of_contact('8 (495) 123-45-67', 'BG', 'RU') & {'+74951234567'}, {'+74951234567'})
        self.assertEqual(get_e164_of_contact('ask Ann', 'BG'), set())

    def test_keys_are_the_last_digits_of_every_spelling(self):
        self.assertEqual(get_keys(NUMBER), {'8123456'})
        self.assertIn('0654321', get_keys('+247654321') | {'0654321'})


class TelephonyCommon(DealflowCommon):
    """A PBX on a Bulgarian line: 101 is the rep of the north, 102 that of the south, 109 nobody's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env['dealflow.telephony.provider'].create(
            {
                'name': "PBX",
                'country_id': cls.env.ref('base.bg').id,
                'extension_ids': [
                    Command.create({'number': '101', 'user_id': cls.rep_north.id}),
                    Command.create({'number': '102', 'user_id': cls.rep_south.id}),
                ],
            }
        )
        cls.start = datetime(2024, 3, 4, 10)
        cls.contact.phone = '0888 / 123 456'

    def _tell(self, uniqueid='pbx-1.1', after=0, talks=(), sent=None, **values):
        """Tell of one call that began some minutes after ten; ``talks`` are extensions with minutes from and until."""
        start = self.start + timedelta(minutes=after)
        legs = [
            {
                'kind': 'talked',
                'extension': extension,
                'from': get_moment(start + timedelta(minutes=begin)),
                'until': get_moment(start + timedelta(minutes=end)),
            }
            for extension, begin, end in talks
        ]
        call = {
            'uniqueid': uniqueid,
            'direction': 'incoming',
            'number': NUMBER,
            'result': 'answered' if talks else 'missed',
            'started': get_moment(start),
            'ended': get_moment(start + timedelta(minutes=10)),
            **values,
        }
        call['legs'] = [*call.get('legs', []), *legs]
        [answer] = self.provider._receive([call], sent or get_moment(self.env.cr.now()))
        return self.env['dealflow.call'].browse(answer['id'])

    def _get_bus(self, user):
        self.env.cr.precommit.run()
        return [
            json.loads(each.message)['payload']
            for each in self.env['bus.bus'].sudo().search([('channel', 'like', f'"res.partner",{user.partner_id.id}]')])
            if json.loads(each.message)['type'] == 'dealflow.call'
        ]


@tagged('post_install', '-at_install')
class TestCall(TelephonyCommon):
    """Calls come into the register once, with who talked in turn, and belong to the owner of the number."""

    def test_who_rang_declined_and_talked(self):
        call = self._tell(
            talks=[('101', 1, 4), ('102', 4, 9)],
            legs=[
                {'kind': 'rang', 'extension': '101'},
                {'kind': 'rang', 'extension': '102'},
                {'kind': 'declined', 'extension': '102'},
            ],
            queue='sales',
            dialled='2002',
            name='Иван «Ваня» Петров',
        )
        self.assertRecordValues(
            call,
            [
                {
                    'direction': 'incoming',
                    'number_e164': NUMBER,
                    'partner_id': self.contact.id,
                    'business_partner_id': self.partner.id,
                    'answered_by_id': self.rep_north.id,
                    'user_id': self.rep_south.id,
                    'ring_seconds': 60,
                    'talk_seconds': 480,
                    'queue': 'sales',
                    'caller_name': 'Иван «Ваня» Петров',
                    'is_waiting': False,
                }
            ],
        )
        self.assertEqual(call.rang_user_ids, self.rep_north + self.rep_south)
        self.assertEqual(
            [(leg.kind, leg.extension, leg.user_id, leg.seconds) for leg in call.leg_ids],
            [
                ('rang', '101', self.rep_north, 0),
                ('rang', '102', self.rep_south, 0),
                ('declined', '102', self.rep_south, 0),
                ('talked', '101', self.rep_north, 180),
                ('talked', '102', self.rep_south, 300),
            ],
        )

    def test_told_twice_is_kept_once_and_as_it_was(self):
        first = self._tell()
        again = self._tell(talks=[('101', 1, 2)])
        self.assertEqual(first, again)
        self.assertEqual(again.result, 'missed')
        other = self.provider.copy({'name': "Other PBX", 'extension_ids': []})
        self.provider = other
        self.assertNotEqual(self._tell(), first)

    def test_told_twice_at_the_same_time_is_tried_again(self):
        with (
            patch.object(self.env.registry['dealflow.call'], 'flush_recordset', side_effect=UniqueViolation),
            self.assertRaises(ConcurrencyError),
        ):
            self._tell()

    def test_clock_of_the_sender_is_off(self):
        hour = timedelta(hours=1)
        call = self._tell(sent=get_moment(self.env.cr.now() - hour))
        self.assertEqual(call.started_on, self.start + hour)
        call = self._tell('pbx-1.2', sent=get_moment(self.env.cr.now() - timedelta(seconds=3)))
        self.assertEqual(call.started_on, self.start)

    def test_hour_is_that_of_the_company(self):
        self.env.company.resource_calendar_id.tz = 'Europe/Sofia'
        self.assertEqual(self._tell().hour, 12)

    def test_numbers_that_belong_to_nobody(self):
        for uniqueid, number in enumerate(('', '101', '*8101', 'FLOWERS', 'anonymous', '+359888000000')):
            call = self._tell(str(uniqueid), number=number)
            self.assertEqual(call.number, number)
            self.assertFalse(call.partner_id)
        self.assertIn("Hidden number", self.env['dealflow.call'].search([('uniqueid', '=', '0')]).display_name)

    def test_unknown_extension_is_kept_without_a_person(self):
        call = self._tell(talks=[('109', 1, 2)])
        self.assertFalse(call.user_id)
        self.assertEqual(call.talk_seconds, 60)
        self.assertEqual(call.leg_ids.extension, '109')

    def test_call_passed_on_outside_has_no_person(self):
        call = self._tell(talks=[('', 1, 2)], result='forwarded', forwarded_to='+359899000101')
        self.assertFalse(call.user_id)
        self.assertEqual((call.result, call.talk_seconds), ('forwarded', 60))

    # Who owns a number

    def test_number_is_found_in_any_spelling(self):
        for spelling in ('+359888123456', '0888123456', '(0888) 12-34-56', '00359 888 123456 вътр. 12'):
            self.contact.phone = spelling
            self.assertEqual(self.provider._look_up('888123456')['owners'][0]['id'], self.contact.id, spelling)
        self.contact.phone = False
        self.contact.phone_ids = [Command.create({'number': "0888-123-456"})]
        self.assertEqual(self._tell().partner_id, self.contact)
        self.contact.phone_ids.kind = 'internal'
        self.assertFalse(self.provider._look_up(NUMBER)['owners'])

    def test_country_of_the_contact_goes_before_that_of_the_line(self):
        self.contact.write({'phone': '8 (495) 123-45-67', 'country_id': self.env.ref('base.ru').id})
        self.assertEqual(self._tell(number='+74951234567').partner_id, self.contact)

    def test_owners_that_share_a_number(self):
        colleague = self._new_contact("Bob", self.partner, phone=NUMBER)
        self.assertEqual(self._tell().partner_id, self.partner, "two people of one firm stand for the firm")
        stranger = self._new_partner("Elsewhere", phone=NUMBER)
        call = self._tell('pbx-1.2')
        self.assertFalse(call.partner_id)
        owners = {owner['id'] for owner in self.provider._look_up(NUMBER)['owners']}
        self.assertEqual(owners, {self.contact.id, colleague.id, stranger.id})
        self.assertEqual(call._find_owners(), self.contact + colleague + stranger)

    def test_owner_of_another_company_is_not_told(self):
        self.contact.company_id = self.env['res.company'].create({'name': "Elsewhere"})
        self.assertFalse(self._tell().partner_id)

    def test_archived_owner_is_not_told(self):
        self.contact.active = False
        self.assertFalse(self._tell().partner_id)

    def test_lookup_uses_the_indexes(self):
        self.env.flush_all()
        # In a small table PostgreSQL would rather read another index of numbers, or everything.
        self.env.cr.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;"
            "ANALYZE res_partner, dealflow_partner_phone"
        )
        for table, column, more in (
            ('res_partner', 'phone', "AND phone IS NOT NULL"),
            ('dealflow_partner_phone', 'number', ""),
        ):
            rows = self.env.execute_query(
                SQL(
                    "EXPLAIN SELECT id FROM %s WHERE %s IN ('8123456') %s",
                    SQL.identifier(table),
                    SQL(get_key_sql(column)),
                    SQL(more),
                )
            )
            self.assertIn(f'{table}_dealflow_call_key_idx', ''.join(row for [row] in rows))

    def test_lookup_asks_the_same_for_one_number_and_for_many(self):
        numbers = [f'+3598881234{number}' for number in range(10, 40)]
        for number in numbers:
            self._new_contact(number, self.partner, phone=number)
        owners = self.env['res.partner']._dealflow_get_number_owners
        args = (self.provider.country_id, self.provider.company_id)
        one = self._count_queries(lambda: owners(numbers[:1], *args))
        self.assertLessEqual(self._count_queries(lambda: owners(numbers, *args)), one)

    # To whom a call goes

    def test_call_goes_to_the_person_of_the_deal_then_of_the_client(self):
        self.partner.user_id = self.rep_south
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['102'])
        deal = self._new_deal(user_id=self.rep_north.id)
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['101'])
        self.provider.extension_ids.filtered(lambda extension: extension.number == '101').unlink()
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['102'], "who has no phone is passed over")
        deal.unlink()
        self.rep_south.active = False
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], [])

    def test_whoever_is_away_is_stood_in_for(self):
        self.partner.user_id = self.rep_north
        first = self.provider.extension_ids.filtered(lambda extension: extension.number == '101')
        today = fields.Date.context_today(first)
        day = timedelta(days=1)
        for absence, expected in (
            ({'absent_from': today, 'absent_until': today}, []),
            ({'absent_from': today, 'absent_until': today, 'substitute_id': self.rep_south.id}, ['102']),
            ({'absent_from': today - day, 'absent_until': False}, ['102']),
            ({'absent_from': False, 'absent_until': today + day}, ['102']),
            ({'absent_from': today + day, 'absent_until': False}, ['101']),
            ({'absent_from': False, 'absent_until': today - day}, ['101']),
        ):
            with self.subTest(absence=absence):
                first.write(absence)
                self.assertEqual(self.provider._look_up(NUMBER)['extensions'], expected)
                self.assertEqual(self.provider._get_routes(self.contact.id - 1)['routes'].get(NUMBER, []), expected)

    def test_leave_counts_as_absence(self):
        self.partner.user_id = self.rep_north
        now = fields.Datetime.now()
        resource = self.env['resource.resource'].create({'name': "Rep", 'user_id': self.rep_north.id})
        self.env['resource.calendar.leaves'].create(
            {
                'name': "Holiday",
                'resource_id': resource.id,
                'date_from': now - timedelta(days=1),
                'date_to': now + timedelta(days=1),
            }
        )
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], [])
        self._new_deal(user_id=self.rep_south.id)
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['102'])

    def test_substitutes_of_one_another_end_at_nobody(self):
        self.partner.user_id = self.rep_north
        first, second = self.provider.extension_ids.sorted('number')
        first.write({'absent_from': '2024-01-01', 'substitute_id': self.rep_south.id})
        second.write({'absent_from': '2024-01-01', 'substitute_id': self.rep_north.id})
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], [])
        with self.assertRaisesRegex(ValidationError, "cannot stand in for themselves"):
            first.substitute_id = self.rep_north

    def test_absence_does_not_end_before_it_begins(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation):
            self.provider.extension_ids[0].write({'absent_from': '2024-01-02', 'absent_until': '2024-01-01'})
            self.env.flush_all()

    def test_whoever_talks_is_passed_over(self):
        self.partner.user_id = self.rep_south
        self._new_deal(user_id=self.rep_north.id)
        notice = ('pbx-1.1', 'incoming', '+359888000000', 'Ann')
        self.provider._notify('answered', *notice, '101', ['101'])
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['102'])
        self.assertEqual(
            self.provider._get_routes(self.contact.id - 1)['routes'][NUMBER],
            ['101', '102'],
            "the table is kept for minutes, and lists all",
        )
        self.provider._notify('answered', *notice, '102', ['101', '102'])
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['101'], "they took it over")
        self.provider._notify('answered', 'pbx-1.2', *notice[1:], '101', ['101'])
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], [], "the dialplan goes on as before")
        self._tell('pbx-1.1', talks=[('101', 1, 2), ('102', 2, 3)])
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['102'])
        with freeze_time(fields.Datetime.now() + timedelta(hours=5)):
            self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['101'], "nobody talks that long")

    def test_head_of_the_team_comes_last(self):
        self.provider.extension_ids = [Command.create({'number': '105', 'user_id': self.head_north.id})]
        deal = self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id)
        self.assertEqual(self.provider._get_routes(self.contact.id - 1)['routes'][NUMBER], ['101', '105'])
        deal.user_id = self.rep_second
        self.assertEqual(self.provider._look_up(NUMBER)['extensions'], ['105'], "who has no phone is passed over")

    def test_table_of_routes_says_what_a_lookup_says(self):
        self.partner.write({'user_id': self.rep_south.id, 'phone': '+359 2 981 12 34'})
        routes, after = {}, 0
        with patch('odoo.addons.dealflow.models.telephony.dealflow_telephony_provider.ROUTES', 1):
            while after is not False:
                part = self.provider._get_routes(after)
                routes |= part['routes']
                after = part['next']
        self.assertEqual(routes[NUMBER], ['102'])
        self.assertEqual(routes['+35929811234'], ['102'])
        for number, extensions in routes.items():
            self.assertEqual(self.provider._look_up(number)['extensions'], extensions[:1])

    # Missed calls

    def test_missed_call_waits_until_somebody_has_talked(self):
        missed = self._tell()
        self.assertTrue(missed.is_waiting)
        self.assertTrue(missed.waiting_hours > 1)
        again = self._tell('pbx-1.2', after=20)
        self.assertFalse(again.is_waiting, "the first call of a number waits")
        self._tell('pbx-1.3', after=40, direction='outgoing', result='no_answer')
        self.assertTrue(missed.is_waiting)
        talk = self._tell('pbx-1.4', after=60, direction='outgoing', talks=[('101', 1, 2)])
        self.assertFalse(missed.is_waiting)
        self.assertEqual(missed.called_back_id, talk)
        self.assertEqual(missed.waiting_hours, 1)

    def test_calls_may_be_told_in_any_order(self):
        talk = self._tell('pbx-1.4', after=60, direction='outgoing', talks=[('101', 1, 2)])
        missed = self._tell()
        self.assertFalse(missed.is_waiting)
        self.assertEqual(missed.called_back_id, talk)
        earlier = self._tell('pbx-1.0', after=-20)
        self.assertEqual(earlier.called_back_id, talk)
        self.assertFalse(missed.called_back_id)
        later = self._tell('pbx-1.5', after=90, result='machine')
        self.assertTrue(later.is_waiting)

    def test_hundred_calls_of_one_number_wait_once(self):
        start = get_moment(self.start)
        self.provider._receive(
            [
                {
                    'uniqueid': str(number),
                    'direction': 'incoming',
                    'number': NUMBER,
                    'result': 'missed',
                    'started': start,
                    'ended': start,
                }
                for number in range(100)
            ],
            get_moment(self.env.cr.now()),
        )
        calls = self.env['dealflow.call'].search([('provider_id', '=', self.provider.id)])
        self.assertEqual(len(calls), 100)
        self.assertEqual(len(calls.filtered('is_waiting')), 1)

    # What is not understood

    def test_what_is_not_understood_is_refused_in_words(self):
        for values, words in (
            ({'direction': 'sideways'}, "Call 1: “direction” must be one of incoming, outgoing"),
            ({'result': 'answered'}, "needs a leg of the kind “talked”"),
            ({'colour': 'red'}, "the key “colour” is unknown"),
            ({'started': 'yesterday'}, "Call 1, started must be a moment with its zone"),
            ({'started': '2024-03-04T10:00:00'}, "moment with its zone"),
            ({'started': '2030-03-04T10:00:00Z'}, "ends before it has begun"),
            ({'uniqueid': ''}, "“uniqueid” is empty"),
            ({'uniqueid': 'x' * 129}, "at most 128 characters"),
            ({'number': 359}, "“number” must be a text"),
            ({'recording': 'javascript:alert(1)'}, "begins with https://"),
            ({'legs': [{'kind': 'sang'}]}, "“kind” must be one of called, rang, declined, talked"),
            ({'legs': ['101']}, "must be an object with keys"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self._tell(**values)
        self.assertFalse(self.env['dealflow.call'].search_count([('provider_id', '=', self.provider.id)]))

    def test_no_call_of_a_list_is_kept_when_one_is_refused(self):
        start = get_moment(self.start)
        good = {'uniqueid': '1', 'direction': 'incoming', 'result': 'missed', 'started': start, 'ended': start}
        with self.assertRaisesRegex(ValidationError, "Call 2: the key “result” is missing"):
            self.provider._receive(
                [good, {key: good[key] for key in good.keys() - {'result'}}], get_moment(self.env.cr.now())
            )
        with self.assertRaisesRegex(ValidationError, "list of 1 to 500 calls"):
            self.provider._receive([], get_moment(self.env.cr.now()))

    # Who may read and change

    def test_nobody_changes_a_call(self):
        call = self._tell(talks=[('101', 1, 2)])
        for acting in (call.with_user(self.manager), call.with_user(self.manager).sudo()):
            for values in ({'number': '1'}, {'user_id': self.rep_south.id}, {'is_waiting': True}):
                with self.subTest(values=values), self.assertRaises(AccessError), self.env.cr.savepoint():
                    acting.write(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            call.with_user(self.manager).unlink()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env['dealflow.call'].with_user(self.manager).create({'number': "1"})

    def test_who_reads_the_client_reads_the_call(self):
        call = self._tell(talks=[('102', 1, 2)])
        for user in (self.rep_north, self.viewer, self.manager):
            self.assertTrue(call.with_user(user).has_access('read'))
            self.assertTrue(call.leg_ids.with_user(user).has_access('read'))

    def test_unknown_number_is_told_to_those_of_the_call(self):
        call = self._tell(number='+359888000000', talks=[('102', 1, 2)])
        self.assertTrue(call.with_user(self.rep_south).has_access('read'))
        self.assertTrue(call.with_user(self.seller_all).has_access('read'))
        for user in (self.rep_north, self.viewer):
            self.assertFalse(call.with_user(user).has_access('read'))
            self.assertFalse(call.leg_ids.with_user(user).has_access('read'))
        waiting = self._tell('pbx-1.2', number='+359888000001')
        self.assertTrue(waiting.with_user(self.rep_north).has_access('read'), "anybody may call back")
        self.assertFalse(waiting.with_user(self.viewer).has_access('read'))

    # While it rings, and after the call

    def test_phones_that_ring_are_told_and_close_when_somebody_answers(self):
        notice = ('pbx-1.1', 'incoming', NUMBER, 'Ann')
        self.provider._notify('ringing', *notice, '101', None)
        self.provider._notify('ringing', *notice, '109', None)
        self.provider._notify('answered', *notice, '102', ['101', '102'])
        told = self._get_bus(self.rep_north)
        self.assertEqual([(each['event'], each['is_mine']) for each in told], [('ringing', True), ('answered', False)])
        self.assertEqual(told[1]['taker'], self.rep_south.name)
        self.assertEqual([each['is_mine'] for each in self._get_bus(self.rep_south)], [True])
        with self.assertRaisesRegex(ValidationError, "must be one of ringing, phone_rings"):
            self.provider._notify('sang', *notice, '101', None)
        with self.assertRaisesRegex(ValidationError, "“number” must be a text"):
            self.provider._notify('ringing', 'x', 'incoming', 5, '', '101', None)

    def test_whoever_talked_last_is_asked_for_a_comment(self):
        self._tell('pbx-old', talks=[('101', 1, 4)])
        self.assertEqual(self._get_bus(self.rep_north), [], "nobody is asked about a call of long ago")
        self.start = self.env.cr.now() - timedelta(minutes=10)
        call = self._tell(
            talks=[('101', 1, 4), ('102', 4, 9)], legs=[{'kind': 'rang', 'extension': '101'}], direction='incoming'
        )
        self.assertTrue(call.needs_comment)
        self.assertEqual([each['call_id'] for each in self._get_bus(self.rep_north)], [False])
        self.assertEqual([each['call_id'] for each in self._get_bus(self.rep_south)], [call.id])

    def test_comment_is_asked_of_calls_with_clients_that_took_place(self):
        self.assertFalse(self._tell().needs_comment)
        self.assertFalse(self._tell('2', talks=[('101', 1, 2)], number='+359888000000').needs_comment)
        self.assertFalse(self._tell('3', talks=[('109', 1, 2)]).needs_comment)
        self.assertFalse(self._tell('4', talks=[('', 1, 2)], result='forwarded').needs_comment)

    def test_comment_becomes_an_event_of_the_client_once(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        call = self._tell(talks=[('101', 1, 4)]).with_user(self.rep_north)
        action = call.action_comment()
        wizard = self.env['dealflow.event.log'].with_user(self.rep_north).with_context(**action['context'])
        wizard.create({'result': "Wants two variants", 'next_step': "Send them"}).action_apply()
        event = call.event_id
        self.assertRecordValues(
            event,
            [
                {
                    'result': "Wants two variants",
                    'client_contact_id': self.contact.id,
                    'business_partner_id': self.partner.id,
                    'deal_id': deal.id,
                    'user_id': self.rep_north.id,
                    'stop': self.start + timedelta(minutes=10),
                }
            ],
        )
        self.assertEqual(event.event_type_id.code, 'call_in')
        self.assertFalse(call.needs_comment)
        with self.assertRaisesRegex(UserError, "was logged already"):
            call.action_comment()
        self.env.flush_all()
        told = self.env['dealflow.history'].search([('partner_id', '=', self.contact.id)])
        self.assertNotIn('call_in', told.mapped('kind'), "it stands there as its event")

    def test_comment_of_somebody_else_is_refused(self):
        call = self._tell(talks=[('101', 1, 4)])
        with self.assertRaisesRegex(UserError, "is logged by who talked with the client"):
            call.with_user(self.rep_south).action_comment()
        with self.assertRaisesRegex(UserError, "only calls with a client that took place"):
            self._tell('2').with_user(self.rep_north).action_comment()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env['dealflow.event.log'].with_user(self.rep_south).create(
                {'partner_id': self.contact.id, 'call_id': call.id, 'result': "x"}
            ).action_apply()

    def test_caller_card_says_what_the_person_may_know(self):
        self.contact.function = "Director"
        deal = self._new_deal(user_id=self.rep_north.id, name="Desks")
        self._tell(talks=[('101', 1, 4)])
        calls = self.env['dealflow.call']
        [owner] = calls.with_user(self.rep_north).get_caller_card('0888123456')['owners']
        self.assertEqual((owner['id'], owner['function']), (self.contact.id, "Director"))
        self.assertEqual([each['id'] for each in owner['deals']], deal.ids)
        self.assertIn("Call from", owner['last_touch'])
        self.assertEqual(owner['requisites'], "Not confirmed")
        self.partner.action_submit_requisites()
        [owner] = calls.with_user(self.rep_north).get_caller_card('0888123456')['owners']
        self.assertEqual(owner['requisites'], "Waits for accounting")
        [owner] = calls.with_user(self.rep_south).get_caller_card('0888123456')['owners']
        self.assertEqual(owner['deals'], [], "deals of a colleague are not told")
        unknown = calls.with_user(self.rep_north).get_caller_card('+359888000000')
        self.assertEqual(
            unknown, {'number': '+359888000000', 'shown': '+359 88 800 0000', 'owners': [], 'opportunities': []}
        )
        self.assertEqual(calls.with_user(self.rep_north).get_caller_card('')['owners'], [])

    def test_caller_is_known_from_an_opportunity_alone(self):
        bulgaria = self.env.ref('base.bg').id
        lead = self._new_lead(
            self.rep_north, name="Chairs", phone='0888 / 000 000', contact_name="Zoe", partner_name="Elm House"
        )
        self._new_lead(self.rep_north, name="Elsewhere", phone='+48 888 000 000')
        won = self._new_lead(self.rep_north, name="Won", phone='0888 000 000', country_id=bulgaria)
        won.action_set_won()
        lost = self._new_lead(self.rep_north, name="Lost", phone='+359 888 000 000')
        lost.action_set_lost(lost_reason_id=self.env['crm.lost.reason'].create({'name': "Price"}).id)
        self.env.flush_all()

        def get_card(user):
            return self.env['dealflow.call'].with_user(user).get_caller_card('0888000000')

        card = get_card(self.rep_north)
        self.assertEqual(card['owners'], [])
        self.assertEqual(
            card['opportunities'],
            [
                {
                    'id': lead.id,
                    'name': "Chairs",
                    'contact': "Zoe, Elm House",
                    'stage': lead.stage_id.name,
                    'responsible': self.rep_north.name,
                }
            ],
        )
        self.assertEqual(get_card(self.rep_south)['opportunities'], [], "opportunities of a colleague are not told")
        self.contact.phone = '0888 000 000'
        lead.partner_id = self.contact
        lead.phone = '0888 000 000'
        card = get_card(self.rep_north)
        self.assertEqual([owner['id'] for owner in card['owners']], self.contact.ids)
        self.assertEqual(card['opportunities'], [], "the contact is told, who has the opportunity")

    def test_opportunities_are_found_by_the_index(self):
        self._new_lead(self.rep_north, phone='0888 000 000')
        self.env.flush_all()
        # A table of a few rows is read as a whole, whatever the index.
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; ANALYZE crm_lead")
        key = SQL(get_key_sql('phone').replace('%', '%%'))
        self.env.cr.execute(SQL("EXPLAIN SELECT id FROM crm_lead WHERE %s IN ('8000000') AND phone IS NOT NULL", key))
        plan = '\n'.join(row[0] for row in self.env.cr.fetchall())
        self.assertIn('crm_lead_dealflow_call_key_idx', plan)

    # Called back

    def test_attempts_are_counted_until_somebody_has_talked(self):
        self.partner.user_id = self.rep_south
        first = self._tell('1', legs=[{'kind': 'rang', 'extension': '101'}])
        last = self._tell('2', after=30)
        self.assertRecordValues(
            first + last,
            [
                {'is_waiting': True, 'attempts': 2, 'last_attempt_on': last.started_on},
                {'is_waiting': False, 'attempts': 0, 'last_attempt_on': False},
            ],
        )
        self.assertEqual(first.client_user_id, self.rep_south)
        self.contact.user_id = self.rep_north
        self.assertEqual(first.client_user_id, self.rep_north, "the person before the firm")
        self._tell('3', after=60, direction='outgoing', talks=[('101', 1, 2)])
        again = self._tell('4', after=90)
        self.env.invalidate_all()
        self.assertEqual((first.attempts, again.attempts), (2, 1))
        calls = self.env['dealflow.call'].with_user(self.rep_north)
        action = self.env.ref('dealflow.dealflow_call_action_waiting')
        waiting = calls.search(safe_eval(action.domain))
        self.assertEqual(waiting, again.with_user(self.rep_north))
        [(user, count)] = calls._read_group([('is_waiting', '=', True)], ['client_user_id'], ['__count'])
        self.assertEqual((user, count), (self.rep_north, 1))
        unknown = self._tell('5', number='+359888000000')
        self.assertFalse(unknown.client_user_id)

    # History

    def test_calls_stand_in_the_history_of_the_client(self):
        self._tell()
        self._tell('pbx-1.2', after=20, direction='outgoing', talks=[('101', 1, 2)])
        self._tell('pbx-1.3', number='+359888000000')
        self.env.flush_all()
        history = self.env['dealflow.history'].with_user(self.rep_north)
        told = history.search([('business_partner_id', '=', self.partner.id), ('kind', 'in', ('call_in', 'call_out'))])
        self.assertRecordValues(
            told,
            [
                {'kind': 'call_out', 'summary': f"Answered: {NUMBER}", 'user_id': self.rep_north.id},
                {'kind': 'call_in', 'summary': f"Missed: {NUMBER}", 'user_id': False},
            ],
        )

    # Deletion

    def test_old_calls_are_deleted_by_the_setting(self):
        now = self.env.cr.now()
        old = self._tell(talks=[('101', 1, 2)])
        self.start = now - timedelta(days=20)
        new = self._tell('pbx-1.2', talks=[('101', 1, 2)])
        cron = self.env.ref('dealflow.ir_cron_call_delete_old')
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertTrue(old.exists())
        self.env.company.dealflow_call_months = 6
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())
        self.assertTrue(new.leg_ids)

    # The provider

    def test_without_a_provider_nothing_is_seen(self):
        providers = self.env['dealflow.telephony.provider'].search([])
        self.assertTrue(self.viewer.has_group('dealflow.group_telephony'))
        providers.active = False
        self.assertFalse(self.viewer.has_group('dealflow.group_telephony'))
        self.provider.active = True
        self.assertTrue(self.viewer.has_group('dealflow.group_telephony'))

    def test_rounds_are_offered_with_a_provider_or_where_any_phone_calls(self):
        offered = self.env.ref('dealflow.res_partner_action_call_round').group_ids
        menu = self.env.ref('dealflow.menu_relationships_call_rounds').group_ids
        self.assertEqual(offered, menu)

        def is_offered(user):
            return bool(user.all_group_ids & offered)

        self.assertTrue(is_offered(self.rep_north))
        self.assertFalse(is_offered(self.viewer), "who does not sell starts none")
        self.env['dealflow.telephony.provider'].search([]).active = False
        self.assertFalse(is_offered(self.rep_north))
        self.env.company.dealflow_call_rounds = True
        self.assertTrue(is_offered(self.rep_north))
        self.assertFalse(is_offered(self.viewer))
        self.assertFalse(self.rep_north.has_group('dealflow.group_telephony'), "nothing else is shown")
        self.provider.active = True
        self.provider.active = False
        self.assertTrue(is_offered(self.rep_north), "a provider that goes leaves the setting alone")
        self.env.company.dealflow_call_rounds = False
        self.assertFalse(is_offered(self.rep_north))

    def test_provider_with_calls_stays_in_its_company(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self._tell()
        with self.assertRaisesRegex(UserError, "has calls and stays"):
            self.provider.company_id = other

    def test_extension_belongs_to_one_person(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation):
            self.provider.extension_ids = [Command.create({'number': '101', 'user_id': self.rep_south.id})]

    def test_extension_with_strange_signs_is_refused(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation):
            self.provider.extension_ids = [Command.create({'number': '101 &', 'user_id': self.rep_south.id})]


@tagged('post_install', '-at_install')
class TestTelephonyWebhook(TelephonyCommon, HttpCase):
    """A telephone system calls over HTTP with its token and a signature; neither is kept or logged in clear."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.kind = 'webhook'
        cls.token = cls.provider.with_user(cls.manager).action_new_token()['context']['default_token']
        start = get_moment(cls.start)
        cls.call = {
            'uniqueid': 'cloud-77',
            'direction': 'incoming',
            'number': '0888 123 456',
            'result': 'missed',
            'started': start,
            'ended': start,
        }

    def _post(self, what, body, token=None, signature=None):
        token = self.token if token is None else token
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = hmac.new(token.encode(), content, hashlib.sha256).hexdigest()
        with mute_logger('odoo.http'):
            return self.url_open(
                f'/dealflow/telephony/{what}',
                data=content,
                headers={
                    'Authorization': f'Bearer {token}',
                    'X-Dealflow-Signature': signature or f'sha256={signed}',
                    'Content-Type': 'application/json',
                },
            )

    def _tell_all(self, *calls, **options):
        return self._post('calls', {'calls': calls, 'sent': get_moment(self.env.cr.now())}, **options)

    def test_call_is_told_and_told_again(self):
        answer = self._tell_all(self.call)
        self.assertEqual(answer.status_code, 200, answer.text)
        [told] = answer.json()['calls']
        call = self.env['dealflow.call'].browse(told['id'])
        self.assertEqual((told['uniqueid'], told['new']), ('cloud-77', True))
        self.assertEqual(call.partner_id, self.contact)
        self.assertTrue(call.is_waiting)
        self.assertTrue(self.provider.last_seen_on)
        again = self._tell_all(self.call).json()['calls']
        self.assertEqual(again, [{**told, 'new': False}])

    def test_wrong_token_and_wrong_signature(self):
        for options in ({'token': 'x'}, {'token': ''}, {'signature': 'sha256=0'}, {'signature': 'Ж'.encode()}):
            answer = self._tell_all(self.call, **options)
            self.assertEqual(answer.status_code, 401, options)
        self.assertFalse(self.env['dealflow.call'].search_count([('provider_id', '=', self.provider.id)]))

    def test_token_is_neither_stored_nor_logged(self):
        self.assertEqual(self._read_hash(), hashlib.sha256(self.token.encode()).hexdigest())
        with patch.object(_logger, 'info') as log:
            self._tell_all(self.call, token=self.token + 'x')
        log.assert_called_once()
        self.assertNotIn(self.token, str(log.call_args))
        with self.assertRaises(AccessError):
            self.provider.with_user(self.manager).read(['token_hash'])

    def _read_hash(self):
        self.env.cr.execute(SQL("SELECT token_hash FROM dealflow_telephony_provider WHERE id = %s", self.provider.id))
        return self.env.cr.fetchone()[0]

    def test_new_token_ends_the_former_one(self):
        self.provider.with_user(self.manager).action_new_token()
        self.assertEqual(self._tell_all(self.call).status_code, 401)
        with self.assertRaises(AccessError):
            self.provider.with_user(self.rep_north).action_new_token()

    def test_provider_that_is_switched_off_is_refused(self):
        self.provider.active = False
        self.assertEqual(self._tell_all(self.call).status_code, 401)

    def test_what_is_not_understood_says_why(self):
        for body, words in (
            (b'{', "not JSON"),
            (b'[]', "object with the keys"),
            ({'calls': [], 'secret': 1}, "object with the keys calls, sent"),
            ({'calls': [{**self.call, 'result': 'x'}], 'sent': get_moment(self.start)}, "“result” must be one of"),
            ({'calls': [self.call], 'sent': 5}, "sent must be a moment"),
        ):
            answer = self._post('calls', body)
            self.assertEqual(answer.status_code, 422, body)
            self.assertIn(words, answer.json()['message'])
        self.assertEqual(self._post('calls', b'{"x": "' + b'x' * 1024 * 1024 + b'"}').status_code, 413)

    def test_lookup_and_routes(self):
        self.partner.user_id = self.rep_south
        answer = self._post('lookup', {'number': '888123456'}).json()
        self.assertEqual(answer['number'], NUMBER)
        self.assertEqual(answer['extensions'], ['102'])
        self.assertEqual(
            answer['owners'],
            [
                {
                    'id': self.contact.id,
                    'name': self.contact.name,
                    'function': '',
                    'company': self.partner.name,
                    'group': self.partner.name,
                }
            ],
        )
        self.assertEqual(self._post('lookup', {'number': '*97'}).json()['owners'], [])
        notice = {'kind': 'ringing', 'uniqueid': '1', 'number': NUMBER, 'extension': '102'}
        self.assertEqual(self._post('notices', notice).json(), {'told': 1})
        answer = self._post('routes', {'after': self.contact.id - 1}).json()
        self.assertEqual(answer['routes'][NUMBER], ['102'])

    # What goes wrong in life

    def test_numbers_that_nobody_can_call_and_unknown_extensions(self):
        begin, end = get_moment(self.start), get_moment(self.start + timedelta(minutes=2))
        talk = {'kind': 'talked', 'extension': '999', 'from': begin, 'until': end}
        calls = [
            {
                **self.call,
                'uniqueid': number or 'hidden',
                'number': number,
                'ended': end,
                'result': result,
                'legs': legs,
            }
            for number in ('', '*8101', '101', '1-800-FLOWERS', 'anonymous', 'Иван')
            for result, legs in [('answered', [talk])]
        ]
        answer = self._tell_all(*calls)
        self.assertEqual(answer.status_code, 200, answer.text)
        told = self.env['dealflow.call'].browse([each['id'] for each in answer.json()['calls']])
        self.assertEqual(len(told), len(calls))
        self.assertFalse(told.partner_id | told.user_id.partner_id)
        self.assertFalse(any(told.mapped('needs_comment') + told.mapped('number_e164') + told.mapped('is_waiting')))
        for call in calls:
            self.assertEqual(self._post('lookup', {'number': call['number']}).json()['owners'], [])
        notice = {'kind': 'ringing', 'uniqueid': '1', 'number': '*97', 'extension': '999'}
        self.assertEqual(self._post('notices', notice).json(), {'told': 0})

    def test_hundred_calls_of_one_number(self):
        answer = self._tell_all(*({**self.call, 'uniqueid': str(number)} for number in range(100)))
        told = self.env['dealflow.call'].browse([each['id'] for each in answer.json()['calls']])
        self.assertEqual((len(told), len(told.filtered('is_waiting'))), (100, 1))

    def test_clock_an_hour_off(self):
        off = get_moment(self.env.cr.now() + timedelta(hours=1))
        answer = self._post('calls', {'calls': [self.call], 'sent': off})
        call = self.env['dealflow.call'].browse(answer.json()['calls'][0]['id'])
        shift = call.started_on - (self.start - timedelta(hours=1))
        self.assertLess(abs(shift), timedelta(minutes=1), "but for the time that the way takes")
        future = get_moment(self.env.cr.now() + timedelta(hours=1))
        answer = self._tell_all({**self.call, 'uniqueid': '2', 'started': future, 'ended': future})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("after it was sent", answer.json()['message'])

    def test_names_in_cyrillic(self):
        name = "Иван «Ваня» О'Петров, директор"
        answer = self._tell_all({**self.call, 'name': name, 'queue': 'Продажби'})
        call = self.env['dealflow.call'].browse(answer.json()['calls'][0]['id'])
        self.assertEqual((call.caller_name, call.queue), (name, 'Продажби'))
        notice = {'kind': 'ringing', 'uniqueid': '1', 'number': NUMBER, 'name': name, 'extension': '101'}
        self.assertEqual(self._post('notices', notice).json(), {'told': 1})
        self.assertEqual([each['name'] for each in self._get_bus(self.rep_north)], [name])

    def test_provider_switched_off_in_mid_call(self):
        notice = {'uniqueid': 'cloud-77', 'number': NUMBER, 'extension': '101'}
        self.assertEqual(self._post('notices', {**notice, 'kind': 'ringing'}).status_code, 200)
        self.assertEqual(self._post('notices', {**notice, 'kind': 'answered'}).status_code, 200)
        self.provider.active = False
        self.assertEqual(self._tell_all(self.call).status_code, 401)
        self.provider.active = True
        again = self._tell_all(self.call)
        self.assertEqual([each['new'] for each in again.json()['calls']], [True], "what waits outside is not lost")
        self.assertFalse(self.provider.extension_ids.filtered('talking_in'))
