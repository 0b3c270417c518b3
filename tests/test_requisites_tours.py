from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestRequisitesTours(TourCommon):
    """Confirmation in a real browser: the rep submits, the accountant confirms and rejects (B39)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Seller")
        cls.accountant = cls._new_user('accountant', 'dealflow.group_requisites_confirmer', name="Tour Accountant")
        cls.group = cls._new_partner("Tour Group", counterparty_role='partner')
        cls.shipping, cls.trade = (
            cls._new_partner(name, counterparty_role='entity', street="Old Street")
            for name in ("Tour Shipping", "Tour Trade")
        )
        for entity in cls.shipping + cls.trade:
            cls._link(cls.group, entity)

    def test_rep_sends_requisites_to_accounting(self):
        self._start_tour('dealflow_requisites_rep', self.rep, '/odoo/dealflow-partners')
        self.assertEqual(self.shipping.requisites_state, 'to_confirm')
        self.assertEqual(self.shipping.requisite_log_ids.user_id, self.rep)

    def test_accountant_confirms_and_rejects(self):
        self.trade.with_user(self.accountant).action_confirm_requisites()
        self.trade.with_user(self.rep).street = "New Street"
        self.shipping.with_user(self.rep).action_submit_requisites()
        self._start_tour('dealflow_requisites_accountant', self.accountant, '/odoo/dealflow-requisites-to-confirm')
        self.assertEqual(self.trade.requisites_state, 'confirmed')
        self.assertEqual(self.trade.requisites_confirmed_by_id, self.accountant)
        self.assertEqual(self.shipping.requisites_state, 'rejected')

    def test_queue_is_the_first_menu_of_an_accountant(self):
        menus = self.env['ir.ui.menu'].with_user(self.accountant).load_menus(False)
        root = menus[self.env.ref('dealflow.menu_dealflow_root').id]
        first = menus[root['children'][0]]
        self.assertEqual(first['xmlid'], 'dealflow.menu_requisites_queue')
        self.assertNotIn(
            first['id'], self.env['ir.ui.menu'].with_user(self.rep).load_menus(False)[root['id']]['children']
        )
