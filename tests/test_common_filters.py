from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestCommonFilters(DealflowCommon):
    """Publishing filters to everybody on the screens of Dealflow needs a right (E70)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls._new_user('editor', 'base.group_user,dealflow.group_filters_editor')
        cls.common = cls._new_filter(cls.editor, user_ids=[])
        cls.elsewhere = cls.env['ir.actions.act_window'].create({'name': "Elsewhere", 'res_model': 'res.partner'})

    @classmethod
    def _new_filter(cls, user, model='dealflow.deal', **values):
        return (
            cls.env['ir.filters']
            .with_user(user)
            .create_filter(
                {
                    'name': "Large deals",
                    'model_id': model,
                    'domain': "[('amount', '>', 10000)]",
                    'user_ids': [(4, user.id)],
                    **values,
                }
            )
        )

    def test_editor_publishes_and_everybody_uses(self):
        filters = self.env['ir.filters'].with_user(self.rep_north).get_filters('dealflow.deal')
        self.assertIn("Large deals", [common['name'] for common in filters])
        self.common.with_user(self.editor).name = "Very large deals"
        self.assertEqual(self.common.name, "Very large deals")

    def test_rep_keeps_filters_for_himself(self):
        own = self._new_filter(self.rep_north)
        own.name = "My deals"
        self.assertEqual(own.user_ids, self.rep_north)
        own.unlink()
        self.assertFalse(own.exists())

    def test_rep_publishes_nothing(self):
        own = self._new_filter(self.rep_north)
        with self.assertRefused(AccessError, "Save it for yourself"):
            self._new_filter(self.rep_north, user_ids=[])
        with self.assertRefused(AccessError, "“Large deals” is for everybody"):
            own.write({'user_ids': [(5,)]})
        self.assertEqual(own.user_ids, self.rep_north)

    def test_rep_leaves_the_common_ones_alone(self):
        common = self.common.with_user(self.rep_north)
        for values in ({'name': "Mine now"}, {'user_ids': [(4, self.rep_north.id)]}, {'active': False}):
            with self.assertRefused(AccessError, "is for everybody"):
                common.write(values)
        with self.assertRefused(AccessError, "is for everybody"):
            common.unlink()
        self.assertTrue(self.common.exists())

    def test_screens_of_odoo_in_the_menus_of_dealflow(self):
        """Contacts, opportunities and the calendar: both on their menu in Dealflow and on every screen of the model."""
        for model, action in (
            ('res.partner', 'dealflow.res_partner_action_contacts'),
            ('crm.lead', 'crm.crm_lead_opportunities'),
            ('calendar.event', 'dealflow.calendar_event_action_register'),
        ):
            action_id = self.env.ref(action).id
            for values in ({'action_id': action_id}, {}):
                with self.subTest(model=model, **values):
                    with self.assertRefused(AccessError, "is for everybody"):
                        self._new_filter(self.rep_north, model=model, domain='[]', user_ids=[], **values)
                    own = self._new_filter(self.rep_north, model=model, domain='[]', **values)
                    with self.assertRefused(AccessError, "is for everybody"):
                        own.write({'user_ids': [(5,)]})
                    self._new_filter(self.editor, model=model, domain='[]', user_ids=[], **values)
            own = self._new_filter(self.rep_north, model=model, domain='[]', user_ids=[], action_id=self.elsewhere.id)
            with self.assertRefused(AccessError, "is for everybody"):
                own.action_id = action_id

    def test_other_screens_are_left_to_odoo(self):
        published = self._new_filter(
            self.rep_north, model='res.partner', domain='[]', user_ids=[], action_id=self.elsewhere.id
        )
        self.assertFalse(published.user_ids)
        self.assertFalse(self._new_filter(self.rep_north, model='product.product', domain='[]', user_ids=[]).user_ids)
