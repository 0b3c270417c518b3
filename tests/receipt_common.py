from datetime import date

from odoo.tests import TransactionCase, new_test_user


class ReceiptCommon(TransactionCase):
    """Two sellers with a deal each, beside people who look, count and lead.

        rep_anna  (own)  -> deal_anna     viewer  (only looks)      plan_viewer (looks, sees the plan)
        rep_boris (own)  -> deal_boris    head    (all deals)
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env['base'].with_context(tracking_disable=True, tz='UTC', lang='en_US').env
        cls.company = cls.env.company
        cls.rep_anna = new_test_user(cls.env, 'rep_anna', groups='dealflow.group_user_own', tz='UTC')
        cls.rep_boris = new_test_user(cls.env, 'rep_boris', groups='dealflow.group_user_own', tz='UTC')
        cls.head = new_test_user(
            cls.env, 'receipts_head', groups='dealflow.group_user,dealflow.group_receipts', tz='UTC',
        )
        cls.viewer = new_test_user(cls.env, 'receipts_viewer', groups='dealflow.group_viewer', tz='UTC')
        cls.plan_viewer = new_test_user(cls.env, 'receipts_plan', groups='dealflow.group_receipts', tz='UTC')
        cls.client_company = cls.env['res.partner'].create({'name': "Green Gables", 'is_company': True})
        cls.deal_anna = cls._create_deal("Chairs", cls.rep_anna)
        cls.deal_boris = cls._create_deal("Tables", cls.rep_boris)

    @classmethod
    def _create_deal(cls, name, user, **values):
        return cls.env['dealflow.deal'].create({
            'name': name,
            'business_partner_id': cls.client_company.id,
            'legal_entity_id': cls.client_company.id,
            'user_id': user.id,
            'amount': 1000,
            'opened_on': date(2020, 1, 1),
            **values,
        })

    @classmethod
    def _create_receipt(cls, deal=None, **values):
        return cls.env['dealflow.receipt'].create({
            'name': "Advance",
            'deal_id': (deal or cls.deal_anna).id,
            'date_planned': date(2026, 5, 20),
            'amount': 300,
            **values,
        })
