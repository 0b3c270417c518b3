from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .filter_common import FilterCommon


@tagged('post_install', '-at_install')
class TestFilterHandover(FilterCommon):
    """Whoever archives a person is asked who gets what the person shares, and offered the head (E54)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who archives members of sales teams administers Odoo's sales too.
        cls.admin.group_ids |= cls.env.ref('sales_team.group_sale_manager')
        cls.head = cls._new_user('filter_head', 'dealflow.group_user_team')
        cls.team_north.user_id = cls.head
        cls.private = cls._new_filter(cls.rep_north, name="Private")
        cls.shared = {
            way: cls._new_filter(cls.rep_north, name=f"Shared by {way}", **values) for way, values in cls.ways.items()
        }
        cls.shared_folder = cls._new_folder(
            cls.rep_north, name="Shared folder", dealflow_group_ids=[Command.set(cls.group.ids)]
        )
        cls.inner = cls._new_folder(cls.rep_north, name="Inner", parent_id=cls.shared_folder.id)
        cls.inside = cls._new_filter(cls.rep_north, name="Inside", dealflow_folder_id=cls.inner.id)

    def _archive(self, user=None):
        return self.rep_north.with_user(user or self.admin).action_archive()

    def _ask(self, user=None, people=None, **values):
        people = people or self.rep_north
        return (
            self.env['dealflow.sharing.handover']
            .with_user(user or self.admin)
            .with_context(active_model='res.users', active_ids=people.ids)
            .create(values)
        )

    def test_archiving_asks_and_the_head_gets_what_is_shared(self):
        action = self._archive()
        self.assertEqual(action['res_model'], 'dealflow.sharing.handover')
        handover = self.env['dealflow.sharing.handover'].with_user(self.admin).with_context(**action['context'])
        handover = handover.create({})
        self.assertEqual(handover.user_ids, self.rep_north)
        self.assertEqual(handover.receiver_id, self.head)
        for name in ("Shared by people", "Shared folder", "Inside"):
            self.assertIn(name, handover.summary)
        self.assertNotIn("Private", handover.summary)
        handover.action_hand_over()
        self.env.invalidate_all()
        for record in (*self.shared.values(), self.inside, self.shared_folder, self.inner):
            self.assertEqual(record.sudo().dealflow_owner_id, self.head)
        self.assertEqual(self.private.sudo().dealflow_owner_id, self.rep_north)
        self.assertEqual(self.shared['people'].sudo().user_ids, self.rep_second | self.head)
        favorites = self.env['ir.filters'].with_user(self.rep_second).get_filters('dealflow.deal')
        for record in (*self.shared.values(), self.inside):
            self.assertIn(record.id, [values['id'] for values in favorites])
            record.with_user(self.head).name = "Continued"

    def test_it_is_a_choice(self):
        """Without an answer everything stays where it is; another person may be chosen."""
        self._archive()
        self.assertEqual(self.shared['team'].sudo().dealflow_owner_id, self.rep_north)
        self._ask(receiver_id=self.rep_second.id).action_hand_over()
        self.assertEqual(self.shared['team'].sudo().dealflow_owner_id, self.rep_second)

    def test_nothing_is_asked_about_a_person_who_shares_nothing(self):
        self._new_filter(self.outsider)
        self.assertFalse(self.outsider.with_user(self.admin).action_archive())
        self.assertFalse(self.outsider.active)

    def test_what_is_for_everybody_needs_no_owner(self):
        common = self._new_filter(self.editor, dealflow_folder_id=self.common_folder.id)
        self.assertFalse(self.editor.with_user(self.admin).action_archive())
        self.assertEqual(common.sudo().dealflow_owner_id, self.editor)

    def test_without_a_head_somebody_is_chosen(self):
        self.team_north.user_id = False
        handover = self._ask()
        self.assertFalse(handover.receiver_id)
        with self.assertRefused(UserError, "Choose the new owner"):
            handover.action_hand_over()
        for receiver in (self.rep_north, self._new_user('filter_portal', 'base.group_portal')):
            handover.receiver_id = receiver
            with self.assertRefused(UserError, "cannot own it"):
                handover.action_hand_over()

    def test_only_who_manages_rights_hands_over(self):
        for user in (self.rep_second, self.head, self.manager):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._ask(user)

    def test_each_of_several_people_has_their_own_head(self):
        other_head = self._new_user('filter_other_head', 'dealflow.group_user_team')
        self.team_south.user_id = other_head
        theirs = self._new_filter(self.outsider, dealflow_group_ids=[Command.set(self.group.ids)])
        handover = self._ask(people=self.rep_north | self.outsider)
        self.assertFalse(handover.receiver_id)
        handover.action_hand_over()
        self.assertEqual(theirs.sudo().dealflow_owner_id, other_head)
        self.assertEqual(self.inside.sudo().dealflow_owner_id, self.head)
