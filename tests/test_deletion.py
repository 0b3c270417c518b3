from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDeletion(DealflowCommon):
    """Full access may delete a record made by mistake as long as nothing has happened to it (E08, X26)."""

    def test_deal_without_a_history_is_deleted_with_its_opening(self):
        deal = self._new_deal(self.rep_north, line_ids=[(0, 0, {'name': "Chair", 'quantity': 1, 'price_unit': 10})])
        lines, log = deal.line_ids, deal.sudo().log_ids
        self.assertEqual(len(log), 1)
        deal.with_user(self.manager).unlink()
        for records in (deal, lines, log):
            self.assertFalse(records.exists())

    @users('test_rep_north', 'test_seller_all')
    def test_who_has_no_full_access_deletes_nothing(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(AccessError, "not allowed|delete"):
            deal.with_env(self.env).unlink()
        self.assertTrue(deal.log_ids)

    def test_history_keeps_the_deal(self):
        for change in (
            {'amount': 5.0},
            {'user_id': self.rep_second.id},
            {'expected_close_date': '2030-01-01'},
        ):
            with self.subTest(change=list(change)):
                deal = self._new_deal(self.manager)
                deal.write(change)
                with self.assertRefused(UserError, "has log entries and cannot be deleted"):
                    deal.unlink()

    def test_imported_history_keeps_the_deal(self):
        deal = self._import_deal(opened_on='2020-01-01')
        with self.assertRefused(UserError, "cannot be deleted"):
            deal.with_user(self.manager).unlink()

    def test_what_hangs_on_the_deal_keeps_it_and_is_named(self):
        def receipt(deal):
            return self._new_receipt(deal, date_planned=deal.opened_on + timedelta(days=30))

        for kind, make in (
            ("Planned Receipt", receipt),
            ("Sales Order", lambda deal: self._new_order(self.partner, deal_id=deal.id)),
            ("Calendar Event", lambda deal: self._new_event(deal_id=deal.id)),
            ("Claim", lambda deal: self.env['dealflow.claim'].create({'name': "Late", 'deal_id': deal.id})),
            (
                "Attachment",
                lambda deal: self.env['ir.attachment'].create(
                    {'name': "Draft", 'res_model': deal._name, 'res_id': deal.id, 'raw': b"x"}
                ),
            ),
            ("Message", lambda deal: deal.message_post(body="They called", message_type='comment')),
            (
                "Activity",
                lambda deal: deal.activity_schedule(
                    'mail.mail_activity_data_todo', user_id=self.manager.id
                ).action_feedback("Done"),
            ),
        ):
            with self.subTest(kind=kind):
                deal = self._new_deal(self.manager)
                make(deal.sudo())
                with self.assertRefused(UserError, f"refer to it: .*{kind}"):
                    deal.unlink()

    def test_claim_without_a_history_is_deleted(self):
        claim = self.env['dealflow.claim'].with_user(self.rep_north).create({'name': "Typed twice"})
        log = claim.sudo().log_ids
        claim.with_user(self.manager).unlink()
        self.assertFalse(claim.exists() or log.exists())

    def test_lost_reason_is_kept_by_what_was_lost_for_it(self):
        for kind, lose in (
            ("Lead", lambda reason: self._new_lead().action_set_lost(lost_reason_id=reason.id)),
            ("Deal", lambda reason: self._new_deal().action_lose(reason.id, "They bought elsewhere")),
        ):
            reason = self.env['crm.lost.reason'].create({'name': f"Reason of a {kind}"})
            lose(reason)
            with self.subTest(kind=kind), self.assertRefused(UserError, f"the kind “{kind}” refer to it"):
                reason.unlink()
        free = self.env['crm.lost.reason'].create({'name': "Never used"})
        free.unlink()
        self.assertFalse(free.exists())

    def test_contact_without_documents_is_deleted(self):
        free, used = self._new_partner("Free"), self._new_partner("Used")
        self._new_deal(business_partner_id=used.id, legal_entity_id=used.id)
        free.with_user(self.manager).unlink()
        self.assertFalse(free.exists())
        with self.assertRefused(UserError, "refer to it: Deal"):
            used.with_user(self.manager).unlink()

    def test_delete_is_offered_to_full_access_only(self):
        for user, may in ((self.manager, True), (self.seller_all, False)):
            self.env.invalidate_all()
            self.assertEqual(self.env['dealflow.deal'].with_user(user).has_access('unlink'), may)
            arch = self.env['dealflow.deal'].with_user(user).get_view(view_type='form')['arch']
            root = arch.partition('>')[0]
            self.assertEqual('delete="0"' not in root and 'delete="False"' not in root, may)
