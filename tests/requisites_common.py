from .common import DealflowCase


class RequisitesCommon(DealflowCase):
    """Test case: ``rep`` submits, ``accountant`` and ``chief`` confirm; Alpha is a legal entity with a bank account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own,base.group_partner_manager')
        cls.accountant = cls._new_user(
            'accountant', 'dealflow.group_requisites_confirmer,account.group_account_manager'
        )
        cls.chief = cls._new_user('chief', 'dealflow.group_requisites_confirmer,base.group_partner_manager')
        cls.alpha = (
            cls.env['res.partner']
            .with_user(cls.rep)
            .create(
                {
                    'name': "Alpha",
                    'is_company': True,
                    'counterparty_role': 'entity',
                    'street': "One Street",
                    'city': "Oslo",
                    'country_id': cls.env.ref('base.no').id,
                    'company_registry': '123',
                }
            )
            .with_user(cls.env.user)
        )
        cls.account = cls.env['res.partner.bank'].create({'acc_number': 'NO1', 'partner_id': cls.alpha.id})
        cls.env.flush_all()

    def _confirm(self, entity=None):
        entity = entity or self.alpha
        entity.with_user(self.accountant).action_confirm_requisites()
        self.env.flush_all()
        self.assertEqual(entity.requisites_state, 'confirmed')
