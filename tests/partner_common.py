from .common import DealflowCase


class PartnerCommon(DealflowCase):
    """Test case with a business partner that trades through two legal entities, and an unrelated company.

    ::

        Group -> Alpha, Beta       Stranger
        rep (own deals)            viewer (read only)
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.group = cls._new_partner("Group", counterparty_role='partner')
        cls.alpha, cls.beta = (cls._new_partner(name, counterparty_role='entity') for name in ("Alpha", "Beta"))
        cls.stranger = cls._new_partner("Stranger")
        for entity in cls.alpha + cls.beta:
            cls._link(cls.group, entity)
        cls.deal_values = {'business_partner_id': cls.group.id, 'legal_entity_id': cls.alpha.id}
