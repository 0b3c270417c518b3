from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .filter_common import FilterCommon


@tagged('post_install', '-at_install')
class TestFilterSharing(FilterCommon):
    """A filter is shared with people, groups and teams, to use or to change; who only uses it changes nothing (E54)."""

    def _share(self, record, way, mode='use'):
        record.with_user(self.rep_north).write({**self.ways[way], 'dealflow_share_mode': mode})

    def _get_favorites(self, user, model='dealflow.deal', action=None):
        self.env.invalidate_all()
        return [values['id'] for values in self.env['ir.filters'].with_user(user).get_filters(model, action)]

    def _refuse_changes(self, record, user):
        """Check that a user changes nothing of a record by any way in."""
        self.env.invalidate_all()
        mine = record.with_user(user)
        for values in (
            {'name': "Mine now"},
            {'user_ids': [Command.set(user.ids)]},
            {'dealflow_owner_id': user.id},
            {'dealflow_share_mode': 'edit'},
            {'dealflow_group_ids': [Command.clear()]},
            {'active': False} if 'active' in record._fields else {'sequence': 3},
        ):
            with self.assertRaises(AccessError, msg=values), self.env.cr.savepoint():
                mine.write(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.unlink()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.with_context(default_dealflow_owner_id=user.id, dealflow_force=True).write({'name': "Mine now"})
        result = mine.load(['.id', 'name'], [[str(record.id), "Mine now"]])
        self.assertFalse(result['ids'])

    def test_private_filter_is_seen_by_its_owner_alone(self):
        private = self._new_filter(self.rep_north)
        self.assertEqual(private.dealflow_owner_id, self.rep_north)
        self.assertIn(private.id, self._get_favorites(self.rep_north))
        self.assertNotIn(private.id, self._get_favorites(self.rep_south))

    def test_every_way_to_use(self):
        for model in ('dealflow.deal', 'res.partner', 'crm.lead', 'calendar.event'):
            for way in self.ways:
                with self.subTest(model=model, way=way):
                    shared = self._new_filter(self.rep_north, model=model, domain='[]')
                    self._share(shared, way)
                    self.assertIn(shared.id, self._get_favorites(self.rep_second, model))
                    self.assertEqual(shared.with_user(self.rep_second).domain, '[]')
                    self.assertNotIn(shared.id, self._get_favorites(self.outsider, model))
                    self._refuse_changes(shared, self.rep_second)
                    self._refuse_changes(shared, self.outsider)
                    shared.with_user(self.rep_north).name = "Of the owner"

    def test_every_way_to_change(self):
        for way in self.ways:
            with self.subTest(way=way):
                shared = self._new_filter(self.rep_north)
                self._share(shared, way, 'edit')
                self.env.invalidate_all()
                mine = shared.with_user(self.rep_second)
                mine.name = "Better"
                self.assertEqual(shared.name, "Better")
                for values in ({'user_ids': [Command.clear()]}, {'dealflow_owner_id': self.rep_second.id}):
                    with self.assertRefused(AccessError, "belongs to test_rep_north"):
                        mine.write(values)
                self._refuse_changes(shared, self.outsider)
                mine.unlink()
                self.assertFalse(shared.exists())

    def test_sharing_with_a_group_does_not_publish(self):
        """Odoo takes a filter without users for one of everybody."""
        shared = self._new_filter(
            self.rep_north,
            user_ids=[Command.clear()],
            dealflow_group_ids=[Command.set(self.group.ids)],
        )
        self.assertEqual(shared.user_ids, self.rep_north)
        self.assertNotIn(shared.id, self._get_favorites(self.outsider))
        shared.with_user(self.rep_north).user_ids = [Command.clear()]
        self.assertEqual(shared.user_ids, self.rep_north)

    def test_nobody_makes_a_filter_in_anothers_name(self):
        for values in ({'dealflow_owner_id': self.head_north.id}, {}):
            with self.assertRefused(AccessError, "would belong to test_head_north"):
                self._new_filter(
                    self.rep_north, env_context={'default_dealflow_owner_id': self.head_north.id}, **values
                )

    def test_copy_is_private(self):
        shared = self._new_filter(self.rep_north)
        shared.with_user(self.rep_north).write({**self.ways['group'], 'dealflow_folder_id': self.folder.id})
        self.env.invalidate_all()
        copy = shared.with_user(self.rep_second).copy()
        self.assertEqual(copy.dealflow_owner_id, self.rep_second)
        self.assertEqual(copy.user_ids, self.rep_second)
        self.assertFalse(copy.dealflow_group_ids | copy.dealflow_folder_id.dealflow_group_ids)
        copy.name = "Mine"

    def test_owner_gives_a_filter_away(self):
        shared = self._new_filter(self.rep_north)
        shared.with_user(self.rep_north).write({'dealflow_owner_id': self.rep_second.id})
        shared.with_user(self.rep_second).name = "Taken over"
        self.assertEqual(shared.name, "Taken over")

    def test_manager_of_rights_puts_things_in_order(self):
        shared = self._new_filter(self.rep_north)
        shared.with_user(self.admin).write({'dealflow_owner_id': self.rep_second.id})
        self.assertEqual(shared.dealflow_owner_id, self.rep_second)
        self.assertNotIn(shared.id, self._get_favorites(self.admin))

    def test_filters_that_odoo_had_get_their_owner(self):
        """Before Dealflow a filter had no owner: the user it is for, else whoever made it."""
        one = self._new_filter(self.rep_north)
        two = self._new_filter(self.rep_north, user_ids=[Command.set((self.rep_north | self.rep_second).ids)])
        filters = one | two
        self.env.flush_all()
        self.env.cr.execute("UPDATE ir_filters SET dealflow_owner_id = NULL WHERE id = ANY(%s)", [filters.ids])
        self.env.invalidate_all()
        self.env.add_to_compute(filters._fields['dealflow_owner_id'], filters)
        self.assertEqual(filters.mapped('dealflow_owner_id'), self.rep_north)

    # Folders

    def test_every_way_to_use_a_folder(self):
        for way in self.ways:
            with self.subTest(way=way):
                folder = self._new_folder(self.rep_north)
                inner = self._new_folder(self.rep_north, parent_id=folder.id)
                inside = self._new_filter(self.rep_north, dealflow_folder_id=inner.id)
                self._share(folder, way)
                self.assertIn(inside.id, self._get_favorites(self.rep_second))
                self.assertTrue(inner.with_user(self.rep_second).dealflow_is_usable)
                self.assertFalse(inner.with_user(self.outsider).dealflow_is_usable)
                self.assertNotIn(inside.id, self._get_favorites(self.outsider))
                for record in (folder, inside):
                    self._refuse_changes(record, self.rep_second)
                    self._refuse_changes(record, self.outsider)
                for values in ({'name': "Mine now"}, {'parent_id': False}):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        inner.with_user(self.rep_second).write(values)
                for parent in (folder, inner):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self._new_folder(self.rep_second, parent_id=parent.id)
                    with self.assertRefused(AccessError, "belongs to test_rep_north"):
                        self._new_filter(self.rep_second, dealflow_folder_id=parent.id)
                    with self.assertRefused(AccessError, "belongs to test_rep_north"):
                        self._new_filter(self.rep_second, env_context={'default_dealflow_folder_id': parent.id})
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    folder.with_user(self.rep_second).filter_ids = [
                        Command.create({'name': "In", 'model_id': 'res.partner'})
                    ]

    def test_every_way_to_change_a_folder(self):
        for way in self.ways:
            with self.subTest(way=way):
                folder = self._new_folder(self.rep_north)
                inner = self._new_folder(self.rep_north, parent_id=folder.id)
                inside = self._new_filter(self.rep_north, dealflow_folder_id=inner.id)
                self._share(folder, way, 'edit')
                self.env.invalidate_all()
                inner.with_user(self.rep_second).name = "Better"
                inside.with_user(self.rep_second).name = "Better"
                own = self._new_filter(self.rep_second, dealflow_folder_id=inner.id)
                self.assertIn(own.id, self._get_favorites(self.rep_north))
                stolen = self._new_folder(self.rep_second)
                for values in ({'dealflow_owner_id': self.rep_second.id}, {'parent_id': stolen.id}):
                    with self.assertRefused(AccessError, "belongs to test_rep_north"):
                        folder.with_user(self.rep_second).write(values)

    def test_subfolder_has_no_sharing_of_its_own(self):
        inner = self._new_folder(self.rep_north, parent_id=self.folder.id)
        with self.assertRefused(ValidationError, "Share that one"):
            inner.with_user(self.rep_north).user_ids = self.rep_second

    def test_folder_does_not_stand_in_itself(self):
        inner = self._new_folder(self.rep_north, parent_id=self.folder.id)
        with self.assertRefused(ValidationError, "cannot stand in itself"):
            self.folder.with_user(self.rep_north).parent_id = inner

    def test_deleted_folder_gives_its_contents_one_level_up(self):
        """Also what others put in, and shared as before."""
        top = self._new_folder(self.rep_north)
        self._share(top, 'group', 'edit')
        middle = self._new_folder(self.rep_north, parent_id=top.id)
        low = self._new_folder(self.rep_north, parent_id=middle.id)
        own = self._new_filter(self.rep_north, dealflow_folder_id=middle.id)
        others = self._new_filter(self.rep_second, dealflow_folder_id=middle.id).sudo()
        middle.with_user(self.rep_north).unlink()
        self.assertEqual((others | own).dealflow_folder_id, top)
        self.assertEqual(low.parent_id, top)
        top.with_user(self.rep_north).unlink()
        self.assertFalse((others | own).dealflow_folder_id)
        self.assertEqual(low.dealflow_group_ids, self.group)
        self.assertTrue(low.with_user(self.rep_second).dealflow_is_editable)

    def test_deleting_two_levels_at_once(self):
        inner = self._new_folder(self.rep_north, parent_id=self.folder.id)
        own = self._new_filter(self.rep_north, dealflow_folder_id=inner.id)
        (self.folder | inner).with_user(self.rep_north).unlink()
        self.assertFalse(own.dealflow_folder_id)

    # Common filters

    def test_common_folder_is_for_all_and_changed_with_the_right_alone(self):
        common = self.env.ref('dealflow.filter_folder_common')
        published = self._new_filter(self.rep_north)
        with self.assertRefused(AccessError, "is for everybody"):
            published.with_user(self.rep_north).dealflow_folder_id = common
        for values in ({'parent_id': common.id}, {'is_common': True}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._new_folder(self.rep_north, **values)
        own = self._new_filter(self.editor)
        own.dealflow_folder_id = common
        for user in (self.rep_south, self.viewer):
            self.assertIn(own.id, self._get_favorites(user))
            self._refuse_changes(own, user)
            self._refuse_changes(common, user)
        self._new_folder(self.editor, parent_id=common.id)
        own.name = "For all"

    # Defaults (E68)

    def _get_default(self, user, model='dealflow.deal', action=None):
        filters = self.env['ir.filters'].with_user(user).get_filters(model, action)
        defaults = [values['id'] for values in filters if values['is_default']]
        self.assertLessEqual(len(defaults), 1, "the web client would take the last by name")
        return self.env['ir.filters'].browse(defaults)

    def test_default_of_a_group_is_that_of_its_people(self):
        """Their own default wins over it, and it wins over the one for everybody."""
        for way in self.ways:
            with self.subTest(way=way):
                shared = self._new_filter(self.rep_north, name="A default", is_default=True)
                self._share(shared, way)
                self.assertEqual(self._get_default(self.rep_second), shared)
                self.assertFalse(self._get_default(self.outsider))
                common = self._new_filter(
                    self.editor, name="Z default", is_default=True, dealflow_folder_id=self.common_folder.id
                )
                self.assertEqual(self._get_default(self.rep_second), shared)
                self.assertEqual(self._get_default(self.outsider), common)
                own = self._new_filter(self.rep_second, name="My default", is_default=True)
                self.assertEqual(self._get_default(self.rep_second), own)
                self.assertEqual(self._get_default(self.rep_north), shared)
                (shared | common | own).sudo().unlink()

    def test_default_of_a_shared_folder(self):
        folder = self._new_folder(self.rep_north)
        self._share(folder, 'group')
        inside = self._new_filter(self.rep_north, is_default=True, dealflow_folder_id=folder.id)
        self.assertEqual(self._get_default(self.rep_second), inside)
