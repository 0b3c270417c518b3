import re

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_request_routing import RequestCommon


@tagged('post_install', '-at_install')
class TestRequestDistribution(RequestCommon):
    """A list of opportunities is divided by shares, as the preview says (X13)."""

    def _open(self, user, leads, *shares):
        return (
            self.env['dealflow.request.distribute']
            .with_user(user)
            .with_context(active_model='crm.lead', active_ids=leads.ids)
            .create({'line_ids': [Command.create({'user_id': person.id, 'share': share}) for person, share in shares]})
        )

    def test_the_preview_says_what_is_done(self):
        leads = self._new_requests(20)
        wizard = self._open(self.seller_all, leads, (self.rep_north, 50), (self.rep_second, 30), (self.rep_south, 20))
        for person, count in ((self.rep_north, 10), (self.rep_second, 6), (self.rep_south, 4)):
            self.assertRegex(
                wizard.summary, rf'<td>{re.escape(person.name)}</td>.*?>0</td><td class="text-end">{count}</td>'
            )
        self.assertIn("share 30 of 100", wizard.summary)
        wizard.action_distribute()
        self.assertEqual(self._count_by_person(leads), {self.rep_north: 10, self.rep_second: 6, self.rep_south: 4})
        self.assertEqual(
            leads[0].dealflow_route_reason,
            f"{self.seller_all.name} distributed 20 opportunities; your share is 50 of 100.",
        )
        self.assertEqual(set(leads.sudo().dealflow_assignment_ids.mapped('kind')), {'hand'})

    def test_another_distribution_takes_it_back(self):
        leads = self._new_requests(4)
        self._open(self.seller_all, leads, (self.rep_north, 1)).action_distribute()
        self._open(self.seller_all, leads, (self.rep_south, 1)).action_distribute()
        self.assertEqual(leads.user_id, self.rep_south)
        self.assertEqual(len(leads.sudo().dealflow_assignment_ids), 8)

    def test_a_client_stays_together(self):
        leads = self._new_requests(3, partner_id=self.partner.id) + self._new_requests(3)
        wizard = self._open(self.seller_all, leads, (self.rep_north, 1), (self.rep_south, 1))
        wizard.action_distribute()
        self.assertEqual(len(leads[:3].user_id), 1)
        self.assertEqual(self._count_by_person(leads), {self.rep_north: 3, self.rep_south: 3})

    def test_bad_input(self):
        leads = self._new_requests(2)
        with self.assertRefused(UserError, "Choose the people"):
            self._open(self.seller_all, leads).action_distribute()
        with self.assertRefused(UserError, "cannot get opportunities"):
            self._open(self.seller_all, leads, (self.viewer, 1)).action_distribute()
        leads.action_set_lost(lost_reason_id=self.reason.id)
        with self.assertRefused(UserError, "All of these are won or lost"):
            self._open(self.seller_all, leads, (self.rep_north, 1)).action_distribute()

    def test_closed_ones_are_left_out(self):
        """What is won or lost stays with whom it is, and the preview says so before."""
        leads = self._new_requests(4, user_id=self.rep_south.id)
        leads[0].action_set_lost(lost_reason_id=self.reason.id)
        leads[1].action_set_won()
        wizard = self._open(self.seller_all, leads, (self.rep_north, 1), (self.rep_south, 1))
        self.assertIn("Won or lost, and left out: 2", wizard.summary)
        wizard.action_distribute()
        self.assertEqual(leads[:2].user_id, self.rep_south)
        self.assertEqual(self._count_by_person(leads[2:]), {self.rep_north: 1, self.rep_south: 1})
        self.assertIn("distributed 2 opportunities", leads[2].dealflow_route_reason)

    def test_nobody_distributes_what_they_may_not_change(self):
        strange = self._new_lead(user_id=self.rep_south.id)
        with self.assertRefused(AccessError, ""):
            self._open(self.head_north, strange, (self.rep_north, 1)).action_distribute()
        with self.assertRefused(AccessError, ""):
            self._open(self.rep_north, strange, (self.rep_north, 1))
