from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from .filter_common import FilterCommon


@tagged('post_install', '-at_install')
class TestFilterTree(FilterCommon):
    """The tree left of every section: folders, filters with counts, and folders that fill themselves (E13, E51-E53)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.action = cls.env.ref('dealflow.res_partner_action_partners')
        cls.chairs, cls.tables = cls.env['res.partner.industry'].create([{'name': "Chairs"}, {'name': "Tables"}])
        cls.mark = cls.env['res.partner.category'].create({'name': "Of this test"})
        cls.many = cls.env['res.partner'].create(
            [
                {
                    'name': f"Buyer {number}",
                    'is_company': True,
                    'industry_id': (cls.chairs if number < 4 else cls.tables).id,
                    'category_id': cls.mark.ids,
                }
                for number in range(6)
            ]
        )
        cls.base = [('category_id', 'in', cls.mark.ids)]

    def _get_tree(self, user=None, model='res.partner', domain=None, **arguments):
        self.env.invalidate_all()
        folders = self.env['dealflow.filter.folder'].with_user(user or self.rep_north)
        return folders.get_tree(model, domain=domain or self.base, **arguments)

    def _find(self, tree, kind, record):
        return next((each for each in tree[kind] if each['id'] == record.id), None)

    def test_counts_are_those_of_the_section(self):
        one = self._new_filter(self.rep_north, 'res.partner', domain=f"[('industry_id', '=', {self.chairs.id})]")
        tree = self._get_tree()
        self.assertEqual(self._find(tree, 'filters', one)['count'], 4)
        self.assertEqual(self._find(tree, 'filters', one)['favorite']['domain'], one.domain)

    def test_counts_obey_the_rights_of_the_reader(self):
        deals = self._new_deal(self.seller_all, user_id=self.rep_south.id)
        shared = self._new_filter(self.editor, domain=f"[('id', '=', {deals.id})]", user_ids=[])
        for user, count in ((self.rep_north, 0), (self.seller_all, 1)):
            tree = self._get_tree(user, 'dealflow.deal', [(1, '=', 1)])
            self.assertEqual(self._find(tree, 'filters', shared)['count'], count)

    def test_what_the_search_bar_saves_is_counted(self):
        one = self._new_filter(
            self.rep_north,
            'res.partner',
            domain="[('create_uid', '!=', uid), ('create_date', '>=', context_today().strftime('%Y-%m-%d'))]",
        )
        tree = self._get_tree()
        self.assertEqual(self._find(tree, 'filters', one)['count'], 6)
        self.assertFalse(self._find(tree, 'filters', one)['problem'])

    def test_filter_of_a_lost_field_is_shown_as_broken(self):
        broken = [
            self._new_filter(self.rep_north, 'res.partner', name=f"Broken {number}", **values)
            for number, values in enumerate(
                (
                    {'domain': "[('lost_field', '=', 1)]"},
                    {'domain': "[('industry_id.lost', '=', 1)]"},
                    {'domain': "[('name', '"},
                    {'domain': "[('name', 'strange', 1)]"},
                    {'context': "{'group_by': ['lost_field']}"},
                )
            )
        ]
        sound = self._new_filter(self.rep_north, 'res.partner', domain="[('is_company', '=', True)]")
        tree = self._get_tree()
        for record in broken:
            with self.subTest(record.domain):
                self.assertTrue(self._find(tree, 'filters', record)['problem'])
        self.assertIn("“lost_field” no longer exists", self._find(tree, 'filters', broken[0])['problem'])
        self.assertEqual(self._find(tree, 'filters', sound)['count'], 6)

    def test_folder_of_a_lost_field_is_shown_as_broken(self):
        folder = self._new_folder(self.rep_north, model='res.partner', groupby='industry_id')
        self.env.flush_all()
        self.env.cr.execute("UPDATE dealflow_filter_folder SET groupby = 'lost_field' WHERE id = %s", [folder.id])
        tree = self._get_tree(unfolded=[folder.id])
        self.assertIn("no longer exists", self._find(tree, 'folders', folder)['problem'])
        with self.assertRefused(UserError, "no longer exists"):
            folder.get_values()

    def test_folder_fills_itself_by_any_grouping(self):
        for groupby in (
            'industry_id',
            'dealflow_status_id' if 'dealflow_status_id' in self.many._fields else 'country_id',
            'category_id',
            'type',
            'is_company',
            'create_date:month',
        ):
            with self.subTest(groupby):
                folder = self._new_folder(self.rep_north, model='res.partner', groupby=groupby)
                values = self._find(self._get_tree(unfolded=[folder.id]), 'folders', folder)['values']
                self.assertEqual(sum(value['count'] for value in values), 6)
                for value in values:
                    found = self.many.search_count(Domain(self.base) & Domain(value['domain']))
                    self.assertEqual(found, value['count'], value)
                    self.assertTrue(value['label'])

    def test_values_come_in_pages(self):
        for number in range(25):
            industry = self.env['res.partner.industry'].create({'name': f"Industry {number:02}"})
            self._new_partner(f"One of {number}", industry_id=industry.id, category_id=self.mark.ids)
        folder = self._new_folder(self.rep_north, model='res.partner', groupby='industry_id')
        page = self._find(self._get_tree(unfolded=[folder.id]), 'folders', folder)
        self.assertEqual((len(page['values']), page['has_more']), (20, True))
        rest = folder.with_user(self.rep_north).get_values(domain=self.base, offset=20)
        self.assertEqual((len(rest['values']), rest['has_more']), (7, False))
        self.assertFalse({value['key'] for value in page['values']} & {value['key'] for value in rest['values']})

    def test_folder_that_fills_itself_holds_nothing_else(self):
        folder = self._new_folder(self.rep_north, model='res.partner', groupby='industry_id')
        with self.assertRefused(ValidationError, "fills itself"):
            self._new_folder(self.rep_north, model='res.partner', parent_id=folder.id)
        with self.assertRefused(ValidationError, "filled by itself"):
            self._new_filter(self.rep_north, 'res.partner', dealflow_folder_id=folder.id)
        with self.assertRefused(ValidationError, "fills itself"):
            parent = self._new_folder(self.rep_north, model='res.partner')
            self._new_folder(self.rep_north, model='res.partner', parent_id=parent.id)
            parent.groupby = 'industry_id'

    def test_what_is_no_grouping_is_refused(self):
        for groupby in ('bank_ids', 'lost_field', 'industry_id:month', 'create_date:century'):
            with self.subTest(groupby), self.assertRefused(UserError, "filled by|no longer exists"):
                self._new_folder(self.rep_north, model='res.partner', groupby=groupby)

    def test_tree_is_of_its_section(self):
        here = self._new_filter(self.rep_north, 'res.partner', action_id=self.action.id)
        other = self.env.ref('dealflow.res_partner_action_contacts')
        self.assertTrue(self._find(self._get_tree(action_id=self.action.id), 'filters', here))
        self.assertFalse(self._find(self._get_tree(action_id=other.id), 'filters', here))
        self.assertTrue(self._find(self._get_tree(action_id=self.action.id), 'folders', self.common_folder))
        self.assertFalse(self._find(self._get_tree(), 'folders', self.folder))

    def test_placing(self):
        folder = self._new_folder(self.rep_north, model='res.partner')
        first, second, third = (
            self._new_filter(self.rep_north, 'res.partner', name=name) for name in ("First", "Second", "Third")
        )
        folders = self.env['dealflow.filter.folder'].with_user(self.rep_north)
        for record in (first, second, third):
            folders.place('filter', record.id, folder.id)
        folders.place('filter', third.id, folder.id, second.id)
        inside = [each['name'] for each in self._get_tree()['filters'] if each['folder_id'] == folder.id]
        self.assertEqual(inside, ["First", "Third", "Second"])
        folders.place('filter', third.id)
        self.assertFalse(third.dealflow_folder_id)
        inner = self._new_folder(self.rep_north, model='res.partner')
        folders.place('folder', inner.id, folder.id)
        self.assertEqual(inner.parent_id, folder)
        with self.assertRefused(ValidationError, "cannot stand in itself"):
            folders.place('folder', folder.id, inner.id)

    def test_placing_what_another_window_deleted(self):
        folder = self._new_folder(self.rep_north, model='res.partner')
        one = self._new_filter(self.rep_north, 'res.partner')
        folders = self.env['dealflow.filter.folder'].with_user(self.rep_north)
        folder.with_user(self.rep_north).unlink()
        with self.assertRefused(UserError, "deleted meanwhile"):
            folders.place('filter', one.id, folder.id)
        one.unlink()
        with self.assertRefused(UserError, "deleted meanwhile"):
            folders.place('filter', one.id)

    def test_placing_what_is_shared_to_use(self):
        shared = self._new_filter(self.rep_north, 'res.partner')
        shared.write(self.ways['group'])
        own = self._new_folder(self.rep_second, model='res.partner')
        with self.assertRefused(AccessError, "belongs to test_rep_north"):
            own.place('filter', shared.id, own.id)

    def test_filters_of_others_stand_in_no_tree(self):
        """Nor in that of who manages access rights."""
        private = self._new_filter(self.rep_north, 'res.partner')
        folder = self._new_folder(self.rep_north, model='res.partner')
        for user in (self.rep_second, self.admin, self.editor):
            tree = self._get_tree(user)
            self.assertFalse(self._find(tree, 'filters', private))
            self.assertFalse(self._find(tree, 'folders', folder))

    def test_filter_shared_without_its_folder(self):
        folder = self._new_folder(self.rep_north, model='res.partner')
        shared = self._new_filter(self.rep_north, 'res.partner', dealflow_folder_id=folder.id)
        shared.user_ids = [Command.set((self.rep_north | self.rep_second).ids)]
        row = self._find(self._get_tree(self.rep_second), 'filters', shared)
        self.assertEqual(
            (row['folder_id'], row['can_edit'], row['owner']),
            (False, False, "test_rep_north (dealflow.group_user_own)"),
        )

    def test_number_of_queries_does_not_grow_with_the_filters(self):
        def count(number):
            for each in range(number):
                self._new_filter(self.rep_north, 'res.partner', name=f"F{each}", domain="[('is_company', '=', True)]")
            self._get_tree()
            return self._count_queries(lambda: self._get_tree())

        self.assertLessEqual(count(20), count(1) + 2)

    def test_sections(self):
        """The sections have the tree; settings, reports and Odoo's own screens have none."""
        sections = self.env['ir.filters']._get_dealflow_sections()
        for name in (
            'res_partner_action_partners',
            'res_partner_action_contacts',
            'dealflow_deal_action',
            'dealflow_receipt_action',
            'calendar_event_action_register',
            'dealflow_competitor_action',
            'dealflow_claim_action',
            'dealflow_marketing_event_action',
        ):
            with self.subTest(name):
                self.assertIn(self.env.ref(f'dealflow.{name}').id, sections)
        for name in ('dealflow.dealflow_region_action', 'base.action_partner_form', 'base.actions_ir_filters_view'):
            self.assertNotIn(self.env.ref(name).id, sections)

    def test_new_name_of_a_filter_of_ours_is_shown(self):
        ours = self._new_filter(self.editor, 'res.partner', user_ids=[], dealflow_title="Ours in words")
        self.assertEqual(self._find(self._get_tree(), 'filters', ours)['name'], "Ours in words")
        ours.name = "Renamed"
        self.assertEqual(self._find(self._get_tree(), 'filters', ours)['name'], "Renamed")
