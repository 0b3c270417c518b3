from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .accounting_common import AccountingCommon
from .test_workplace import NOW, WorkplaceCommon

TOUCHED = '2026-03-05 09:00:00'


@tagged('post_install', '-at_install')
class TestSinceLastTouch(WorkplaceCommon):
    """What has changed since the rep's last event with the client: told once, by the rights of the reader.

    The rep has called the client on 5 March, from noon to one in Moscow.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(TOUCHED):
            cls.deal = cls._new_deal(user_id=cls.rep_north.id, name="Chairs for all", amount=500.0)
            cls.receipt = cls._new_receipt(cls.deal, name="Advance", date_planned='2026-03-20', amount=300)
            cls.touch = cls._at(5, event_status_id=cls.done.id, client_contact_id=cls.contact.id)
            cls.env.flush_all()

    def _since(self, user=None):
        return self._get_client(user)['since']

    def _rows(self, kind, user=None):
        return [row for row in self._since(user)['rows'] if row['kind'] == kind]

    def test_nothing_is_told_too(self):
        since = self._since()
        self.assertEqual(since['touched_on'], '2026-03-05 10:00:00')
        self.assertEqual((since['rows'], since['text']), ([], "Nothing has changed since your last touch."))

    def test_without_a_touch_the_last_months_are_shown(self):
        since = self._since(self.seller_all)
        self.assertIs(since['touched_on'], False)
        self.assertEqual([row['kind'] for row in since['rows']], ['deal'])
        self.assertIn("90 days", since['text'])

    def test_an_event_that_did_not_take_place_is_no_touch(self):
        self._at(10, event_status_id=self.no_answer.id)
        self.assertEqual(self._since()['touched_on'], '2026-03-05 10:00:00')
        self._at(10, event_status_id=self.done.id)
        self.assertEqual(self._since()['touched_on'], '2026-03-10 10:00:00')

    def test_money(self):
        self.receipt.with_user(self.manager).sudo().write({'state': 'received', 'date_received': '2026-03-09'})
        [row] = self._rows('money')
        self.assertEqual((row['text'], row['amount'], row['severity']), ("Advance", 300.0, 'success'))
        self.assertEqual((row['model'], row['id']), ('dealflow.receipt', self.receipt.id))

    def test_money_that_came_before_is_no_change(self):
        with freeze_time('2026-03-05 08:00:00'):
            self.receipt.write({'state': 'received', 'date_received': '2026-03-05'})
            self.env.flush_all()
        # The clock of the database cannot be stopped.
        self.env.cr.execute(
            "UPDATE dealflow_receipt SET write_date = '2026-03-05 08:00:00' WHERE id = %s", [self.receipt.id]
        )
        self.assertEqual(self._rows('money'), [])

    def test_money_put_off_by_a_colleague(self):
        self.receipt.with_user(self.seller_all).sudo().write(
            {'date_planned': '2026-04-20', 'postpone_reason': "They asked"}
        )
        [row] = self._rows('slipped')
        self.assertEqual(row['text'], "Advance: 03/20/2026 → 04/20/2026")
        self.assertEqual(row['user']['id'], self.seller_all.id)

    def test_money_that_has_become_overdue(self):
        with freeze_time(TOUCHED):
            self._new_receipt(self.deal, name="Second", date_planned='2026-03-08', amount=50)
            self._new_receipt(self.deal, name="Old", date_planned='2026-02-08', amount=50)
            self.env.flush_all()
        self.assertEqual([(row['text'], row['severity']) for row in self._rows('slipped')], [("Second", 'danger')])

    def test_deal_moved_by_a_colleague_and_not_by_oneself(self):
        self.deal.with_user(self.rep_north).action_move_stage(self.stage_offer.id, "On", "On")
        self.assertEqual(self._rows('deal'), [])
        self.deal.with_user(self.seller_all).action_move_stage(self.stage_talk.id, "Back", "Back")
        [row] = self._rows('deal')
        self.assertEqual(row['label'], "Deal: Moved")
        self.assertTrue(row['text'].endswith("Proposal → Talk"), row['text'])
        self.assertEqual(self._rows('deal', self.rep_south), [], "no deal of theirs")

    def test_price_of_what_the_client_buys(self):
        bought, other = self.product, self._new('product.product', None, {'name': "Desk", 'list_price': 10.0})
        order = self._new_order(self.partner, bought, user_id=self.rep_north.id)
        order.action_confirm()
        self._flush_tracking()
        for product, price in ((bought, 120.0), (other, 20.0)):
            product.product_tmpl_id.with_user(self.manager).sudo().list_price = price
        self._flush_tracking()
        [row] = self._rows('price')
        self.assertIn("Chair: ", row['text'])
        self.assertIn("120", row['text'])
        self.assertEqual((row['model'], row['id']), ('product.template', bought.product_tmpl_id.id))

    def test_price_list_of_the_client(self):
        self._new_order(self.partner, self.product, user_id=self.rep_north.id).action_confirm()
        self.env.ref('base.group_user').implied_ids += self.env.ref('product.group_product_pricelist')
        pricelist = self._new('product.pricelist', None, {'name': "Key clients"})
        self.partner.specific_property_product_pricelist = pricelist
        self.assertEqual(self._rows('price'), [])
        pricelist.item_ids = [
            Command.create(
                {
                    'applied_on': '1_product',
                    'product_tmpl_id': self.product.product_tmpl_id.id,
                    'compute_price': 'fixed',
                    'fixed_price': 80.0,
                }
            )
        ]
        [row] = self._rows('price')
        self.assertEqual((row['label'], row['model']), ("The price list has changed", 'product.pricelist'))

    def test_stock_of_what_the_client_buys(self):
        if 'stock.move' not in self.env:
            self.skipTest("Odoo's Inventory is not installed.")
        self.rep_north.group_ids += self.env.ref('stock.group_stock_user')
        self._new_order(self.partner, self.product, user_id=self.rep_north.id).action_confirm()
        move = self._new(
            'stock.move',
            None,
            {
                'product_id': self.product.id,
                'product_uom_qty': 5,
                'product_uom': self.product.uom_id.id,
                'location_id': self.env.ref('stock.stock_location_suppliers').id,
                'location_dest_id': self.env['stock.location'].search([('usage', '=', 'internal')], limit=1).id,
            },
        )
        move._action_confirm()
        move.write({'quantity': 5, 'picked': True})
        move._action_done()
        [row] = self._rows('stock')
        self.assertEqual((row['text'], row['id']), ("Chair: 5.00", self.product.id))

    def test_claim(self):
        self.env['dealflow.claim'].with_user(self.seller_all).create(
            {'name': "Broken", 'business_partner_id': self.partner.id, 'user_id': self.rep_north.id}
        )
        [row] = self._rows('claim')
        self.assertEqual((row['severity'], row['user']['id']), ('danger', self.seller_all.id))

    def test_competitor(self):
        rival = self._new('dealflow.competitor', None, {'name': "West"})
        self._new('dealflow.deal.competitor', None, {'deal_id': self.deal.id, 'competitor_id': rival.id})
        [row] = self._rows('competitor')
        self.assertEqual(row['text'].split(':')[0], "West")
        self.assertEqual(self._rows('competitor', self.rep_south), [])

    def test_contact_who_left(self):
        self.contact.active = False
        [row] = self._rows('contact')
        self.assertEqual((row['text'], row['id']), ("Анна, Buyer", self.contact.id))

    def test_what_one_has_done_oneself_is_known(self):
        self.contact.with_user(self.rep_north).active = False
        self.assertEqual(self._rows('contact'), [])

    def test_contact_who_works_elsewhere_now(self):
        self._flush_tracking()
        self.contact.parent_id = self.east
        self._flush_tracking()
        self.assertEqual([row['id'] for row in self._rows('contact')], self.contact.ids)

    def test_requisites(self):
        self.partner.with_user(self.seller_all).action_submit_requisites()
        [row] = self._rows('requisites')
        self.assertEqual((row['label'], row['text']), ("Requisites: Sent to accounting", "Ромашка"))

    def test_letter_until_it_is_answered(self):
        letter = self._write_letter(self.partner, self.contact, "Where are the chairs?")
        [row] = self._rows('letter')
        self.assertEqual(
            (row['text'], row['model'], row['id']), ("Where are the chairs? · Анна", 'res.partner', self.partner.id)
        )
        self._write_letter(self.partner, self.rep_second.partner_id, "On their way", letter.date + timedelta(hours=1))
        self.assertEqual(self._rows('letter'), [])

    def test_letter_on_a_deal_of_others(self):
        theirs = self._new_deal(user_id=self.rep_south.id, name="Theirs")
        self._write_letter(theirs, self.contact, "About theirs")
        self.assertEqual(self._rows('letter'), [])
        self.assertEqual([row['text'] for row in self._rows('letter', self.rep_south)], ["About theirs · Анна"])

    def test_hidden_stages(self):
        self.deal.with_user(self.manager).action_move_stage(self.stage_offer.id, "On", "On")
        self.assertEqual(len(self._rows('deal')), 1)
        self.stage_offer.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertEqual(self._rows('deal'), [])

    def test_viewer_sees_it_all(self):
        self.deal.with_user(self.manager).action_move_stage(self.stage_offer.id, "On", "On")
        self.assertIn('deal', {row['kind'] for row in self._since(self.viewer)['rows']})

    def test_one_statement(self):
        """However much has changed, all of it is found by one statement."""
        workplace = self._as(self.rep_north)
        since = fields.Datetime.to_datetime(TOUCHED)

        def find():
            return workplace._find_changes(self.partner, self.partner, since)

        find()
        counts = []
        for stage in (self.stage_offer, self.stage_talk):
            parts = self._count_queries(lambda: workplace._get_change_parts(self.partner, self.partner, since))
            counts.append(self._count_queries(find) - parts)
            self.deal.with_user(self.manager).action_move_stage(stage.id, "On", "On")
            self._write_letter(self.partner, self.contact, "Hello")
        self.assertEqual(counts, [1, 1])

    def test_queries_do_not_grow(self):
        def change(number):
            self._write_letter(self.partner, self.contact, f"Letter {number}")
            deal = self._new_deal(user_id=self.rep_north.id, name=f"Deal {number}")
            rival = self._new('dealflow.competitor', None, {'name': f"West {number}"})
            self._new('dealflow.deal.competitor', None, {'deal_id': deal.id, 'competitor_id': rival.id})
            receipt = self._new_receipt(deal, name="Money", date_planned='2026-03-20')
            receipt.with_user(self.seller_all).sudo().write({'date_planned': '2026-04-01', 'postpone_reason': "So"})
            self._new_contact(f"Gone {number}", self.partner).active = False

        change(0)
        self._get_client()
        few = self._count_queries(lambda: self._as(self.rep_north)._get_changes(self.partner, self.partner))
        for number in range(1, 6):
            change(number)
        many = self._count_queries(lambda: self._as(self.rep_north)._get_changes(self.partner, self.partner))
        self.assertLessEqual(many, few)

    def _flush_tracking(self):
        """Write the log of tracked fields, which Odoo does at the end of a request."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _write_letter(self, record, author, subject, date=None):
        return self._new(
            'mail.message',
            None,
            {
                'model': record._name,
                'res_id': record.id,
                'message_type': 'email',
                'subject': subject,
                'author_id': author.id,
                'date': date or fields.Datetime.to_datetime(NOW) - timedelta(hours=2),
            },
        )


