from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestLeadPerson(DealflowCase):
    """Several persons with roles on an opportunity, and the e-mails to them (P42)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.other_rep = cls._new_user('other_rep', 'dealflow.group_user_own')
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.firm = cls._new_partner("Firm")
        cls.anna = cls._new_contact("Anna Berg", cls.firm, email='anna@firm.example')
        cls.ole = cls._new_contact("Ole Lie", cls.firm)
        cls.role = cls.env['dealflow.person.role'].search([], limit=1)
        cls.lead = cls._new_lead(cls.rep, partner_id=cls.firm.id)
        cls.lead.dealflow_person_ids = [
            Command.create({'partner_id': cls.anna.id, 'role_id': cls.role.id}),
            Command.create({'partner_id': cls.ole.id}),
        ]

    def _send(self, action, user=None):
        letter = self.env['mail.compose.message'].with_user(user or self.rep).with_context(**action['context'])
        letter.create({'subject': "Chairs", 'body': "Here they are."})._action_send_mail()

    def test_letters_go_from_the_page_and_are_shown_there(self):
        lead = self.lead.with_user(self.rep)
        anna, ole = lead.dealflow_person_ids
        self.assertFalse(anna.email_count)
        self._send(anna.action_write_email())
        self._send(lead.action_dealflow_write_persons())
        lead.invalidate_recordset()
        anna.invalidate_recordset()
        self.assertEqual((anna.email_count, ole.email_count), (2, 0))
        self.assertTrue(anna.last_email_on)
        self.assertEqual(lead.dealflow_email_ids.mapped('subject'), ["Chairs", "Chairs"])
        self.assertEqual(lead.dealflow_email_ids.notified_partner_ids, self.anna)

    def test_nobody_to_write_to_is_said(self):
        self.lead.dealflow_person_ids[0].unlink()
        with self.assertRefused(UserError, "None of the persons of"):
            self.lead.with_user(self.rep).action_dealflow_write_persons()

    def test_they_go_over_to_the_deal(self):
        self.lead.with_user(self.rep).action_convert_to_deal({})
        self.assertEqual(self.lead.deal_ids.contact_ids, self.anna + self.ole)

    def test_rights_are_those_of_the_opportunity(self):
        persons = self.env['dealflow.lead.person']
        self.assertEqual(len(persons.with_user(self.rep).search([('lead_id', '=', self.lead.id)])), 2)
        self.assertFalse(persons.with_user(self.other_rep).search([('lead_id', '=', self.lead.id)]))
        with self.assertRefused(AccessError, "may not use|top-secret"):
            persons.with_user(self.other_rep).create({'lead_id': self.lead.id, 'partner_id': self.firm.id})
        own = self._new_lead(self.other_rep)
        moved = persons.with_user(self.other_rep).create({'lead_id': own.id, 'partner_id': self.anna.id})
        with self.assertRefused(AccessError, "may not use"):
            moved.lead_id = self.lead
        with self.assertRefused(AccessError, "not allowed to|top-secret"):
            self.lead.dealflow_person_ids[0].with_user(self.other_rep).note = "Mine"
        with self.assertRefused(AccessError, "not allowed to"):
            self.lead.dealflow_person_ids[0].with_user(self.viewer).note = "Mine"

    def test_merged_opportunities_and_contacts_keep_each_person_once(self):
        other = self._new_lead(self.rep, partner_id=self.firm.id)
        kari = self._new_contact("Kari Nord", self.firm)
        other.dealflow_person_ids = [Command.create({'partner_id': person.id}) for person in (self.anna, kari)]
        kept = (self.lead + other).merge_opportunity()
        self.assertEqual(kept.dealflow_person_ids.partner_id, self.anna + self.ole + kari)
        self.assertEqual(len(kept.dealflow_person_ids), 3)
        self.env['base.partner.merge.automatic.wizard']._merge((self.ole + kari).ids, self.ole, extra_checks=False)
        kept.invalidate_recordset()
        self.assertEqual(kept.dealflow_person_ids.partner_id, self.anna + self.ole)

    def test_same_person_twice_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.lead.with_user(self.rep).write({'dealflow_person_ids': [Command.create({'partner_id': self.anna.id})]})


@tagged('post_install', '-at_install')
class TestFixedClient(DealflowCase):
    """The client of an opportunity stays the same where the company wants it so (P41)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.manager = cls._new_user('manager', 'dealflow.group_manager')
        cls.firm, cls.other = cls._new_partner("Firm"), cls._new_partner("Other")
        cls.lead = cls._new_lead(cls.rep, partner_id=cls.firm.id)

    def _fix(self):
        self.env.company.dealflow_fix_lead_client = True

    def test_it_may_be_changed_unless_the_company_fixes_it(self):
        lead = self.lead.with_user(self.rep)
        lead.partner_id = self.other
        self._fix()
        for value in (self.firm.id, False):
            with self.assertRefused(UserError, "stays the same, as your company has set it"):
                lead.write({'partner_id': value})
        lead.write({'partner_id': self.other.id, 'name': "Same client"})
        lead.with_user(self.manager).partner_id = self.firm
        self.assertEqual(lead.partner_id, self.firm)

    def test_no_way_round(self):
        self._fix()
        lead = self.lead.with_user(self.rep).with_context(default_partner_id=self.other.id, dealflow_losing=True)
        with self.assertRefused(UserError, "stays the same"):
            lead.sudo().partner_id = self.other
        result = (
            self.env['crm.lead']
            .with_user(self.rep)
            .load(['.id', 'partner_id/.id'], [[str(lead.id), str(self.other.id)]])
        )
        self.assertIn("stays the same", result['messages'][0]['message'])
        with self.assertRefused(UserError, "stays the same"):
            self.firm.with_user(self.rep).write(
                {'opportunity_ids': [Command.update(lead.id, {'partner_id': self.other.id})]}
            )

    def test_an_opportunity_without_client_gets_one(self):
        self._fix()
        lead = self._new_lead(self.rep).with_user(self.rep)
        lead.partner_id = self.firm
        self.assertTrue(lead.dealflow_is_client_fixed)

    def test_form_says_so(self):
        self._fix()
        with Form(self.lead.with_user(self.rep)) as form:
            self.assertTrue(form.dealflow_is_client_fixed)
        arch = etree.fromstring(self.lead.with_user(self.rep).get_view(view_type='form')['arch'])
        client = arch.xpath("//group[@name='opportunity_partner']//field[@name='partner_id']")[0]
        self.assertEqual(client.get('readonly'), 'dealflow_is_client_fixed')
        with Form(self.lead.with_user(self.manager)) as form:
            form.partner_id = self.other
        with Form(self.env['crm.lead'].with_user(self.rep).with_context(default_type='opportunity')) as form:
            form.name = "New"
            form.partner_id = self.firm
            form.partner_id = self.other
        self.assertEqual(form.record.partner_id, self.other)

    def test_company_of_the_opportunity_decides(self):
        self._fix()
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        self.rep.company_ids += elsewhere
        lead = self._new_lead(self.rep, partner_id=self.firm.id, company_id=elsewhere.id, team_id=False)
        lead.with_user(self.rep).with_context(allowed_company_ids=[elsewhere.id]).partner_id = self.other
        self.assertEqual(lead.partner_id, self.other)
