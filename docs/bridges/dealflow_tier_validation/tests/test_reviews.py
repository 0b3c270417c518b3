from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.dealflow.tests.common import DealflowCommon


@tagged('post_install', '-at_install')
class TestReviews(DealflowCommon):
    """Deals of a definition are reviewed before they are won."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model = cls.env['ir.model']._get('dealflow.deal')
        names = cls.env['tier.definition']._get_tier_validation_model_names()
        assert model.model in names
        cls.env['tier.definition'].create(
            {
                'model_id': model.id,
                'review_type': 'individual',
                'reviewer_id': cls.head_north.id,
                'definition_domain': "[('amount', '>', 500)]",
            }
        )
        cls.deal = cls._new_deal(user_id=cls.rep_north.id, team_id=cls.team_north.id, legal_entity_id=cls.partner.id)

    def _win(self):
        self.deal.with_user(self.rep_north).action_win("The client has signed")

    def test_deal_is_won_after_its_review(self):
        with self.assertRefused(ValidationError, "needs to be validated"):
            self._win()
        self.env.invalidate_all()
        self.assertEqual(self.deal.state, 'open')
        self.deal.with_user(self.rep_north).request_validation()
        self.env.invalidate_all()
        with self.assertRefused(ValidationError, "process is still open"):
            self._win()
        self.env.invalidate_all()
        seen = self.deal.with_user(self.head_north)
        self.assertEqual(seen.search([('can_review', '=', True)]), self.deal)
        seen.validate_tier()
        self.env.invalidate_all()
        self._win()
        self.assertEqual(self.deal.state, 'won')

    def test_deal_that_no_definition_asks_for_is_won_at_once(self):
        self.deal.amount = 100
        self._win()
        self.assertEqual(self.deal.state, 'won')

    def test_form_shows_the_review(self):
        self.deal.with_user(self.rep_north).request_validation()
        arch = self.deal.with_user(self.head_north).get_views([(False, 'form')])['views']['form']['arch']
        self.assertIn('name="validate_tier"', arch if isinstance(arch, str) else arch.decode())