@tagged('post_install', '-at_install')
class TestSegmentTerms(WorkplaceCommon):
    """Which terms a client gets: the first that fit status, region, industry and turnover (C98)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.segment.terms'].search([]).active = False
        cls.regular, cls.hot = cls.env['dealflow.partner.status'].create([{'name': "Regular"}, {'name': "Hot"}])
        cls.trade = cls._new('res.partner.industry', None, {'name': "Trade"})
        cls.pricelist = cls._new('product.pricelist', None, {'name': "Wholesale"})
        cls.partner.write({'client_status_id': cls.regular.id, 'industry_id': cls.trade.id})

    @classmethod
    def _new_terms(cls, name, **values):
        return cls._new('dealflow.segment.terms', None, {'name': name, **values})

    def _terms(self, user=None, partner=None):
        return self._get_client(user, partner)['terms']

    def test_shown_at_the_workplace(self):
        self._new_terms(
            "Moscow",
            client_status_ids=self.regular.ids,
            region_ids=self.russia.ids,
            pricelist_id=self.pricelist.id,
            discount=5.0,
            approach="Samples first",
            talking_points="- Three days\n\n• Five years of warranty",
        )
        terms = self._terms()
        self.assertEqual(
            (terms['name'], terms['price_list']['name'], terms['discount'], terms['approach']),
            ("Moscow", self.pricelist.display_name, 5.0, "Samples first"),
        )
        self.assertEqual(terms['talking_points'], ["Three days", "Five years of warranty"])
        self.assertEqual(terms['segment'], "Client Statuses: Regular · Sales Regions: Russia")
        self.russia.name = "The whole country"
        self.assertEqual(self._terms()['segment'], "Client Statuses: Regular · Sales Regions: The whole country")
        self.assertFalse(terms['may_edit'])
        self.assertTrue(self._terms(self.manager)['may_edit'])
        self.assertEqual(self._terms(self.viewer)['name'], "Moscow")

    def test_what_fits(self):
        self.partner.with_user(self.manager).annual_turnover = 500.0
        for values, fits in (
            ({}, True),
            ({'client_status_ids': self.regular.ids}, True),
            ({'client_status_ids': self.hot.ids}, False),
            ({'client_status_ids': (self.hot | self.regular).ids}, True),
            ({'region_ids': self.russia.ids}, True),
            ({'region_ids': self.far_east.ids}, False),
            ({'industry_ids': self.trade.ids}, True),
            ({'industry_ids': self.trade.ids, 'region_ids': self.far_east.ids}, False),
            ({'turnover_from': 500.0}, True),
            ({'turnover_from': 501.0}, False),
            ({'turnover_to': 500.0}, False),
            ({'turnover_from': 100.0, 'turnover_to': 501.0}, True),
        ):
            with self.subTest(**values):
                terms = self._new_terms("Segment", **values)
                self.assertEqual(bool(self._terms()), fits)
                terms.active = False

    def test_first_that_fits(self):
        self._new_terms("All", sequence=20)
        self._new_terms("Narrow", sequence=10, client_status_ids=self.regular.ids)
        self.assertEqual(self._terms()['name'], "Narrow")
        self.assertEqual(self._terms(partner=self.east)['name'], "All")

    def test_what_the_client_has_of_its_own(self):
        self._new_terms("All", pricelist_id=self.pricelist.id, discount=5.0)
        self.assertEqual(self._terms()['differs'], [])
        own = self._new('product.pricelist', None, {'name': "Retail"})
        self.partner.write({'specific_property_product_pricelist': own.id, 'dealflow_discount': 7.0})
        self.assertEqual(
            self._terms()['differs'],
            [f"Price list of the client: {own.display_name}", "Common discount of the client: 7.00%"],
        )

    def test_terms_of_another_company(self):
        foreign = self.env['res.company'].create({'name': "Other company"})
        self._new('dealflow.segment.terms', None, {'name': "Foreign", 'company_id': foreign.id})
        self.assertIs(self._terms(), False)

    def test_turnover_the_wrong_way_round(self):
        with self.assertRefused(Exception, "Enter an upper limit above the lower one"):
            self._new_terms("Wrong", turnover_from=10.0, turnover_to=5.0)


@tagged('post_install', '-at_install')
class TestMoneySinceLastTouch(AccountingCommon):
    """Money is told once: with its receipt where it was planned, else with the invoice that it has paid."""

    def _rows(self, user=None):
        user = user or self.env.user
        client = self.env['dealflow.workplace'].with_user(user).get_client(self.partner_a.id)
        return [row for row in client['since']['rows'] if row['kind'] == 'money']

    def _brief(self, user=None):
        return [(row['model'], row['id'], row['label'], row['amount']) for row in self._rows(user)]

    def test_payment_of_an_invoice_without_a_receipt(self):
        invoice = self._new_posted_invoice(1000)
        self.assertEqual(self._rows(), [])
        self._pay(invoice, 400)
        self.assertEqual(self._brief(), [('account.move', invoice.id, "Part of the money has come", 400.0)])
        self._pay(invoice, 600)
        self.assertEqual(self._brief(), [('account.move', invoice.id, "Money has come", 1000.0)])
        self.assertEqual(self._rows()[0]['currency_id'], invoice.currency_id.id)

    def test_payment_before_the_touch_is_no_change(self):
        self._pay(self._new_posted_invoice(1000), 400)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_partial_reconcile SET create_date = create_date - INTERVAL '100 days'")
        self.assertEqual(self._rows(), [])

    def test_credit_note_is_no_money(self):
        invoice = self._new_posted_invoice(1000)
        wizard = self.env['account.move.reversal'].with_context(active_model='account.move', active_ids=invoice.ids)
        wizard.create({'journal_id': invoice.journal_id.id}).modify_moves()
        self.assertEqual(invoice.payment_state, 'reversed')
        self.assertEqual(self._rows(), [])

    def test_part_of_planned_money(self):
        invoice = self._new_posted_invoice(1000)
        receipt = self._new_receipt(self._new_deal(), name="Advance", invoice_ids=invoice.ids)
        today = fields.Date.context_today(receipt)
        self._pay(invoice, 400, today)
        self.assertEqual(self._brief(), [('dealflow.receipt', receipt.id, "Part of the money has come", 400.0)])
        self._pay(invoice, 600, today)
        self.assertEqual(self._brief(), [('dealflow.receipt', receipt.id, "Money has come", 1000.0)])

    def test_rep_is_told_of_the_own_invoices(self):
        rep = self._new_user('rep', 'dealflow.group_user_own,sales_team.group_sale_salesman')
        invoice = self._new_posted_invoice(1000, invoice_user_id=rep.id)
        self._pay(invoice, 400)
        self._pay(self._new_posted_invoice(500, invoice_user_id=self.env.user.id), 500)
        self.env.invalidate_all()
        self.assertEqual([row['id'] for row in self._rows(rep)], invoice.ids)
