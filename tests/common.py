import os
from contextlib import contextmanager
from pathlib import Path
from unittest import SkipTest

from odoo.tests import TransactionCase, new_test_user
from odoo.tools import file_path


def find_data_set(name):
    """Return the folder of a published data set; without it, skip the tests that ask.

    Data sets lie in ``shared/data`` beside the checkout, or in the folder that ``DEALFLOW_DATA`` names.
    """
    beside = Path(file_path('dealflow')).resolve().parent / 'shared' / 'data'
    folder = Path(os.environ.get('DEALFLOW_DATA') or beside) / name
    if not folder.is_dir():
        raise SkipTest(
            f"The data set «{name}» is not there. Put its files into {folder}, "
            f"or let DEALFLOW_DATA name a folder that has them in «{name}».")
    return folder


class DealflowCommon(TransactionCase):
    """Users, a funnel and two clients.

    ::

        team North: head_north (User: deals of the team) leads
                        rep_north (User: own deals), rep_second (User: own deals)
        team South:     rep_south (User: own deals)
        no team:        seller_all (User: all deals), manager (Full access), viewer (Viewer),
                        importer (Full access, may move deals without evidence)

        funnel "Test funnel": Talk -> Proposal -> Signed (won) -> Delivered (won)
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env['base'].with_context(mail_create_nosubscribe=True, no_reset_password=True).env
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.rep_north = cls._new_user('rep_north', 'dealflow.group_user_own')
        cls.rep_second = cls._new_user('rep_second', 'dealflow.group_user_own')
        cls.rep_south = cls._new_user('rep_south', 'dealflow.group_user_own')
        cls.head_north = cls._new_user('head_north', 'dealflow.group_user_team')
        cls.seller_all = cls._new_user('seller_all', 'dealflow.group_user')
        cls.manager = cls._new_user('manager', 'dealflow.group_manager')
        cls.importer = cls._new_user('importer', 'dealflow.group_manager,dealflow.group_stage_override')
        cls.team_north, cls.team_south = cls.env['crm.team'].create([
            {'name': "North", 'user_id': cls.head_north.id,
             'member_ids': [(6, 0, (cls.rep_north + cls.rep_second).ids)]},
            {'name': "South", 'member_ids': [(6, 0, cls.rep_south.ids)]},
        ])
        cls.funnel = cls.env['dealflow.funnel'].create({'name': "Test funnel", 'sequence': 1})
        cls.stage_talk, cls.stage_offer, cls.stage_signed, cls.stage_delivered = cls.env['dealflow.stage'].create([
            {'name': "Talk", 'funnel_id': cls.funnel.id, 'sequence': 1, 'probability': 10},
            {'name': "Proposal", 'funnel_id': cls.funnel.id, 'sequence': 2, 'probability': 50},
            {'name': "Signed", 'funnel_id': cls.funnel.id, 'sequence': 3, 'probability': 100, 'is_won': True},
            {'name': "Delivered", 'funnel_id': cls.funnel.id, 'sequence': 4, 'probability': 100, 'is_won': True},
        ])
        cls.reason = cls.env['crm.lost.reason'].create({'name': "Too expensive for the test"})
        cls.partner, cls.other_partner = cls.env['res.partner'].create([
            {'name': "Ромашка", 'is_company': True},
            {'name': "Acme", 'is_company': True},
        ])
        cls.contact = cls.env['res.partner'].create(
            {'name': "Анна", 'parent_id': cls.partner.id, 'email': 'anna@example.com'}
        )
        cls.product = cls.env['product.product'].create({'name': "Chair", 'list_price': 100.0})

    @classmethod
    def _new_user(cls, login, groups):
        return new_test_user(cls.env, login=f'test_{login}', groups=f'base.group_user,{groups}')

    @classmethod
    def _new_deal(cls, user=None, **values):
        """Return a deal made by ``user`` (by the superuser when none is given), in the environment of that user."""
        deals = cls.env['dealflow.deal']
        if user:
            deals = deals.with_user(user)
        return deals.create({
            'name': "Chairs",
            'business_partner_id': cls.partner.id,
            'funnel_id': cls.funnel.id,
            'amount': 1000.0,
            **values,
        })

    @contextmanager
    def assertRefused(self, exception, message):
        """Check that the block is refused with a message, and take back what it began, as the server does."""
        with self.assertRaisesRegex(exception, message), self.env.cr.savepoint():
            yield

    def _replay(self, deal):
        """Return the state of the deal that its ledger tells, checking that each row goes on where the last ended."""
        state = {}
        for log in deal.sudo().log_ids.sorted('id'):
            if state:
                self.assertEqual(log.stage_from_id, state['stage_id'])
                self.assertEqual(log.state_from, state['state'])
                self.assertAlmostEqual(log.amount_from, state['amount'], 2)
                self.assertAlmostEqual(log.amount_company_from, state['amount_company'], 2)
                self.assertEqual(log.deadline_from, state['expected_close_date'])
                self.assertEqual(log.owner_from_id, state['user_id'])
            state = {
                'stage_id': log.stage_to_id,
                'state': log.state_to,
                'amount': log.amount_to,
                'amount_company': log.amount_company_to,
                'expected_close_date': log.deadline_to,
                'user_id': log.owner_to_id,
            }
        return state

    def assertReconciled(self, deals):
        """Check that replaying the ledger of each deal gives what the deal is now (rule 2)."""
        for deal in deals.sudo():
            state = self._replay(deal)
            self.assertTrue(state, f"{deal.name} has no history")
            for field_name, value in state.items():
                if field_name.startswith('amount'):
                    self.assertAlmostEqual(deal[field_name], value, 2)
                else:
                    self.assertEqual(deal[field_name], value, f"{field_name} of {deal.name}")
