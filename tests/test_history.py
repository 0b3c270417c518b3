import re

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.dealflow.models.overview.dealflow_history import DETAILS, LARGEST_NUMBER_OF_PARTS

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestHistory(PartnerCommon):
    """Test with one record of each kind for Group, for Alpha and for Person, who works there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._new_contact("Person", cls.alpha)

    def _new_visit(self, **values):
        return (
            self.env['calendar.event']
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    'name': "Visit",
                    'start': '2026-01-02 10:00:00',
                    'stop': '2026-01-02 11:00:00',
                    'partner_ids': [fields.Command.set(self.person.ids)],
                    **values,
                }
            )
        )

    def _get_history(self, partner, user=None):
        self.env.flush_all()
        action = partner.action_dealflow_view_history()
        return self.env['dealflow.history'].with_user(user or self.env.user).search(action['domain'])

    def test_everything_is_in_one_list_newest_first(self):
        self.person.message_post(body="Hello", message_type='comment', subtype_xmlid='mail.mt_comment')
        self._new_visit()
        self.person.activity_schedule('mail.mail_activity_data_todo', summary="Call").action_feedback(feedback="Done")
        self._new_lead(partner_id=self.person.id)
        self._new_deal()
        self._new_order(self.alpha)
        invoice = self._new_invoice(self.alpha, post=True)
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=invoice.ids).create(
            {}
        ).action_create_payments()
        self.env['dealflow.contract'].create({'name': "Contract", 'entity_id': self.alpha.id})
        self.alpha.with_user(self.rep).action_submit_requisites()
        for partner in (self.group, self.alpha):
            history = self._get_history(partner)
            self.assertEqual(
                set(history.mapped('kind')) - {'receipt'},
                {
                    'message',
                    'event',
                    'task',
                    'opportunity',
                    'deal',
                    'order',
                    'invoice',
                    'payment',
                    'contract',
                    'requisites',
                },
            )
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
        # Odoo's survey app is no dependency.
        absent = {'survey'} if 'survey.user_input' not in self.env else set()
        self.assertEqual({kind for kind, _columns, _tables in parts}, set(kinds) - absent)
        self.assertLess(len(parts), LARGEST_NUMBER_OF_PARTS)
        self.assertLessEqual(DETAILS.keys(), kinds.keys())

    def test_every_column_that_is_read_is_named(self):
        """Changes that are not in the database yet are written before the history is read, if it names their field."""
        history = self.env['dealflow.history']
        tables = {model._table: name for name, model in self.env.items() if model._auto and not model._abstract}
        read = set()
        for _kind, columns, conditions in history._get_parts():
            # Without the texts: the name of a model looks like a column of an alias.
            words = re.sub(r"'[^']*'", '', " ".join([*columns.values(), conditions]))
            for table, alias in re.findall(r'\b(\w+) (\w+)\b', conditions):
                if table in tables and not tables[table].startswith('survey.'):
                    names = re.findall(rf'\b{alias}\.(\w+)', words)
                    read |= {(tables[table], name) for name in names if name != 'id'}
        self.assertGreater(len(read), 80)
        named = {(model, name) for model, names in history._depends.items() for name in names}
        self.assertEqual(read - named, set())

    def test_receipt_stands_in_the_history(self):
        deal = self._new_deal()
        receipt = self._new_receipt(deal, amount=50, date_planned=fields.Date.add(fields.Date.today(), days=30))
        entry = self._get_history(self.group).filtered(lambda entry: entry.kind == 'receipt')
        self.assertRecordValues(entry, [{'res_id': receipt.id, 'amount': 50, 'deal_id': deal.id}])
        self.assertIn("In plan", entry.summary)

    def test_answered_survey_stands_in_the_history(self):
        """Those who see the client see that a contact answered; the survey itself only those who may read answers."""
        if 'survey.user_input' not in self.env:
            self.skipTest("Odoo's surveys are not installed")
        marketer = self._new_user('asker', 'dealflow.group_viewer,survey.group_survey_manager')
        survey = self.env['survey.survey'].create({'title': "How was the fair?", 'user_id': marketer.id})
        answers = self.env['survey.user_input'].create(
            [
                {'survey_id': survey.id, 'partner_id': self.person.id, 'state': 'done'},
                {'survey_id': survey.id, 'partner_id': self.person.id, 'state': 'in_progress'},
                {'survey_id': survey.id, 'partner_id': self.person.id, 'state': 'done', 'test_entry': True},
            ]
        )
        for reader, summary in ((marketer, "How was the fair?"), (self.rep, "Work of a colleague")):
            self.env.invalidate_all()
            entry = self._get_history(self.group, reader).filtered(lambda entry: entry.kind == 'survey')
            self.assertEqual((entry.res_id, entry.user_id, entry.summary), (answers[0].id, marketer, summary))
        with self.assertRaises(AccessError):
            entry.action_open()

    def test_page_of_ten_thousand_entries_takes_the_queries_of_a_hundred(self):
        specification = {
            'date': {},
            'kind': {},
            'summary': {},
            'amount': {},
            'partner_id': {'fields': {'display_name': {}}},
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
                {'partner': partner.id, 'author': self.env.user.partner_id.id, 'user': self.env.uid, 'size': size},
            )
            self.env.invalidate_all()
            domain = partner.action_dealflow_view_history()['domain']
            self.env['dealflow.history'].web_search_read(domain, specification, limit=80)
            for offset in (0, 80 if size > 100 else 20):
                pages = []
                counts.append(
                    self._count_queries(
                        lambda pages=pages, domain=domain, offset=offset: pages.append(
                            self.env['dealflow.history'].web_search_read(
                                domain, specification, limit=80, offset=offset, count_limit=10_001
                            )
                        )
                    )
                )
                self.assertEqual(len(pages[0]['records']), 80)
                self.assertEqual(pages[0]['length'], size)
        self.assertEqual(len(set(counts)), 1, counts)

    # Rights

    def _sell(self, seller):
        """Create the documents of a seller, and return the history entries that the seller sees."""
        deal = self.env['dealflow.deal'].create(
            {
                'name': f"Deal of {seller.login}",
                'business_partner_id': self.group.id,
                'legal_entity_id': self.alpha.id,
                'user_id': seller.id,
                'amount': 500,
                'opened_on': '2026-01-02',
            }
        )
        deal.message_post(body="Hello", subject=f"Subject of {seller.login}", message_type='comment')
        receipt = self.env['dealflow.receipt'].create(
            {'name': f"Receipt of {seller.login}", 'deal_id': deal.id, 'amount': 50, 'date_planned': '2026-01-10'}
        )
        order = self.env['sale.order'].create({'partner_id': self.alpha.id, 'user_id': seller.id})
        lead = self.env['crm.lead'].create(
            {
                'name': f"Lead of {seller.login}",
                'partner_id': self.person.id,
                'user_id': seller.id,
                'type': 'opportunity',
            }
        )
        claim = self.env['dealflow.claim'].create(
            {
                'name': f"Claim at {seller.login}",
                'business_partner_id': self.group.id,
                'legal_entity_id': self.alpha.id,
                'user_id': seller.id,
                'cost': 70,
            }
        )
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.alpha.id,
                'invoice_date': '2026-01-10',
                'invoice_user_id': seller.id,
                'invoice_line_ids': [fields.Command.create({'name': "Thing", 'price_unit': 10, 'tax_ids': False})],
            }
        )
        invoice.action_post()
        return deal, receipt, order, lead, claim, invoice

    def test_work_of_a_colleague_is_one_line_without_content(self):
        colleague = new_test_user(self.env, 'history_colleague', groups='dealflow.group_user_own')
        own, foreign = self._sell(self.rep), self._sell(colleague)
        history = self.env['dealflow.history'].with_user(self.rep)
        self.env.flush_all()
        self.env.invalidate_all()
        domain = self.group.action_dealflow_view_history()['domain']
        kinds = ('message', 'deal', 'receipt', 'order', 'opportunity', 'claim')
        entries = history.search([*domain, ('kind', 'in', kinds)])
        everything = self.env['dealflow.history'].search([*domain, ('kind', 'in', kinds)])
        self.assertEqual(entries.ids, everything.ids, "that something happened is told")
        closed = entries.filtered(lambda entry: not entry.is_readable)
        self.assertEqual(set(closed.mapped('kind')), set(kinds))
        for entry in closed:
            with self.subTest(kind=entry.kind):
                self.assertIn(entry.res_id, [document.id for document in foreign])
                self.assertEqual((entry.name, entry.detail, entry.amount, entry.deal_id.ids), (False, False, 0.0, []))
                self.assertEqual(entry.summary, "Work of a colleague")
                self.assertTrue(entry.date and entry.partner_id)
                with self.assertRaisesRegex(AccessError, "colleague"):
                    entry.action_open()
        for document in own[:5]:
            with self.subTest(own=document._name):
                entry = (entries - closed).filtered(
                    lambda entry, document=document: (entry.res_model, entry.res_id) == (document._name, document.id)
                )
                self.assertTrue(entry)
                self.assertTrue(all(entry.mapped('name')))
        self.assertFalse(history.search([*domain, ('name', 'ilike', 'history_colleague')]))
        amounts = dict(history._read_group([*domain, ('kind', 'in', kinds)], ['kind'], ['amount:sum']))
        self.assertEqual((amounts['receipt'], amounts['claim'], amounts['deal']), (50, 70, 500))
        with self.assertRaises(AccessError):
            history.search([('of_deal_id.name', '=', 'x')])

    def test_page_tells_what_a_search_over_everything_tells(self):
        """Rights are checked for the rows of a page only, and in one statement where the search looks at content."""
        colleague = new_test_user(self.env, 'history_colleague', groups='dealflow.group_user_own')
        self._sell(self.rep)
        self._sell(colleague)
        self._new_visit(name="Secret", privacy='private', deal_id=self.env['dealflow.deal'].search([], limit=1).id)
        self.env.flush_all()
        names = ['date', 'kind', 'name', 'detail', 'amount', 'deal_id', 'is_readable', 'summary', 'res_id', 'user_id']
        domain = self.group.action_dealflow_view_history()['domain']
        for person in (self.rep, colleague, self.viewer, self.env.user):
            history = self.env['dealflow.history'].with_user(person)
            self.env.invalidate_all()
            # A condition on content, although always true, makes the search use one statement.
            [everything] = [
                history.search_fetch([*domain, '|', ('amount', '=', False), ('amount', '!=', False)], names).read(names)
            ]
            found = []
            for offset in range(0, len(everything) + 4, 4):
                self.env.invalidate_all()
                found += history.search_fetch(domain, names, offset=offset, limit=4).read(names)
            with self.subTest(person.login):
                self.assertEqual(found, everything)
                self.assertEqual(history.search_count(domain), len(everything))
                self.env.invalidate_all()
                one_by_one = [history.browse(entry['id']).read(names)[0] for entry in everything]
                self.assertEqual(one_by_one, everything)
                newest = history.search_fetch(domain, names, order='amount desc, id', limit=3).read(names)
                self.assertEqual(
                    [entry['id'] for entry in newest],
                    history.search([*domain, ('amount', '!=', 0)], order='amount desc, id', limit=3).ids,
                )

    def test_rows_of_others_are_not_found_by_a_place_that_a_person_names(self):
        """Only our own methods may name the rows to read through the context: a value passed over RPC is ignored."""
        colleague = new_test_user(self.env, 'history_colleague', groups='dealflow.group_user_own')
        self._sell(colleague)
        self.env.flush_all()
        domain = self.group.action_dealflow_view_history()['domain']
        history = self.env['dealflow.history'].with_user(self.rep)
        expected = history.search_fetch(domain, limit=80).read(['name', 'amount'])
        for given in ([], [1], True):
            self.env.invalidate_all()
            found = history.with_context(dealflow_history_rows=given).search_fetch(domain, limit=80)
            self.assertEqual(found.read(['name', 'amount']), expected)

    def test_invoices_and_payments_are_told_to_who_reads_them(self):
        *_documents, invoice = self._sell(self.rep)
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=invoice.ids).create(
            {}
        ).action_create_payments()
        viewer = new_test_user(self.env, 'history_viewer', groups='dealflow.group_viewer')
        accountant = new_test_user(
            self.env, 'history_accountant', groups='dealflow.group_viewer,account.group_account_invoice'
        )
        for person, is_told in ((viewer, False), (accountant, True)):
            self.env.invalidate_all()
            entries = self._get_history(self.alpha, person).filtered(lambda entry: entry.kind in ('invoice', 'payment'))
            with self.subTest(person.login):
                self.assertEqual(len(entries), 2)
                self.assertEqual(set(entries.mapped('is_readable')), {is_told})
                self.assertEqual(any(entries.mapped('amount')), is_told)
                self.assertEqual(any(entries.mapped('name')), is_told)

    def test_who_sees_all_reads_all(self):
        self._sell(self.rep)
        seller = new_test_user(
            self.env,
            'history_seller',
            groups='dealflow.group_user,dealflow.group_receipts,account.group_account_invoice',
        )
        entries = self._get_history(self.alpha, seller)
        self.assertTrue(entries)
        self.assertTrue(all(entries.mapped('is_readable')))
