import re
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_telephony import NUMBER, TelephonyCommon

UNKNOWN, SHOWN = '+359888000000', '+359 88 800 0000'


@tagged('post_install', '-at_install')
class TestCallComment(TelephonyCommon):
    """Who talked with a client says what came of it; what is owed is counted and may hold up deals (E59, E61)."""

    def _talk(self, uniqueid='1', extension='101', **values):
        return self._tell(uniqueid, talks=[(extension, 1, 4)], **values)

    def _comment(self, call, **values):
        return call.with_user(call.user_id).log_comment({'text': "Wants two variants", **values})

    # What is owed

    def test_debt_is_born_of_talks_with_clients_of_who_logs_calls(self):
        clerk = self._new_user('clerk', 'account.group_account_invoice')
        self.provider.extension_ids = [Command.create({'number': '103', 'user_id': clerk.id})]
        self.assertTrue(self._talk().needs_comment)
        self.assertFalse(self._talk('2', '103').needs_comment, "they could not log it")
        self.assertFalse(self._talk('3', number=UNKNOWN).needs_comment)
        self.assertFalse(self._talk('4', number='102').needs_comment)
        self.assertFalse(self._tell('5').needs_comment)

    def test_late_comment_clears_the_debt(self):
        calls = self.env['dealflow.call'].with_user(self.rep_north)
        call = self._talk()
        self.assertEqual(calls.get_summary()['debts'], 1)
        self.assertEqual(calls.get_summary()['days'], (fields.Datetime.now() - call.started_on).days)
        self._comment(call)
        self.assertEqual(calls.get_summary()['debts'], 0)

    def test_client_that_was_deleted_takes_the_debt_along(self):
        stranger = self._new_partner("Stranger", phone=UNKNOWN)
        self._talk(number=UNKNOWN)
        calls = self.env['dealflow.call'].with_user(self.rep_north)
        self.assertEqual(calls.get_summary()['debts'], 1)
        stranger.unlink()
        self.assertEqual(calls.get_summary()['debts'], 0)

    def test_head_sees_the_team_and_a_rep_only_the_own(self):
        self._talk()
        self._talk('2', '102')
        self._tell('3', after=30, number=UNKNOWN)
        get_summary = self.env['dealflow.call'].with_user(self.head_north).get_summary
        self.assertEqual([(row['name'], row['debts']) for row in get_summary()['people']], [(self.rep_north.name, 1)])
        self.assertEqual(get_summary()['waiting'], 1)
        everybody = self.env['dealflow.call'].with_user(self.seller_all).get_summary()['people']
        self.assertEqual({row['id'] for row in everybody}, {self.rep_north.id, self.rep_south.id})
        self.assertEqual(self.env['dealflow.call'].with_user(self.rep_south).get_summary()['people'], [])
        self.assertEqual(self.env['dealflow.call'].with_user(self.viewer).get_summary(), {})

    def test_workplace_counts_the_debts(self):
        workplace = self.env['dealflow.workplace'].with_user(self.rep_north)
        self._talk()
        self.assertEqual(workplace.get_page()['counters']['comments'], 1)
        self.env['dealflow.telephony.provider'].search([]).active = False
        self.assertNotIn('comments', workplace.get_page()['counters'])

    # Deals that do not go on

    def _move(self, deal, stage, user):
        deal.with_user(user).action_move_stage(stage.id, "They agreed to go on", "Waits for the board")

    def test_too_many_debts_hold_up_deals(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        self.env.company.dealflow_comment_debt_limit = 2
        self._talk()
        self._move(deal, self.stage_offer, self.rep_north)
        second = self._talk('2')
        words = "without a comment: 2; with 2 or more.*Comment Missing"
        with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            self._move(deal, self.stage_signed, self.rep_north)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._new_deal(self.rep_north, user_id=self.rep_north.id, stage_id=self.stage_offer.id)
        item = deal.with_user(self.rep_north).stage_checklist[-1]['items'][-1]
        self.assertEqual((item['id'], item['is_done']), ('calls', False))
        self.assertIn("2 missing", item['name'])
        self.assertEqual(self.env['dealflow.call'].with_user(self.rep_north).search_count(item['action']['domain']), 2)
        self._comment(second)
        self._move(deal, self.stage_signed, self.rep_north)
        self.assertEqual(deal.stage_id, self.stage_signed)

    def test_debts_hold_up_neither_new_deals_nor_ways_back_nor_losses(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        self._move(deal, self.stage_offer, self.rep_north)
        self.env.company.dealflow_comment_debt_limit = 1
        self._talk()
        self._new_deal(self.rep_north, user_id=self.rep_north.id)
        self._move(deal, self.stage_talk, self.rep_north)
        deal.with_user(self.rep_north).action_lose(self.reason.id, "Too late for us")
        self.assertEqual(deal.state, 'lost')

    def test_debts_hold_up_who_owes_them_in_the_company_and_nobody_else(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        self.env.company.dealflow_comment_debt_limit = 1
        self._talk()
        for acting in (deal.with_user(self.rep_north), deal.with_user(self.rep_north).sudo()):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                acting.action_move_stage(self.stage_offer.id, "They agreed to go on", "Waits for the board")
        # Jobs and what a client accepts online owe nothing.
        self._move(deal, self.stage_offer, self.env.ref('base.user_root'))
        self._move(deal, self.stage_signed, self.seller_all)
        other = self._new_deal(user_id=self.rep_south.id)
        self._move(other, self.stage_offer, self.rep_south)

    def test_right_to_override_goes_on_and_the_log_says_so(self):
        boss = self._new_user('boss', 'dealflow.group_user,dealflow.group_stage_override')
        self.provider.extension_ids = [Command.create({'number': '104', 'user_id': boss.id})]
        self.env.company.dealflow_comment_debt_limit = 1
        self._talk(extension='104')
        deal = self._new_deal()
        self._move(deal, self.stage_offer, boss)
        self.assertTrue(deal.log_ids[:1].is_override)
        self.assertIn("without a comment: 1", deal.log_ids[:1].missing_requirements)

    def test_without_a_telephony_nothing_is_owed(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        self.env.company.dealflow_comment_debt_limit = 1
        self._talk()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._move(deal, self.stage_offer, self.rep_north)
        self.provider.active = False
        self._move(deal, self.stage_offer, self.rep_north)
        self.assertEqual(deal.stage_id, self.stage_offer)

    def test_deal_of_another_client_is_refused(self):
        other = self.env['res.partner'].create({'name': "Other", 'is_company': True})
        stranger = self._new_deal(user_id=self.rep_north.id, legal_entity_id=other.id, business_partner_id=other.id)
        with self.assertRaisesRegex(UserError, "is none of"):
            self._talk().with_user(self.rep_north).log_comment({'text': "Fine", 'deal_id': stranger.id})

    def test_limit_is_not_negative(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation):
            self.env.company.dealflow_comment_debt_limit = -1
            self.env.flush_all()

    # What came of it

    def test_form_offers_short_results_and_deals(self):
        call = self._talk().with_user(self.rep_north)
        form = call.get_comment_form()
        self.assertLessEqual(len(form['results']), 9)
        self.assertEqual((form['results'][0], form['deals'], form['deal_id']), ("Wants an offer", [], False))
        deal = self._new_deal(user_id=self.rep_north.id)
        self.assertEqual(call.get_comment_form()['deal_id'], deal.id)
        self._new_deal(user_id=self.rep_south.id)
        self.assertEqual(len(call.get_comment_form()['deals']), 1, "deals of a colleague are not told")
        self._new_deal(user_id=self.rep_north.id)
        self.assertFalse(call.get_comment_form()['deal_id'])
        self.env.company.dealflow_call_results = '\n'.join(["Ordered", "", *(str(number) for number in range(20))])
        self.assertEqual(call.get_comment_form()['results'], ["Ordered", *(str(number) for number in range(8))])

    def test_comment_logs_the_call_once_with_its_next_step(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        call = self._talk(direction='outgoing')
        event = self.env['calendar.event'].browse(self._comment(call, next_step="Send the offer"))
        self.assertRecordValues(
            event,
            [
                {
                    'result': "Wants two variants",
                    'deal_id': deal.id,
                    'client_contact_id': self.contact.id,
                    'user_id': self.rep_north.id,
                    'stop': call.ended_on,
                }
            ],
        )
        self.assertEqual(event.event_type_id.code, 'call_out')
        self.assertEqual(call.event_id, event)
        planned = self.env['calendar.event'].search([('name', '=', "Send the offer")])
        self.assertEqual((len(planned), planned.deal_id, planned.user_id), (1, deal, self.rep_north))
        with self.assertRaisesRegex(UserError, "was logged already"):
            self._comment(call)
        told = self._get_bus(self.rep_north)
        self.assertEqual([each['event'] for each in told], ['commented'])

    def test_comment_needs_words_and_may_name_no_deal(self):
        self._new_deal(user_id=self.rep_north.id)
        call = self._talk()
        with self.assertRaisesRegex(UserError, "Type what came of it"):
            self._comment(call, text="  ")
        with self.assertRaisesRegex(UserError, "is logged by who talked with the client"):
            call.with_user(self.rep_south).log_comment({'text': "x"})
        self._comment(call, deal_id=False)
        self.assertFalse(call.event_id.deal_id)

    def test_popup_stays_with_who_talked_with_an_unknown_number(self):
        self.start = self.env.cr.now() - timedelta(minutes=10)
        call = self._talk(number=UNKNOWN)
        self._talk('2', number='', extension='102')
        [told] = self._get_bus(self.rep_north)
        self.assertEqual((told['call_id'], told['asks']), (call.id, False))
        self.assertEqual([each['call_id'] for each in self._get_bus(self.rep_south)], [False], "nobody to ask about")


@tagged('post_install', '-at_install')
class TestCallBind(TelephonyCommon):
    """While a number calls it is said whose it is, and what they want (E57, X15)."""

    def _bind(self, number=UNKNOWN, contact=None, user=None):
        calls = self.env['dealflow.call'].with_user(user or self.rep_north)
        return calls.bind_number(number, (contact or self.contact).id)

    def test_calls_of_nobody_become_those_of_the_contact(self):
        call = self._tell('1', number=UNKNOWN, talks=[('101', 1, 2)])
        other = self._tell('2', number='+359888000009')
        messages = self.contact.message_ids
        self.assertEqual(self._bind('0888 000 000'), {'number': UNKNOWN, 'calls': 1})
        self.assertEqual((call.partner_id, call.business_partner_id), (self.contact, self.partner))
        self.assertFalse(call.needs_comment, "nothing is asked about calls of long ago")
        self.assertFalse(other.partner_id)
        self.assertEqual(self.contact.phone_ids.mapped('number'), [SHOWN])
        self.assertEqual(self.contact.phone_ids.kind, 'mobile')
        note = self.contact.message_ids - messages
        self.assertIn(SHOWN, note.body)
        self.assertEqual(note.author_id, self.rep_north.partner_id)
        self.assertEqual(self._bind(), {'number': UNKNOWN, 'calls': 1})
        self.assertEqual(self.contact.message_ids - messages, note, "twice is once")
        call.with_user(self.rep_north).log_comment({'text': "They may be asked"})
        self.assertTrue(call.event_id)

    def test_first_number_of_a_contact_is_its_main_one(self):
        self.contact.phone = False
        self._bind('+35929811234')
        self.assertEqual(self.contact.phone, '+359 2 981 1234')
        self._bind('+35929811235')
        self.assertEqual(self.contact.phone_ids.kind, 'work')

    def test_number_of_strangers_gives_its_calls_to_none(self):
        self._new_partner("Elsewhere", phone=UNKNOWN)
        stranger = self._new_partner("Other", phone=UNKNOWN)
        call = self._tell('1', number=UNKNOWN)
        self.assertFalse(call.partner_id)
        self.assertEqual(self._bind(contact=self.partner)['calls'], 0)
        self.assertFalse(call.partner_id)
        self.assertEqual(stranger.phone, UNKNOWN)

    def test_calls_of_somebody_stay_theirs(self):
        call = self._tell()
        stranger = self._new_partner("Other")
        self._bind(NUMBER, stranger)
        self.assertEqual(call.partner_id, self.contact)

    def test_number_is_refused_in_words(self):
        for number in ('101', '*97', '', 'FLOWERS'):
            with self.subTest(number=number), self.assertRaisesRegex(UserError, "cannot be added to"):
                self._bind(number)
        with self.assertRaisesRegex(UserError, "Choose the contact"):
            self.env['dealflow.call'].with_user(self.rep_north).bind_number(UNKNOWN, False)

    def test_what_would_be_added_is_said_and_not_done(self):
        self._tell('1', number=UNKNOWN, talks=[('101', 1, 2)])

        def describe(contact, number=UNKNOWN):
            return self.env['dealflow.call'].with_user(self.rep_north).describe_binding(number, contact.id)

        name = self.contact.display_name
        self.assertEqual(
            describe(self.contact),
            f"{SHOWN} becomes a further number of {name}, of the kind “Mobile”. The main number stays "
            f"{self.contact.phone}. Calls that become theirs: 1.",
        )
        self.assertFalse(self.contact.phone_ids)
        main, self.contact.phone = self.contact.phone, False
        self.assertIn(f"{SHOWN} becomes the main number of {name}", describe(self.contact))
        self.contact.phone = main
        stranger = self._new_partner("Other", phone=UNKNOWN)
        self.assertIn("has the number", describe(stranger))
        self.assertNotIn("become theirs", describe(self.contact), "both have it then, and the calls are nobody's")
        with self.assertRaisesRegex(UserError, "cannot be added to"):
            describe(self.contact, '101')

    def test_number_of_an_employee_is_not_bound(self):
        with self.assertRaisesRegex(UserError, "is an employee"):
            self._bind(contact=self.seller_all.partner_id, user=self.env.ref('base.user_admin'))
        self.assertFalse(self.seller_all.partner_id.phone)

    def test_who_may_not_change_the_contact_does_not_bind(self):
        with self.assertRaisesRegex(Exception, "not allowed"):
            self._bind(user=self.viewer)
        self.assertFalse(self.contact.phone_ids)

    def test_opportunity_has_number_and_source(self):
        calls = self.env['dealflow.call'].with_user(self.rep_north)
        action = calls.action_new_opportunity(UNKNOWN, "Ann on the phone")
        lead = self.env['crm.lead'].with_user(self.rep_north).with_context(**action['context']).create({})
        self.assertRecordValues(
            lead,
            [
                {
                    'phone': SHOWN,
                    'contact_name': "Ann on the phone",
                    'source_id': self.env.ref('dealflow.utm_source_call').id,
                    'user_id': self.rep_north.id,
                    'name': "Call from Ann on the phone",
                    'type': 'opportunity',
                }
            ],
        )
        action = calls.action_new_opportunity(NUMBER, False, self.contact.id)
        lead = self.env['crm.lead'].with_user(self.rep_north).with_context(**action['context']).create({})
        self.assertEqual((lead.partner_id, lead.phone), (self.contact, self.contact.phone))

    def test_one_call_makes_one_opportunity(self):
        calls = self.env['dealflow.call'].with_user(self.rep_north)
        action = calls.action_new_opportunity(UNKNOWN, "Ann on the phone", False, 'pbx-7')
        lead = self.env['crm.lead'].browse(action['res_id'])
        self.assertRecordValues(
            lead,
            [
                {
                    'phone': SHOWN,
                    'contact_name': "Ann on the phone",
                    'source_id': self.env.ref('dealflow.utm_source_call').id,
                    'user_id': self.rep_north.id,
                    'type': 'opportunity',
                }
            ],
        )
        self.assertEqual(calls.action_new_opportunity(UNKNOWN, False, False, 'pbx-7')['res_id'], lead.id)
        [told] = calls.get_caller_card(UNKNOWN)['opportunities']
        self.assertEqual(told['id'], lead.id)
        lead.with_user(self.rep_north).copy()
        lead.active = False
        self.assertEqual(calls.action_new_opportunity(UNKNOWN, False, False, 'pbx-7')['res_id'], lead.id)
        self.assertNotEqual(calls.action_new_opportunity(UNKNOWN, False, False, 'pbx-8')['res_id'], lead.id)
        with self.assertRaisesRegex(UserError, re.escape(f"made already, by {self.rep_north.name}")):
            calls.with_user(self.rep_south).action_new_opportunity(UNKNOWN, False, False, 'pbx-7')
        with self.assertRaises(AccessError):
            lead.with_user(self.rep_north).read(['dealflow_made_in_call'])

    def test_one_call_makes_one_opportunity_in_two_tabs_too(self):
        calls = self.env['dealflow.call'].with_user(self.rep_north)
        self.env['crm.lead'].create({'name': "Of the other tab"}).dealflow_made_in_call = f'{self.provider.id}/pbx-7'
        self.env.flush_all()
        find = self.env.registry['crm.lead'].search
        with (
            # What the other tab has written is not seen yet.
            patch.object(self.env.registry['crm.lead'], 'search', lambda leads, *a, **k: find(leads, *a, **k)[:0]),
            mute_logger('odoo.sql_db'),
            self.assertRaises(ConcurrencyError),
        ):
            calls.action_new_opportunity(UNKNOWN, False, False, 'pbx-7')
