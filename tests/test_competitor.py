from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestCompetitor(DealflowCommon):
    """The list of competitors (B51-B53, B34, C100)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.industry = cls.env['res.partner.industry'].create({'name': "Test furniture"})
        cls.region, cls.other_region = cls.env['dealflow.region'].create([{'name': "Coast"}, {'name': "Hills"}])
        cls.status = cls.env['dealflow.competitor.status'].create({'name': "Dangerous"})

    def _new_competitor(self, user=None, **values):
        return (
            self.env['dealflow.competitor'].with_user(user or self.rep_north).create({'name': "Competitor", **values})
        )

    def test_rep_fills_the_card(self):
        with Form(self.env['dealflow.competitor'].with_user(self.rep_north)) as form:
            form.name = "OfficeLand"
            form.status_id = self.status
            form.industry_id = self.industry
            form.region_id = self.region
            form.equipment = "Two saw lines"
            form.projects = "Town hall"
            form.volumes = "40,000 chairs a year"
            form.strengths = "Price"
            form.weaknesses = "Delivery"
            form.client_ids.add(self.partner)
        self.assertRecordValues(
            form.record,
            [
                {
                    'name': "OfficeLand",
                    'status_id': self.status.id,
                    'industry_id': self.industry.id,
                    'region_id': self.region.id,
                    'equipment': "Two saw lines",
                    'projects': "Town hall",
                    'volumes': "40,000 chairs a year",
                    'strengths': "Price",
                    'weaknesses': "Delivery",
                    'client_ids': self.partner.ids,
                }
            ],
        )

    def test_clients_and_competitors_are_one_relation(self):
        """The client's competitors and the competitor's clients are the same relation (B34)."""
        competitor = self._new_competitor()
        self.partner.competitor_ids = [Command.link(competitor.id)]
        self.assertEqual(competitor.client_ids, self.partner)
        competitor.client_ids = [Command.set(self.other_partner.ids)]
        self.assertFalse(self.partner.competitor_ids)
        self.assertEqual(self.other_partner.competitor_ids, competitor)

    def test_comment_and_file_stay_on_the_card(self):
        """A comment and its attachment stay on the competitor (B53)."""
        competitor = self._new_competitor()
        message = competitor.message_post(body="New price list", attachments=[("prices.txt", b"chairs 80")])
        self.assertEqual(message.author_id, self.rep_north.partner_id)
        self.assertEqual(message.attachment_ids.mapped('name'), ["prices.txt"])
        self.assertEqual(competitor.with_user(self.rep_south).message_ids[0], message)

    def test_found_by_name_client_and_region(self):
        competitor = self._new_competitor(region_id=self.region.id, client_ids=[Command.link(self.partner.id)])
        other = self._new_competitor(name="Other", region_id=self.other_region.id)
        search = self.env['dealflow.competitor'].with_user(self.viewer).search
        both = [('id', 'in', (competitor | other).ids)]
        self.assertEqual(search([*both, ('client_ids', 'ilike', "Ромашка")]), competitor)
        self.assertEqual(search([*both, ('region_id', 'child_of', self.other_region.id)]), other)

    def test_archived_leaves_the_list_and_stays_on_deals(self):
        competitor = self._new_competitor()
        deal = self._new_deal(self.rep_north, competitor_ids=[Command.create({'competitor_id': competitor.id})])
        competitor.action_archive()
        self.assertFalse(self.env['dealflow.competitor'].search([('id', '=', competitor.id)]))
        self.assertEqual(deal.competitor_ids.competitor_id, competitor)

    def test_kanban_shows_every_status(self):
        competitor = self._new_competitor()
        groups = (
            self.env['dealflow.competitor']
            .with_user(self.rep_north)
            .with_context(read_group_expand=True)
            .web_read_group([('id', '=', competitor.id)], ['status_id'])['groups']
        )
        self.assertIn(self.status.id, [group['status_id'] and group['status_id'][0] for group in groups])

    def test_who_may_do_what(self):
        competitor = self._new_competitor()
        for refused in (
            lambda: self._new_competitor(self.viewer),
            lambda: competitor.with_user(self.viewer).write({'strengths': "x"}),
            lambda: competitor.with_user(self.rep_north).unlink(),
            lambda: self.status.with_user(self.seller_all).write({'name': "x"}),
            lambda: self.env['dealflow.competitor.status'].with_user(self.rep_north).create({'name': "x"}),
        ):
            with self.assertRaises(AccessError):
                refused()
        competitor.with_user(self.rep_south).strengths = "Price"
        self.status.with_user(self.manager).name = "Very dangerous"
        competitor.with_user(self.manager).unlink()

    def test_companies_are_apart(self):
        other_company = self.env['res.company'].create({'name': "Other company"})
        theirs = self.env['dealflow.competitor'].create({'name': "Local", 'company_id': other_company.id})
        with self.assertRaises(AccessError):
            theirs.with_user(self.rep_north).read(['name'])
        self.partner.company_id = self.env.company
        with self.assertRefused(ValidationError, "belongs to Other company, its client Ромашка"):
            theirs.client_ids = [Command.link(self.partner.id)]
        shared = self._new_competitor(client_ids=[Command.link(self.partner.id)])
        with self.assertRefused(ValidationError, "belongs to Other company"):
            shared.sudo().company_id = other_company
