from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestTwice(DealflowCommon):
    """Repeating a call has no second effect and says what was already done: a comment is never dropped silently."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal(cls.rep_north)
        cls.competitor = cls.env['dealflow.competitor'].create({'name': "Nord"})

    def _get_last_comment(self):
        return self.deal.sudo().log_ids.sorted('id')[-1].comment

    def test_opportunity_becomes_one_deal(self):
        lead = self._new_lead(self.rep_north, expected_revenue=500.0, user_id=self.rep_north.id)
        lead.action_convert_to_deal()
        made = lead.deal_ids
        for vals in ({}, {'name': "Other chairs"}, {'amount': 70.0}, {'amount': 70.0, 'name': made.name}):
            with self.assertRefused(UserError, f"has become a deal already: .*{made.number}"):
                lead.action_convert_to_deal(vals)
        other = {'name': "Other chairs", 'amount': 70.0}
        lead.action_convert_to_deal(other)
        with self.assertRefused(UserError, "has become a deal already"):
            lead.action_convert_to_deal(other)
        self.assertEqual(sorted(lead.deal_ids.mapped('amount')), [70.0, 500.0])

    def test_deals_of_colleagues_count(self):
        lead = self._new_lead(self.rep_north, user_id=self.rep_north.id)
        lead.action_convert_to_deal()
        lead.deal_ids.sudo().user_id = self.rep_south
        self.env.invalidate_all()
        with self.assertRefused(UserError, "has become a deal already"):
            lead.with_user(self.rep_north).action_convert_to_deal()

    def test_opportunity_is_attached_once(self):
        lead = self._new_lead(self.rep_north, user_id=self.rep_north.id)
        with self.assertRefused(UserError, "Leave out: amount"):
            lead.action_convert_to_deal({'deal_id': self.deal.id, 'amount': 5.0})
        lead.action_convert_to_deal({'deal_id': self.deal.id})
        with self.assertRefused(UserError, "attached to the deal .* already"):
            lead.action_convert_to_deal({'deal_id': self.deal.id})

    def test_a_dialog_makes_another_deal(self):
        lead = self._new_lead(self.rep_north, expected_revenue=500.0, user_id=self.rep_north.id)
        lead.action_convert_to_deal()
        dialog = (
            self.env['dealflow.lead.convert']
            .with_user(self.rep_north)
            .with_context(active_model='crm.lead', active_ids=lead.ids)
            .create({'name': "Lamps", 'amount': 20.0})
        )
        self.assertIn(lead.deal_ids.number, dialog.deal_names)
        dialog.action_apply()
        self.assertEqual(lead.deal_ids.mapped('name'), ["Lamps", "Chairs"])

    def test_deal_stands_in_the_stage(self):
        self.deal.action_move_stage(self.stage_offer.id, "They asked for it", "Offer")
        with self.assertRefused(UserError, "is already in “Proposal”"):
            self.deal.action_move_stage(self.stage_offer.id, "Again", "Offer")
        with self.assertRefused(UserError, "Choose the stage"):
            self.deal.action_move_stage(False, "Again", "Offer")

    def test_deal_is_won_lost_and_open(self):
        with self.assertRefused(UserError, "is “Open” already"):
            self.deal.action_reopen("A look")
        self.deal.action_win("Signed")
        with self.assertRefused(UserError, "is “Won” already"):
            self.deal.action_win("Signed again")
        self.assertEqual(self._get_last_comment(), "Signed")
        self.deal.action_lose(self.reason.id, "They have left")
        with self.assertRefused(UserError, "is “Lost” already"):
            self.deal.action_lose(self.reason.id, "They have really left")
        self.assertEqual(self._get_last_comment(), "They have left")

    def test_one_of_many_is_passed_over(self):
        other = self._new_deal(self.rep_north, name="Lamps")
        other.action_win("Signed")
        self.assertPassedOver((self.deal + other).action_win("Both"), 1)
        self.assertEqual(self.deal.state, 'won')
        self.assertEqual(other.sudo().log_ids.sorted('id')[-1].comment, "Signed")
        with self.assertRefused(UserError, "Lamps is “Won” already"):
            (other + self.deal).action_win("Both")

    def test_a_price_belongs_to_a_competitor(self):
        with self.assertRefused(UserError, "A price belongs to a competitor"):
            self.deal.action_lose(self.reason.id, "Too dear", competitor_price=900.0)
        self.deal.action_lose(self.reason.id, "Too dear", self.competitor.id, 900.0)
        self.assertEqual(self.deal.competitor_ids.price, 900.0)

    def test_a_quotation_that_says_the_same_is_opened_again(self):
        self.deal.line_ids = [
            Command.create({'product_id': self.product.id, 'quantity': 2, 'price_unit': 90, 'discount': 5}),
            Command.create({'name': "Delivery", 'quantity': 1, 'price_unit': 30}),
        ]
        first = self.deal.action_new_quotation()['res_id']
        self.assertEqual(self.deal.action_new_quotation()['res_id'], first)
        self.deal.line_ids[0].quantity = 3
        second = self.deal.action_new_quotation()['res_id']
        self.assertNotEqual(second, first)
        self.env['sale.order'].browse(second).order_line[0].discount = 10
        self.assertNotIn(self.deal.action_new_quotation()['res_id'], (first, second))

    def test_a_repetition_that_nobody_has_touched_is_opened_again(self):
        self.deal.action_win("Signed")
        first = self.deal.action_repeat()['res_id']
        self.assertEqual(self.deal.action_repeat()['res_id'], first)
        self.deal.browse(first).action_move_stage(self.stage_offer.id, "They ask", "Offer")
        self.assertNotEqual(self.deal.action_repeat()['res_id'], first)

    def test_receipts(self):
        receipt = self._new_receipt(self.deal, date_planned=date(2040, 5, 20)).with_user(self.rep_north)
        receipt.action_postpone('2040-06-20', "They asked for it")
        with self.assertRefused(UserError, "is planned for 06/20/2040 already"):
            receipt.action_postpone(date(2040, 6, 20), "They asked again")
        with self.assertRefused(UserError, "Choose the new planned date"):
            receipt.action_postpone(False, "They asked again")
        receipt.action_ask_question(self.rep_north.id, "Has it come?\nAnd when?")
        with self.assertRefused(UserError, "has this question .* already"):
            receipt.action_ask_question(self.rep_north.id, "Has it come? And when?")
        receipt.action_ask_question(self.rep_north.id, "Is the invoice out?")
        receipt.action_set_state('cancelled', "They have left")
        with self.assertRefused(UserError, "has the status “Cancelled” already"):
            receipt.action_set_state('cancelled', "They have left again")

    def test_a_plan_is_levelled_once(self):
        self.deal.action_adjust_receipts()
        with self.assertRefused(UserError, "adds up to its amount already"):
            self.deal.action_adjust_receipts()
        self.assertEqual(self.deal.receipt_ids.amount, 1000.0)

    def test_claims_and_participants(self):
        claim = self.env['dealflow.claim'].create({'name': "A leg is missing", 'business_partner_id': self.partner.id})
        claim.action_start()
        with self.assertRefused(UserError, "already"):
            claim.action_start()
        event = self.env['dealflow.marketing.event'].create({'title': "Fair"})
        participant = self.env['dealflow.marketing.participant'].create(
            {'event_id': event.id, 'partner_id': self.contact.id}
        )
        participant.action_attend()
        with self.assertRefused(UserError, "already"):
            participant.action_attend()

    def test_sheets(self):
        meeting_type = self.env['dealflow.event.type'].search([('is_meeting', '=', True)], limit=1)
        event = self._new_event(event_type_id=meeting_type.id)
        sheet = self.env['dealflow.meeting.sheet'].create({'event_id': event.id})
        sheet.action_finish_minutes()
        with self.assertRefused(UserError, "already"):
            sheet.action_finish_minutes()
        sheet.action_reopen_minutes()
        with self.assertRefused(UserError, "already"):
            sheet.action_reopen_minutes()

    def test_probable_pairs(self):
        match = self.env['dealflow.partner.match'].create(
            {'kind': 'group', 'left_id': self.partner.id, 'right_id': self.other_partner.id}
        )
        match.action_link_to_group()
        with self.assertRefused(UserError, "was decided already"):
            match.action_link_to_group()
        match.action_mark_different()
        with self.assertRefused(UserError, "was decided already"):
            match.action_mark_different()

    def assertPassedOver(self, answer, count):
        self.assertEqual(answer['tag'], 'display_notification')
        self.assertIn(f": {count}.", answer['params']['message'])

    def test_participants_that_are_so_already_are_passed_over(self):
        event = self.env['dealflow.marketing.event'].create({'title': "Fair"})
        attended, invited = self.env['dealflow.marketing.participant'].create(
            [
                {'event_id': event.id, 'partner_id': contact.id, 'state': state}
                for contact, state in ((self.contact, 'attended'), (self.partner, 'invited'))
            ]
        )
        self.assertPassedOver((attended | invited).action_attend(), 1)
        self.assertEqual(invited.state, 'attended')
        with self.assertRefused(UserError, "already"):
            (attended | invited).action_attend()
        self.assertIs((attended | invited).action_miss(), True)

    def test_claims_that_are_so_already_are_passed_over(self):
        claims = self.env['dealflow.claim'].create(
            [{'name': name, 'business_partner_id': self.partner.id} for name in ("A leg is missing", "A scratch")]
        )
        claims[0].action_start()
        self.assertPassedOver(claims.action_start(), 1)
        self.assertEqual(claims.mapped('state'), ['work', 'work'])

    def test_receipts_that_are_so_already_are_passed_over(self):
        day = date(2030, 5, 6)
        done, planned = (
            self._new_receipt(self.deal, name=name, amount=100.0, date_planned=day) for name in ("Advance", "Rest")
        )
        done.action_set_state('cancelled', "They have left")
        status = self.env['dealflow.receipt.status'].create(
            {'receipt_ids': [Command.set((done | planned).ids)], 'state': 'cancelled', 'comment': "All of it"}
        )
        self.assertPassedOver(status.action_apply(), 1)
        self.assertEqual(planned.state, 'cancelled')
        with self.assertRefused(UserError, "has the status “Cancelled” already"):
            (done | planned).action_set_state('cancelled', "Again")

    def test_days_of_receipts_that_are_so_already_are_passed_over(self):
        kept, moved = (
            self._new_receipt(self.deal, name=name, amount=100.0, date_planned=day)
            for name, day in (("Advance", date(2030, 5, 6)), ("Rest", date(2030, 6, 6)))
        )
        self.assertPassedOver((kept | moved).action_postpone(date(2030, 5, 6), "Both at once"), 1)
        self.assertEqual(moved.date_planned, date(2030, 5, 6))

    def test_pairs_and_sheets_that_are_so_already_are_passed_over(self):
        other_contact = self._new_contact("Bo", self.other_partner)
        matches = self.env['dealflow.partner.match'].create(
            [
                {'kind': 'duplicate', 'left_id': left.id, 'right_id': right.id}
                for left, right in ((self.partner, self.other_partner), (self.contact, other_contact))
            ]
        )
        matches[0].action_mark_different()
        self.assertPassedOver(matches.action_mark_different(), 1)
        self.assertEqual(matches.mapped('verdict'), ['different', 'different'])
        meeting_type = self.env['dealflow.event.type'].search([('is_meeting', '=', True)], limit=1)
        events = [self._new_event(event_type_id=meeting_type.id) for _number in range(2)]
        sheets = self.env['dealflow.meeting.sheet'].create([{'event_id': event.id} for event in events])
        sheets[0].action_finish_minutes()
        self.assertPassedOver(sheets.action_finish_minutes(), 1)
        self.assertEqual(sheets.mapped('state'), ['minuted', 'minuted'])

    def test_deals_that_are_so_already_are_passed_over(self):
        moved, waiting = self.deal, self._new_deal(self.rep_north)
        moved.action_move_stage(self.stage_offer.id, "They asked for prices", "offer sent")
        deals = moved | waiting
        self.assertPassedOver(deals.action_move_stage(self.stage_offer.id, "Offers are out", "offer sent"), 1)
        self.assertEqual(deals.stage_id, self.stage_offer)
        self.assertEqual(len(moved.sudo().log_ids), 2)
        moved.action_lose(self.reason.id, "Too late")
        lose = (
            self.env['dealflow.deal.lose']
            .with_user(self.rep_north)
            .create(
                {'deal_ids': [Command.set(deals.ids)], 'lost_reason_id': self.reason.id, 'comment': "All are too late"}
            )
        )
        self.assertPassedOver(lose.action_apply(), 1)
        self.assertEqual(set(deals.mapped('state')), {'lost'})
        waiting.action_reopen("They call again")
        self.assertPassedOver(deals.action_reopen("They come back"), 1)
        self.assertEqual(set(deals.mapped('state')), {'open'})
