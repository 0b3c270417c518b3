from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_telephony import TelephonyCommon


@tagged('post_install', '-at_install')
class TestCallRound(TelephonyCommon):
    """A selection of clients is called one after another, with a script; what came of it is logged (E60)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._new_contact("Bob", cls.partner, phone='0888 123 457')
        cls.third = cls._new_contact("Zoe", cls.partner)
        cls.third.phone_ids = [Command.create({'number': '0888 123 458'})]
        cls.silent = cls._new_contact("Mute", cls.partner)
        cls.contacts = cls.contact + cls.second + cls.third + cls.silent
        cls.round = cls._make(cls.contacts.with_user(cls.rep_north))

    @classmethod
    def _make(cls, records):
        action = records.action_dealflow_call_round()
        return records.env[action['res_model']].browse(action['res_id'])

    def _get_line(self, action):
        self.assertEqual((action['res_model'], action['target']), ('dealflow.call.round.line', 'main'))
        return self.round.line_ids.browse(action['res_id'])

    def test_round_of_a_selection_has_those_with_a_number(self):
        self.assertEqual(self.round.line_ids.partner_id, self.contact + self.second + self.third)
        self.assertEqual(self.round.line_ids.mapped('phone')[1:], ['0888 123 457', '0888 123 458'])
        self.assertEqual((self.round.line_count, self.round.open_count, self.round.reached_count), (3, 3, 0))
        self.assertEqual(self.round.user_ids, self.rep_north)
        with self.assertRaisesRegex(UserError, "contact with a phone number"):
            self._make(self.silent.with_user(self.rep_north))

    def test_round_of_opportunities(self):
        lead = self._new_lead(self.rep_north, name="Chairs", partner_id=self.contact.id)
        other = self._new_lead(self.rep_north, name="Nobody")
        calling_round = self._make((lead + other).with_user(self.rep_north))
        self.assertEqual(calling_round.line_ids.lead_id, lead)
        line = calling_round.line_ids
        line.result = "Wants chairs"
        line.action_reached()
        self.assertEqual(line.event_id.opportunity_id, lead)

    def test_opportunities_without_a_contact_are_called_at_their_own_number(self):
        lead, same, of_contact, _silent = leads = self.env['crm.lead'].union(
            *(
                self._new_lead(self.rep_north, **values)
                for values in (
                    {'name': "Chairs", 'phone': '+359 888 000 000', 'contact_name': "Zoe", 'partner_name': "Elm House"},
                    {'name': "Chairs again", 'phone': '+359 888 000 000'},
                    {'name': "Desks", 'partner_id': self.contact.id},
                    {'name': "Nothing known"},
                )
            )
        )
        calling_round = self._make(leads.with_user(self.rep_north))
        self.assertEqual(calling_round.line_ids.mapped('lead_id'), lead + of_contact, "a number is called once")
        line = calling_round.line_ids[0]
        self.assertFalse(line.partner_id)
        self.assertEqual((line.display_name, line.phone), ("Zoe, Elm House", lead.phone))
        self.assertIn("Chairs: ", line.about)
        self.assertIn(f"Responsible: {self.rep_north.name}", line.about)
        line.write({'result': "Wants six", 'next_step': "Send the offer"})
        line.action_reached()
        event = line.event_id
        self.assertEqual((event.opportunity_id, event.result, event.user_id), (lead, "Wants six", self.rep_north))
        planned = self.env['calendar.event'].search([('name', '=', "Send the offer")])
        self.assertEqual(planned.opportunity_id, lead)
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation):
            calling_round.write({'line_ids': [Command.create({})]})
        with self.assertRaisesRegex(UserError, "with whom you talked"):
            self.env['dealflow.event.log'].with_user(self.rep_north).create({'result': "Talked"}).action_apply()
        lead.unlink()
        self.assertFalse(line.exists(), "nobody is left to call")
        self.assertTrue(event.exists())

    def test_contact_that_an_opportunity_has_got_meanwhile_is_talked_with(self):
        lead = self._new_lead(self.rep_north, name="Chairs", phone='+359 888 000 000')
        line = self._make(lead.with_user(self.rep_north)).line_ids
        lead.partner_id = self.second
        line.result = "Wants six"
        line.action_reached()
        self.assertEqual(line.event_id.client_contact_id, self.second)

    def test_merged_opportunities_stay_in_the_round_once(self):
        lead = self._new_lead(self.rep_north, name="Chairs", phone='+359 888 000 000')
        other = self._new_lead(self.rep_north, name="Desks", phone='+359 888 000 001')
        third = self._new_lead(self.rep_north, name="Lamps", partner_id=self.contact.id)
        calling_round = self._make((lead + other + third).with_user(self.rep_north))
        calling_round.line_ids[1].action_not_reached()
        kept = (lead + other + third).merge_opportunity()
        self.assertRecordValues(
            calling_round.line_ids.sorted('tries'),
            [
                {'lead_id': kept.id, 'partner_id': self.contact.id, 'tries': 0},
                {'lead_id': kept.id, 'partner_id': False, 'tries': 1},
            ],
        )

    def test_talk_is_logged_with_its_next_step_and_the_next_client_follows(self):
        line = self._get_line(self.round.action_start())
        self.assertEqual(line.partner_id, self.contact)
        with self.assertRaisesRegex(UserError, "Write in “Result”"):
            line.action_reached()
        line.write({'result': "Wants two variants", 'next_step': "Send them"})
        following = self._get_line(line.action_reached())
        self.assertEqual(following.partner_id, self.second)
        self.assertEqual(line.state, 'reached')
        self.assertRecordValues(
            line.event_id,
            [{'result': "Wants two variants", 'client_contact_id': self.contact.id, 'user_id': self.rep_north.id}],
        )
        planned = self.env['calendar.event'].search([('name', '=', "Send them")])
        self.assertEqual(planned.user_id, self.rep_north)
        with self.assertRaisesRegex(UserError, "is finished in this round: Reached"):
            line.action_not_reached()
        following.result = "Has a supplier"
        following.action_refused()
        self.assertEqual((following.state, self.round.open_count, self.round.reached_count), ('refused', 1, 1))

    def test_call_of_the_telephony_needs_no_other_comment(self):
        self.start = self.env.cr.now() - timedelta(minutes=11)
        call = self._tell(talks=[('101', 1, 4)], direction='outgoing')
        self.assertTrue(call.needs_comment)
        line = self._get_line(self.round.action_start())
        line.result = "Talked"
        line.action_reached()
        self.assertFalse(call.needs_comment)
        self.assertEqual(call.event_id, line.event_id)

    def test_who_was_not_reached_comes_again_after_the_others(self):
        self.round.most_tries = 2
        first = self._get_line(self.round.action_start())
        second = self._get_line(first.action_not_reached())
        third = self._get_line(second.action_skip())
        self.assertEqual(third.partner_id, self.third)
        self.assertEqual((first.state, first.tries), ('not_reached', 1))
        self.assertEqual(self._get_line(third.action_not_reached()), second, "who was not called comes before")
        self.assertEqual(self._get_line(second.action_not_reached()).tries, 1)
        for line in self.round.line_ids:
            line.action_not_reached()
        self.assertEqual(set(self.round.line_ids.mapped('state')), {'given_up'})
        with self.assertRaisesRegex(UserError, "Nobody is left to call"):
            self.round.action_start()

    def test_last_client_leads_back_to_the_round(self):
        *_others, last = self.round.line_ids
        for line in self.round.line_ids:
            line.result = "Talked"
            action = line.action_reached()
        self.assertEqual(last.state, 'reached')
        self.assertEqual((action['res_model'], action['res_id']), ('dealflow.call.round', self.round.id))

    def test_two_people_are_not_offered_the_same_client(self):
        self.round.user_ids += self.rep_south
        mine = self._get_line(self.round.action_start())
        theirs = self._get_line(self.round.with_user(self.rep_south).action_start())
        self.assertNotEqual(mine.partner_id, theirs.partner_id)
        self.assertEqual(self._get_line(self.round.action_start()).user_id, self.rep_north)
        mine._dealflow_set_derived({'taken_on': fields.Datetime.now() - timedelta(minutes=20)})
        self.round.line_ids.filtered(lambda line: not line.user_id)._dealflow_set_derived({'state': 'reached'})
        self.assertTrue(self.round.with_user(self.rep_south).action_start(), "who went away keeps nobody")

    def test_what_there_is_to_know_stands_beside_the_client(self):
        self._new_deal(user_id=self.rep_north.id, name="Desks")
        self.contact.function = "Director"
        about = self.round.line_ids[0].about
        self.assertIn("Director", about)
        self.assertIn("Desks: ", about)
        self.assertFalse(self.round.line_ids.new({}).about)

    def test_rounds_of_others_are_theirs(self):
        self.assertFalse(self.round.with_user(self.rep_south).has_access('read'))
        self.assertFalse(self.round.line_ids.with_user(self.rep_south).has_access('read'))
        self.assertTrue(self.round.with_user(self.seller_all).has_access('write'))
        with self.assertRaises(AccessError):
            self.contacts.with_user(self.viewer).action_dealflow_call_round()
        with self.assertRaises(AccessError):
            self.round.line_ids[:1].write({'state': 'reached'})
