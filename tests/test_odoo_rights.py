from odoo.tests import Form, tagged

from .marketing_common import MarketingCommon

# Groups of Odoo, without groups of Dealflow.
PEOPLE = {
    'salesperson': 'sales_team.group_sale_salesman_all_leads,base.group_partner_manager',
    'head of sales': 'sales_team.group_sale_manager',
    'accountant': 'account.group_account_invoice',
    'employee': 'base.group_user',
}


@tagged('post_install', '-at_install')
class TestOdooRights(MarketingCommon):
    """Users with Odoo's groups only work on Odoo's documents as they would without the module (rule 6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._new_lead(partner_id=cls.alpha.id)
        cls.lead.action_convert_to_deal({})
        event = cls._new_event(
            privacy='public',
            event_type_id=cls.env.ref('dealflow.event_type_meeting').id,
            business_partner_id=cls.alpha.id,
        )
        cls.env['dealflow.meeting.sheet'].create({'event_id': event.id})
        cls.alpha.competitor_ids = cls.env['dealflow.competitor'].create({'name': "Other Chairs"})
        cls.documents = [
            cls.lead,
            cls.alpha,
            event,
            cls._new_order(cls.alpha),
            cls._new_invoice(cls.alpha),
        ]
        cls.people = {name: cls._new_user(name.replace(" ", "_"), groups) for name, groups in PEOPLE.items()}

    def test_fields_that_dealflow_adds_can_be_read(self):
        """Fields on records that the user may not see are hidden instead of raising an error."""
        read = set()
        for name, person in self.people.items():
            for document in self.documents:
                own = document.with_user(person)
                if not own.has_access('read'):
                    continue
                with self.subTest(person=name, model=document._name):
                    own.invalidate_recordset()
                    names = [field for field in own.fields_get() if 'dealflow' in own._fields[field]._modules]
                    self.assertEqual(own.read(names)[0].keys(), {'id', *names})
                    read.add(document._name)
        self.assertEqual(read, {document._name for document in self.documents})

    def test_opportunity_that_has_become_a_deal_is_worked_on(self):
        for name in ('salesperson', 'head of sales'):
            with self.subTest(person=name):
                with Form(self.lead.with_user(self.people[name])) as form:
                    self.assertTrue(form.dealflow_has_deals)
                    form.name = f"Chairs, says the {name}"
                self.assertEqual(self.lead.name, f"Chairs, says the {name}")

    def test_contact_is_duplicated(self):
        copy = self.alpha.with_user(self.people['salesperson']).copy()
        self.assertEqual(copy.sudo().name, "Alpha (copy)")
