from datetime import date

from .common import DealflowCommon


class ReceiptCommon(DealflowCommon):
    """Test case with one deal for each of two sellers, and users who view receipts, see the plan or lead.

    ::

        rep_north -> deal          viewer (read only)       plan_viewer (read only, sees the plan)
        rep_south -> other_deal    head (all deals, sees the plan)
    """

    env_context = {**DealflowCommon.env_context, 'tracking_disable': True, 'tz': 'UTC', 'lang': 'en_US'}
    user_values = {'tz': 'UTC'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._new_user('head', 'dealflow.group_user,dealflow.group_receipts')
        cls.plan_viewer = cls._new_user('plan_viewer', 'dealflow.group_receipts')
        cls.deal_values = {
            **cls.deal_values,
            'legal_entity_id': cls.partner.id,
            'user_id': cls.rep_north.id,
            'opened_on': date(2020, 1, 1),
        }
        cls.deal = cls._new_deal()
        cls.other_deal = cls._new_deal(name="Tables", user_id=cls.rep_south.id)
