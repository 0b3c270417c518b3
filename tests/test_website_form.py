import json
from unittest import SkipTest

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestWebsiteForm(DealflowCommon, HttpCase):
    """A website form submitted by a visitor becomes an opportunity, and later a deal (X04)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if 'visitor_ids' not in cls.env['crm.lead']._fields:
            raise SkipTest("Odoo's forms for opportunities (website_crm) are not installed")
        website = cls.env['website'].search([('company_id', '=', cls.company.id)], limit=1)
        website.write({'crm_default_team_id': cls.team_north.id, 'crm_default_user_id': cls.rep_north.id})
        cls.team_north.use_leads = False

    def _post(self, **values):
        response = self.url_open('/website/form/crm.lead', data={'csrf_token': 'none', **values})
        self.assertEqual(response.status_code, 200, response.text[:500])
        return json.loads(response.text)

    def test_request_becomes_an_opportunity_and_a_deal(self):
        source = self.env['utm.source'].create({'name': "Partners of the test"})
        campaign = self.env['utm.campaign'].create({'title': "Spring of the test"})
        medium = self.env['utm.medium'].create({'name': "Banner of the test"})
        for cookie, record in (('source', source), ('campaign', campaign), ('medium', medium)):
            self.opener.cookies.set(f'odoo_utm_{cookie}', record.name)
        answer = self._post(
            name="Twenty chairs",
            contact_name="Vera",
            email_from='vera@example.com',
            partner_name="Vera & Co",
            description="Please call.",
        )
        lead = self.env['crm.lead'].browse(answer['id'])
        self.assertRecordValues(
            lead,
            [
                {
                    'type': 'opportunity',
                    'user_id': self.rep_north.id,
                    'source_id': source.id,
                    'campaign_id': campaign.id,
                    'medium_id': medium.id,
                }
            ],
        )
        deal = (
            self.env['dealflow.deal']
            .with_user(self.rep_north)
            .browse(lead.with_user(self.rep_north).action_convert_to_deal()['res_id'])
        )
        self.assertEqual((deal.source_id, deal.campaign_id, deal.medium_id), (source, campaign, medium))

    def test_request_without_a_subject(self):
        """A form may leave out the subject and other fields without an error page for the visitor."""
        for values, name in (
            ({'contact_name': "Vera", 'email_from': 'vera@example.com'}, "Request from Vera"),
            ({'email_from': 'vera@example.com'}, "Request from vera@example.com"),
            ({'description': "Please call."}, "Request without a subject"),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.env['crm.lead'].browse(self._post(**values)['id']).name, name)

    def _route_to_second(self):
        self.env['website'].search([('company_id', '=', self.company.id)], limit=1).crm_default_user_id = False
        self.env['dealflow.request.route'].search([]).active = False
        self.env['dealflow.request.route'].create(
            {'name': "All", 'taker_ids': [Command.create({'user_id': self.rep_second.id})]}
        )

    def test_request_finds_its_client_and_its_salesperson(self):
        """An anonymous visitor with a known number is the client, and the request is routed (C55, C30)."""
        self._route_to_second()
        self.company.country_id = self.env.ref('base.ru')
        self.contact.phone = '+7 495 123-45-67'
        lead = self.env['crm.lead'].browse(self._post(name="Chairs", phone='8 (495) 123-45-67')['id'])
        self.assertEqual((lead.partner_id, lead.dealflow_routing), (self.contact, 'waiting'))
        self.env['crm.lead']._dealflow_cron_route_batch(lead)
        self.assertEqual(lead.user_id, self.rep_second)

    def test_request_is_added_to_the_open_opportunity_of_its_client(self):
        self._route_to_second()
        opened = self._new_lead(user_id=self.rep_north.id, partner_id=self.contact.id, type='opportunity')
        lead = self.env['crm.lead'].browse(
            self._post(name="Twenty more", email_from='anna@example.com', description="Please call.")['id']
        )
        self.env['crm.lead']._dealflow_cron_route_batch(lead)
        self.assertFalse(lead.exists())
        notes = opened.message_ids.filtered(lambda message: "Another request of the client" in str(message.body))
        self.assertEqual(len(notes), 1)
        self.assertIn("Please call.", str(notes.body))
        self.assertEqual(opened.user_id, self.rep_north)

    def _show_form_for_opportunities(self):
        """Let the contact page make opportunities, as its editor does, and require no field but the question."""
        view = self.env.ref('website.contactus')
        arch = view.arch_db.replace('data-model_name="mail.mail"', 'data-model_name="crm.lead"')
        for number, name, model_name in (
            (1, 'name', 'contact_name'),
            (3, 'email_from', 'email_from'),
            (4, 'company', 'partner_name'),
            (5, 'subject', 'name'),
        ):
            before, begin, rest = arch.partition(f'<input id="contact{number}"')
            tag, end, after = rest.partition('/>')
            tag = tag.replace(f'name="{name}"', f'name="{model_name}"').replace('required=""', '')
            arch = f'{before}{begin}{tag}{end}{after}'
        for class_name in ('s_website_form_required', 's_website_form_model_required'):
            arch = arch.replace(class_name, '')
        view.arch_db = arch

    def test_visitor_in_a_browser(self):
        """The real page: filled in and sent in a browser, with a campaign in its address, by somebody who is known.

        The request finds the client by the number in another spelling, keeps the campaign, and is routed (C54, C55,
        C30).
        """
        self._route_to_second()
        self._show_form_for_opportunities()
        self.company.country_id = self.env.ref('base.ru')
        self.contact.phone = '+7 495 123-45-67'
        address = '/contactus?utm_source=Newsletter+of+the+tour&utm_medium=Email&utm_campaign=Spring+of+the+tour'
        self.start_tour(address, 'dealflow_website_form', timeout=300)
        lead = self.env['crm.lead'].search([('name', '=', "Twenty chairs of the tour")])
        self.assertRecordValues(
            lead, [{'type': 'opportunity', 'partner_id': self.contact.id, 'dealflow_routing': 'waiting'}]
        )
        self.assertEqual(lead.source_id.name, "Newsletter of the tour")
        self.assertEqual(lead.campaign_id.title, "Spring of the tour")
        self.env['crm.lead']._dealflow_cron_route_batch(lead)
        self.assertEqual((lead.user_id, lead.dealflow_routing), (self.rep_second, 'routed'))

    def test_visitor_without_a_name_in_a_browser(self):
        """The visitor sees that it was sent, and no error; the request has a name all the same."""
        self._show_form_for_opportunities()
        self.start_tour('/contactus', 'dealflow_website_form_without_name', timeout=300)
        lead = self.env['crm.lead'].search([('description', 'ilike', "Nameless of the tour")])
        self.assertEqual(lead.name, "Request without a subject")
