from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestExtendedSearchTours(TourCommon):
    """Extended search and columns in a real browser, with the rights of a rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep, cls.colleague = (
            cls._new_user(login, 'dealflow.group_user_own', name=f"Tour {login}") for login in ('rep', 'colleague')
        )
        cls.team = cls.env['crm.team'].create(
            {'name': "Tour team", 'member_ids': [(6, 0, (cls.rep | cls.colleague).ids)]}
        )
        for user in (cls.rep, cls.colleague):
            cls._new_deal(name="Tour chairs", amount=5000, user_id=user.id, team_id=cls.team.id)
            cls._new_deal(name="Tour cheap chairs", amount=10, user_id=user.id, team_id=cls.team.id)

    def test_search_is_saved_and_columns_are_shared_with_the_team(self):
        """A rep's search by three fields is a filter; the rep's columns are the team's to use (E35, X28, P06, X25)."""
        self._start_tour('dealflow_extended_search', self.rep)
        saved = self.env['ir.filters'].search([('name', '=', "Tour filter")])
        self.assertEqual(saved.user_ids, self.rep)
        self.assertIn('today -30d', saved.domain)
        made = self.env['dealflow.column.set'].search([('name', '=', "Tour columns")])
        self.assertEqual((made.dealflow_owner_id, made.dealflow_team_ids), (self.rep, self.team))
        columns = made.columns
        self._start_tour('dealflow_shared_columns', self.colleague)
        self.assertEqual(made.columns, columns)
        choices = self.env['dealflow.column.choice'].search([('set_id', '=', made.id)])
        self.assertEqual(choices.user_id, self.rep, "the colleague has gone back to what is shipped")
