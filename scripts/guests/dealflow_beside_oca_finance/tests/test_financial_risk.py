from odoo.tests import tagged

from odoo.addons.dealflow.tests.common import DealflowCommon


@tagged('post_install', '-at_install')
class TestFinancialRisk(DealflowCommon):
    """The addon blocks an order above the credit limit of the client (sale_financial_risk), Dealflow only warns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.group = cls._new_partner("Group", counterparty_role='partner', credit_limit=50)
        cls._link(cls.group, cls.partner, is_default=True)
        cls.partner.write({'credit_limit': 50, 'risk_sale_order_include': True})
        cls.order = cls._new_order(cls.partner, cls.product, deal_id=cls._new_deal(cls.rep_north).id)
        cls.env.flush_all()

    def test_order_is_stopped_by_one_dialog(self):
        action = self.order.action_confirm()
        self.assertEqual((action['res_model'], self.order.state), ('partner.risk.exceeded.wiz', 'draft'))
        self.env[action['res_model']].browse(action['res_id']).button_continue()
        self.assertEqual(self.order.state, 'sale')

    def test_warning_of_the_group_is_not_about_the_entity(self):
        """Each risk is shown once: the addon shows that of the legal entity, Dealflow that of the whole group."""
        warning = self.order.partner_credit_warning
        self.assertEqual(warning.count("All legal entities of Group together"), 1, warning)
        self.assertFalse(self.partner._dealflow_get_group_credit_warning(0))
