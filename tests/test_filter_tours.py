from odoo.exceptions import AccessError
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestFilterTours(TourCommon):
    """The tree of filters in a real browser (E13, E52-E54)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = '/odoo/action-dealflow.res_partner_action_partners'
        cls.owner = cls._new_user('tree_owner', 'dealflow.group_user', name="Tour Owner")
        cls.reader = cls._new_user('tree_reader', 'dealflow.group_user', name="Tour Reader")
        cls.group = cls.env['res.groups'].create({'name': "Tour Buyers", 'user_ids': cls.reader.ids})
        industry = cls.env['res.partner.industry'].create({'name': "Tour Chairs"})
        cls.client = cls._new_partner("Tour Client", industry_id=industry.id, user_id=cls.owner.id)
        cls.filter = (
            cls.env['ir.filters']
            .with_user(cls.owner)
            .create_filter(
                {
                    'name': "Tour clients",
                    'model_id': 'res.partner',
                    'action_id': cls.env.ref('dealflow.res_partner_action_partners').id,
                    'domain': "[('name', '=', 'Tour Client')]",
                    'user_ids': [(4, cls.owner.id)],
                }
            )
        )

    def test_tree_is_built_shared_and_used(self):
        """One person builds the tree of industries and responsible persons; another uses it and changes nothing."""
        self._start_tour('dealflow_filter_tree_build', self.owner, url=self.url)
        folder = self.filter.dealflow_folder_id
        self.assertEqual(folder.name, "Watched")
        self.assertEqual(folder.root_id.dealflow_group_ids, self.group)
        self.assertEqual(set(folder.root_id.child_ids.mapped('groupby')), {'industry_id', 'user_id', False})
        self.env.invalidate_all()
        self._start_tour('dealflow_filter_tree_use', self.reader, url=self.url)
        self.assertEqual(self.filter.sudo().dealflow_subscription_ids.user_id, self.reader)
        for record in (self.filter, folder, folder.root_id):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.reader).name = "Mine now"

    def test_search_is_saved_into_a_folder(self):
        self._new('dealflow.filter.folder', self.owner, {'name': "Tour folder", 'model': 'res.partner'})
        self._start_tour('dealflow_filter_tree_save', self.owner, url=self.url)
        saved = self.env['ir.filters'].search([('name', '=', "Saved here")])
        self.assertEqual(saved.dealflow_folder_id.name, "Tour folder")

    def test_every_view_takes_the_width_beside_the_tree(self):
        self._new_deal(name="Tour deal", user_id=self.owner.id)
        self._start_tour('dealflow_filter_tree_views', self.owner, url='/odoo/action-dealflow.dealflow_deal_action')
