from odoo import fields
from odoo.tests import tagged

from odoo.addons.dealflow.models.overview.dealflow_history import DETAILS, LARGEST_NUMBER_OF_PARTS

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestHistory(PartnerCommon):
    """Something of every kind happens with Group, with Alpha and with Person, who works there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._new_contact("Person", cls.alpha)

    def _new_visit(self, **values):
        return self.env['calendar.event'].with_context(no_mail_to_attendees=True).create({
            'name': "Visit", 'start': '2026-01-02 10:00:00', 'stop': '2026-01-02 11:00:00',
            'partner_ids': [fields.Command.set(self.person.ids)], **values})

    def _get_history(self, partner, user=None):
        self.env.flush_all()
        action = partner.action_view_history()
        return self.env['dealflow.history'].with_user(user or self.env.user).search(action['domain'])

    def test_everything_is_in_one_list_newest_first(self):
        self.person.message_post(body="Hello", message_type='comment', subtype_xmlid='mail.mt_comment')
        self._new_visit()
        self.person.activity_schedule('mail.mail_activity_data_todo', summary="Call").action_feedback(feedback="Done")
        self._new_lead(partner_id=self.person.id)
        self._new_deal()
        self._new_order(self.alpha)
        invoice = self._new_invoice(self.alpha, post=True)
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids).create({}).action_create_payments()
        self.env['dealflow.contract'].create({'name': "Contract", 'entity_id': self.alpha.id})
        self.alpha.with_user(self.rep).action_submit_requisites()
        for partner in (self.group, self.alpha):
            history = self._get_history(partner)
            self.assertEqual(
                set(history.mapped('kind')) - {'receipt'},
                {'message', 'event', 'task', 'opportunity', 'deal', 'order', 'invoice', 'payment', 'contract',
                 'requisites'})
            dates = history.mapped('date')
            self.assertEqual(dates, sorted(dates, reverse=True))
            self.assertEqual(len(history), len(set(history.ids)))
        self.assertFalse(self._get_history(self.stranger))

    def test_entry_opens_its_document(self):
        order = self._new_order(self.alpha)
        entry = self._get_history(self.alpha).filtered(lambda entry: entry.kind == 'order')
        self.assertEqual(entry.action_open()['res_id'], order.id)
        self.assertEqual(entry.action_open()['res_model'], 'sale.order')

    def test_private_event_keeps_its_name(self):
        self._new_visit(name="Secret", privacy='private')
        entry = self._get_history(self.alpha).filtered(lambda entry: entry.kind == 'event')
        self.assertEqual(len(entry), 1)
        self.assertFalse(entry.name)

    def test_new_salesperson_sees_what_the_others_did(self):
        self._new_deal()
        history = self._get_history(self.alpha, self.rep)
        self.assertTrue(history.filtered(lambda entry: entry.kind == 'deal'))

    def test_deal_in_a_hidden_stage_is_not_told(self):
        deal = self._new_deal()
        deal.stage_id.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.env.registry.clear_cache()
        self.assertFalse(self._get_history(self.alpha, self.rep).filtered(lambda entry: entry.kind == 'deal'))

    def test_every_kind_has_a_part_and_every_part_a_kind(self):
        parts = self.env['dealflow.history']._get_parts()
        kinds = dict(self.env['dealflow.history']._fields['kind'].selection)
        self.assertEqual({kind for kind, _columns, _tables in parts}, set(kinds))
        self.assertLess(len(parts), LARGEST_NUMBER_OF_PARTS)
        self.assertLessEqual(DETAILS.keys(), kinds.keys())

    def test_receipt_stands_in_the_history(self):
        deal = self._new_deal()
        receipt = self._new_receipt(
            deal, amount=50, date_planned=fields.Date.add(fields.Date.today(), days=30))
        entry = self._get_history(self.group).filtered(lambda entry: entry.kind == 'receipt')
        self.assertRecordValues(entry, [{'res_id': receipt.id, 'amount': 50, 'deal_id': deal.id}])
        self.assertIn("In plan", entry.summary)

    def test_page_of_ten_thousand_entries_takes_the_queries_of_a_hundred(self):
        specification = {
            'date': {}, 'kind': {}, 'summary': {}, 'amount': {}, 'partner_id': {'fields': {'display_name': {}}},
            'user_id': {'fields': {'display_name': {}}},
        }
        counts = []
        for size in (100, 10_000):
            partner = self._new_partner("Busy")
            self.env.flush_all()
            self.env.cr.execute(
                """INSERT INTO mail_message (model, res_id, message_type, date, author_id, create_uid, create_date)
                   SELECT 'res.partner', %(partner)s, 'comment', now() AT TIME ZONE 'UTC' - number * interval '1 hour',
                          %(author)s, %(user)s, now() AT TIME ZONE 'UTC'
                     FROM generate_series(1, %(size)s) AS number""",
                {'partner': partner.id, 'author': self.env.user.partner_id.id, 'user': self.env.uid, 'size': size})
            self.env.invalidate_all()
            domain = partner.action_view_history()['domain']
            self.env['dealflow.history'].web_search_read(domain, specification, limit=80)
            for offset in (0, 80 if size > 100 else 20):
                pages = []
                counts.append(self._count_queries(
                    lambda pages=pages, domain=domain, offset=offset: pages.append(
                        self.env['dealflow.history'].web_search_read(
                            domain, specification, limit=80, offset=offset, count_limit=10_001))))
                self.assertEqual(len(pages[0]['records']), 80)
                self.assertEqual(pages[0]['length'], size)
        self.assertEqual(len(set(counts)), 1, counts)
