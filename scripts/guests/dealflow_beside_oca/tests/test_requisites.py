from odoo.tests import tagged

from odoo.addons.dealflow.tests.requisites_common import RequisitesCommon


@tagged('post_install', '-at_install')
class TestNamesInTwoParts(RequisitesCommon):
    """The name of a person is computed from a first and a last name (partner_firstname)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trader = cls.env['res.partner'].create({'firstname': "Anna", 'lastname': "Ray", 'is_company': False})

    def test_change_of_the_last_name_is_recorded(self):
        self._confirm(self.trader)
        for values in ({'lastname': "Stone"}, {'firstname': "Maria"}):
            with self.subTest(values=values):
                self.trader.with_user(self.rep).write(values)
                row = self.trader.requisite_log_ids.sorted('id')[-1]
                self.assertEqual((row.event, row.user_id), ('voided', self.rep))
                self.assertEqual(self.trader.requisites_state, 'changed')
                self.assertIn(self.trader.name, row.changes)
                self.trader.with_user(self.accountant).action_confirm_requisites()

    def test_whoever_changed_the_last_name_does_not_confirm(self):
        """A user who changed the last name may not confirm it under four eyes, also before the first confirmation."""
        self.env.company.dealflow_four_eyes = True
        self.trader.with_user(self.accountant).sudo().write({'lastname': "Stone"})
        self.env.invalidate_all()
        self.assertEqual(self.trader.requisite_log_ids.user_id, self.accountant)
        self.assertTrue(self.trader.with_user(self.accountant).sudo()._dealflow_is_own_change())
