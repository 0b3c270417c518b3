from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DealflowCommon

CARDS = {
    'calendar.event',
    'crm.lead',
    'dealflow.claim',
    'dealflow.competitor',
    'dealflow.contract',
    'dealflow.deal',
    'dealflow.receipt',
    'res.partner',
}


@tagged('post_install', '-at_install')
class TestRecordLink(DealflowCommon):
    """Any record, file or page is linked with a card, and seen from both sides by whoever may (X51)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.links = cls.env['dealflow.record.link']
        cls.product = cls.env['product.template'].create({'name': "Chair"})
        cls.kind = cls.env['dealflow.link.kind'].create({'name': "Case study", 'reverse_name': "Case study of"})

    def _link(self, source, target, user=None, **values):
        return self.links.with_user(user or self.rep_north).create(
            {'source_model': source._name, 'source_id': source.id, 'target': f'{target._name},{target.id}', **values}
        )

    def _see(self, card, user=None):
        """Return how the links of a card read from it."""
        action = card.with_user(user or self.rep_north).action_dealflow_view_links()
        links = self.links.with_user(user or self.rep_north).with_context(**action['context'])
        return [(link.kind_name, link.other_name) for link in links.search(action['domain'])]

    def test_every_card_has_it(self):
        self.assertEqual(set(self.links._get_card_models()), CARDS)
        views = {'calendar.event': 'dealflow.calendar_event_view_form_card'}
        for model in sorted(CARDS):
            with self.subTest(model=model):
                view = self.env.ref(views[model]).id if model in views else False
                arch = etree.fromstring(self.env[model].with_user(self.rep_north).get_view(view, 'form')['arch'])
                button = arch.find(".//button[@name='action_dealflow_view_links']")
                self.assertIsNotNone(button.find("field[@name='dealflow_link_count']"))

    def test_link_is_seen_from_both_sides(self):
        self._link(self.partner, self.other_partner, kind_id=self.kind.id, note="Same builder")
        self.assertEqual(self._see(self.partner), [("Case study", self.other_partner.display_name)])
        self.assertEqual(self._see(self.other_partner), [("Case study of", self.partner.display_name)])
        both = (self.partner + self.other_partner).with_user(self.rep_north)
        both.invalidate_recordset(['dealflow_link_count'])
        self.assertEqual(both.mapped('dealflow_link_count'), [1, 1])

    def test_pages_and_files_are_linked_too(self):
        values = {'source_model': 'res.partner', 'source_id': self.partner.id}
        links = self.links.with_user(self.rep_north).create(
            [
                {**values, 'url': 'https://video.example/watch?v=1'},
                {**values, 'file': 'UERG', 'file_name': "Plan Склад.pdf"},
            ]
        )
        self.assertEqual(links.mapped('other_name'), ["video.example", "Plan Склад.pdf"])
        self.assertEqual(links[0].action_open_other()['url'], 'https://video.example/watch?v=1')
        self.assertIn(f'/web/content/dealflow.record.link/{links[1].id}/file/', links[1].action_open_other()['url'])

    def test_a_link_leads_to_one_thing_that_exists(self):
        values = {'source_model': 'res.partner', 'source_id': self.partner.id}
        links = self.links.with_user(self.rep_north)
        for wrong, message in (
            (values, "leads to one thing"),
            ({**values, 'url': 'https://a.example', 'file': 'UERG'}, "leads to one thing"),
            ({**values, 'url': 'javascript:alert(1)'}, "is not an address"),
            ({**values, 'target': f'res.partner,{self.partner.id}'}, "with itself"),
            ({**values, 'target_model': 'res.users', 'target_id': self.manager.id}, "cannot be linked"),
        ):
            with self.subTest(wrong), self.assertRefused(ValidationError, message):
                links.create(wrong)

    def test_links_begin_at_cards_only(self):
        with self.assertRefused(AccessError, "."):
            self.links.with_user(self.rep_north).create(
                {'source_model': 'res.users', 'source_id': self.rep_north.id, 'url': 'https://a.example'}
            )

    def test_name_of_what_one_may_not_read_is_never_shown(self):
        deal = self._new_deal(self.rep_north, name="Secret deal")
        self._link(deal, self.partner)
        link = self.links.with_user(self.rep_south).search(
            self.links._get_domain_of_cards('res.partner', self.partner.ids)
        )
        self.assertEqual(self._see(self.partner, self.rep_south), [("", "You may not see this one")])
        read = link.with_context(dealflow_link_card=f'res.partner,{self.partner.id}').read()
        self.assertNotIn("Secret deal", str(read))
        with self.assertRefused(AccessError, "gone, or you may not see"):
            link.with_context(dealflow_link_card=f'res.partner,{self.partner.id}').action_open_other()

    def test_one_links_what_one_may_change_with_what_one_may_read(self):
        deal = self._new_deal(self.rep_north, name="Secret deal")
        for source, target, user in (
            (deal, self.partner, self.rep_south),
            (self.partner, deal, self.rep_south),
            (self.partner, self.other_partner, self.viewer),
        ):
            with self.subTest(user=user.login), self.assertRefused(AccessError, "."):
                self._link(source, target, user)
        link = self._link(self.partner, self.product)
        with self.assertRefused(AccessError, "may not link"):
            link.with_user(self.rep_south).write({'target_model': 'dealflow.deal', 'target_id': deal.id})
        with self.assertRefused(AccessError, "may not link"):
            self.links.with_user(self.rep_south).with_context(
                default_target_model='dealflow.deal', default_target_id=deal.id
            ).create({'source_model': 'res.partner', 'source_id': self.partner.id})

    def test_links_of_records_that_one_may_not_read_are_not_found(self):
        deal = self._new_deal(self.rep_north, name="Secret deal")
        link = self._link(deal, self._new_deal(self.rep_north, name="Other"))
        self.assertFalse(self.links.with_user(self.rep_south).search([('id', '=', link.id)]))
        with self.assertRefused(AccessError, "."):
            link.with_user(self.rep_south).read(['note'])
        with self.assertRefused(AccessError, "."):
            link.with_user(self.rep_south).unlink()

    def test_deleted_record_leaves_a_trace_without_a_name(self):
        self._link(self.partner, self.product)
        number = self.product.id
        self.product.unlink()
        self.assertEqual(self._see(self.partner), [("", f"Deleted (number {number})")])

    def test_same_link_twice_is_refused_and_merged_ones_remain_once(self):
        first, second = self._new_partner("First"), self._new_partner("Second")
        self._link(first, self.product)
        self._link(second, self.product)
        self._link(second, first)
        self.env['base.partner.merge.automatic.wizard']._merge((first + second).ids, first, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(self._see(first), [("", "Chair")])
        leads = self._new_lead(self.rep_north) + self._new_lead(self.rep_north)
        self._link(leads[1], self.product)
        kept = leads.merge_opportunity()
        self.assertEqual(len(self._see(kept)), 1)

    def test_dialog_links_from_the_card(self):
        action = self.partner.with_user(self.rep_north).action_dealflow_view_links()
        with Form(self.links.with_user(self.rep_north).with_context(**action['context'])) as form:
            form.target = self.product
            form.note = "Sells well"
        self.assertEqual(form.record.other_name, "Chair")
        self.assertEqual((form.record.source_model, form.record.source_id), ('res.partner', self.partner.id))

    def test_another_company_sees_no_link(self):
        self.partner.company_id = self.env.company
        link = self._link(self.partner, self.product)
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        self.product.company_id = self.env.company
        stranger = self._new_user('stranger', 'dealflow.group_manager')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.assertFalse(self.links.with_user(stranger).search([('id', '=', link.id)]))

    def test_counting_takes_two_queries_however_many(self):
        partners = self.partner + self.other_partner
        partners.mapped('dealflow_link_count')
        self.env.flush_all()

        def count(records):
            records.invalidate_recordset(['dealflow_link_count'])
            return self._count_queries(lambda: records.mapped('dealflow_link_count'))

        self.assertEqual(count(self.partner), count(partners))
