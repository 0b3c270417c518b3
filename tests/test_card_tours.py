from odoo.tests import tagged

from .test_card_arrangement import get_cards
from .tour_common import TourCommon

COLOUR = 'x_dealflow_tour_colour'


@tagged('post_install', '-at_install')
class TestCardTours(TourCommon):
    """The editor of cards in a real browser (E12, C31)."""

    def setUp(self):
        self.addCleanup(self._forget_fields)
        super().setUp()

    def _forget_fields(self):
        self.env.registry.clear_all_caches()
        self.env.registry._setup_models__(self.env.cr, get_cards(self.env))

    def test_arrange_the_card_of_deals(self):
        """Arrange, add a field, use it in a filter, a rule and an import, see it as a role, undo, and go back."""
        manager = self._new_user('manager', 'dealflow.group_manager', name="Tour Manager")
        rep = self._new_user('rep', 'dealflow.group_user_own', name="Tour Rep")
        funnel = self._new_funnel("Tour Funnel", "Clarification", {'name': "Contract", 'is_won': True}, sequence=0)
        partner = self._new_partner("Tour Client", user_id=rep.id)
        values = {'business_partner_id': partner.id, 'funnel_id': funnel.id, 'user_id': rep.id}
        deal = self._new_deal(name="Tour Desks", **values)
        other = self._new_deal(name="Tour Tables", **values)
        url = f'/odoo/action-dealflow.dealflow_deal_action/{deal.id}'
        self._start_tour('dealflow_card_editor', manager, url)
        self.assertEqual(deal[COLOUR], 'red')
        self._start_tour('dealflow_card_editor_rep', rep, '/odoo/action-dealflow.dealflow_deal_action')
        rule = (
            self.env['dealflow.rule']
            .with_user(manager)
            .create({'name': "Blue ones", 'object': 'deal', 'domain': f"[('{COLOUR}', '=', 'blue')]"})
        )
        self.assertIn(('dealflow.deal', COLOUR), rule._get_used_fields())
        result = self.env['dealflow.deal'].with_user(manager).load(['.id', COLOUR], [[str(other.id), "Blue"]])
        self.assertFalse(result['messages'])
        self.assertEqual(other[COLOUR], 'blue')
        self._start_tour('dealflow_card_editor_reset', manager, url)
        self.assertEqual(deal[COLOUR], 'red', "values stay")
