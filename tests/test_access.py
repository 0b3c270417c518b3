from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestAccess(DealflowCommon):
    """Access from viewer to full access, as one line of rights (E07, E08, X52)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal_north = cls._new_deal(cls.rep_north, name="North")
        cls.deal_second = cls._new_deal(cls.rep_second, name="Second")
        cls.deal_south = cls._new_deal(cls.rep_south, name="South")
        cls.deals = cls.deal_north + cls.deal_second + cls.deal_south

    def _seen(self, user):
        return self.env['dealflow.deal'].with_user(user).search([('id', 'in', self.deals.ids)]).mapped('name')

    def test_who_sees_what(self):
        for user, names in (
            (self.viewer, {"North", "Second", "South"}),
            (self.rep_north, {"North"}),
            (self.head_north, {"North", "Second"}),
            (self.seller_all, {"North", "Second", "South"}),
            (self.manager, {"North", "Second", "South"}),
        ):
            with self.subTest(user.login):
                self.assertEqual(set(self._seen(user)), names)

    def test_who_changes_what(self):
        with self.assertRaises(AccessError):
            self.deal_north.with_user(self.viewer).name = "x"
        with self.assertRaises(AccessError):
            self.deal_second.with_user(self.rep_north).name = "x"
        with self.assertRaises(AccessError):
            self.deal_south.with_user(self.head_north).name = "x"
        self.deal_second.with_user(self.head_north).name = "Second, seen by the head"
        self.deal_south.with_user(self.seller_all).name = "South, seen by all"

    def test_viewer_creates_nothing(self):
        with self.assertRaises(AccessError):
            self._new_deal(self.viewer)
        for model in ('crm.lead', 'sale.order', 'res.partner'):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.viewer).create({'name': "x"})

    def test_no_right_no_sight(self):
        stranger = self._new_user('stranger', 'base.group_user')
        with self.assertRaises(AccessError):
            self.deal_north.with_user(stranger).read(['name'])

    def test_co_executor_works_on_the_deal(self):
        """A co-executor may work on the deal (C46)."""
        self.deal_north.co_executor_ids = self.rep_south
        deal = self.deal_north.with_user(self.rep_south)
        deal.action_move_stage(self.stage_offer.id, "I was there", "offer")
        self.assertEqual(deal.log_ids.sorted('id')[-1].user_id, self.rep_south)
        self.deal_north.co_executor_ids = False
        with self.assertRaises(AccessError):
            deal.name = "x"

    def test_history_and_lines_follow_the_deal(self):
        self.deal_south.line_ids = [(0, 0, {'name': "Chair", 'quantity': 1, 'price_unit': 10})]
        for records in (self.deal_south.log_ids, self.deal_south.line_ids):
            model = self.env[records._name].with_user(self.rep_north)
            self.assertFalse(model.search([('id', 'in', records.ids)]))
            self.assertTrue(
                model.with_user(self.head_north.browse(self.seller_all.id)).search([('id', 'in', records.ids)])
            )

    def test_stage_that_few_may_see(self):
        """A deal in a restricted stage is visible only to the groups of the stage (X52)."""
        self.stage_signed.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.deal_north.with_user(self.manager).action_win("comment")
        self.assertNotIn("North", self._seen(self.rep_north))
        self.assertIn("North", self._seen(self.manager))

    def test_nobody_moves_a_deal_out_of_his_sight(self):
        """Users cannot move a deal out of their own sight: record rules alone see only the old stage (X52)."""
        self.stage_signed.visible_group_ids = self.env.ref('dealflow.group_manager')
        deal = self.deal_north.with_user(self.rep_north)
        for way_in in (deal, deal.sudo()):
            with self.assertRefused(ValidationError, "Signed: you may not see the deals there"):
                way_in.action_win("comment")
        with self.assertRefused(ValidationError, "Signed: you may not see the deals there"):
            self._new_deal(self.rep_north, stage_id=self.stage_signed.id, move_comment="comment", short_status="signed")
        self.assertEqual(self.deal_north.stage_id, self.stage_talk)
        self.deal_north.with_user(self.manager).action_win("comment")
        self.assertEqual(self.deal_north.stage_id, self.stage_signed)

    def test_companies_are_apart(self):
        foreign = self._new_foreigner()
        self.assertFalse(self._seen(foreign))
        with self.assertRaises(AccessError):
            self.deal_north.with_user(foreign).read(['name'])
        self.assertFalse(self.env['dealflow.deal.log'].with_user(foreign).search([('deal_id', 'in', self.deals.ids)]))
