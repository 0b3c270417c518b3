from odoo.tests import HttpCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestRequisitesTours(HttpCase):
    """Confirmation by accounting in a real browser: the rep sends, the accountant confirms and rejects (B39)."""

    # The first page of a run waits until the bundles are built.
    tour_timeout = 300

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = new_test_user(
            cls.env, 'tour_requisites_rep', groups='dealflow.group_user_own', name="Tour Seller")
        cls.accountant = new_test_user(
            cls.env, 'tour_requisites_accountant', groups='dealflow.group_requisites_confirmer',
            name="Tour Accountant")
        Partner = cls.env['res.partner']
        cls.group = Partner.create({'name': "Tour Group", 'is_company': True, 'counterparty_role': 'partner'})
        cls.shipping, cls.trade = Partner.create([
            {'name': name, 'is_company': True, 'counterparty_role': 'entity', 'street': "Old Street"}
            for name in ("Tour Shipping", "Tour Trade")
        ])
        for entity in cls.shipping + cls.trade:
            cls.env['dealflow.entity.link'].create({'partner_id': cls.group.id, 'entity_id': entity.id})

    def test_rep_sends_requisites_to_accounting(self):
        self.start_tour(
            '/odoo/dealflow-partners', 'dealflow_requisites_rep', login='tour_requisites_rep',
            timeout=self.tour_timeout)
        self.assertEqual(self.shipping.requisites_state, 'to_confirm')
        self.assertEqual(self.shipping.requisite_log_ids.user_id, self.rep)

    def test_accountant_confirms_and_rejects(self):
        self.trade.with_user(self.accountant).action_confirm_requisites()
        self.trade.with_user(self.rep).street = "New Street"
        self.shipping.with_user(self.rep).action_submit_requisites()
        self.start_tour(
            '/odoo/dealflow-requisites-to-confirm', 'dealflow_requisites_accountant',
            login='tour_requisites_accountant', timeout=self.tour_timeout)
        self.assertEqual(self.trade.requisites_state, 'confirmed')
        self.assertEqual(self.trade.requisites_confirmed_by_id, self.accountant)
        self.assertEqual(self.shipping.requisites_state, 'rejected')

    def test_queue_is_the_first_menu_of_an_accountant(self):
        menus = self.env['ir.ui.menu'].with_user(self.accountant).load_menus(False)
        root = menus[self.env.ref('dealflow.menu_dealflow_root').id]
        first = menus[root['children'][0]]
        self.assertEqual(first['xmlid'], 'dealflow.menu_dealflow_requisites_queue')
        self.assertNotIn(
            first['id'], self.env['ir.ui.menu'].with_user(self.rep).load_menus(False)[root['id']]['children'])
