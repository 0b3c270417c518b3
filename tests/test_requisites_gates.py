from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .requisites_common import RequisitesCommon


@tagged('post_install', '-at_install')
class TestRequisitesGates(RequisitesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env['product.product'].create({'name': "Thing", 'list_price': 10})

    def test_new_company_is_warned(self):
        company = self.env['res.company'].create({'name': "Second"})
        self.assertRecordValues(
            company,
            [
                {
                    'dealflow_gate_order': 'warn',
                    'dealflow_gate_invoice': 'warn',
                    'dealflow_gate_contract': 'warn',
                    'dealflow_gate_stage': 'warn',
                    'dealflow_four_eyes': True,
                }
            ],
        )

    def test_blocked_order_is_not_confirmed_by_button_or_write(self):
        self.env.company.dealflow_gate_order = 'block'
        order = self._new_order(self.alpha, self.product)
        with self.assertRefused(UserError, "has not confirmed the requisites of Alpha"):
            order.action_confirm()
        with self.assertRaises(UserError):
            order.write({'state': 'sale'})
        order.invalidate_recordset()
        self.assertEqual(order.state, 'draft')

    def test_client_who_signs_is_refused_without_a_word_of_our_books(self):
        self.env.company.dealflow_gate_order = 'block'
        self._confirm()
        self.alpha.with_user(self.rep).street = "Two Street"
        client = self._new_user('client', 'base.group_portal')
        order = self._new_order(self.alpha, self.product)
        with self.assertRaises(UserError) as raised, self.env.cr.savepoint():
            order.with_user(client).sudo().action_confirm()
        self.assertIn("have to be confirmed by our accountants", str(raised.exception))
        for secret in ("One Street", self.rep.name, "Alpha"):
            self.assertNotIn(secret, str(raised.exception))

    def test_client_who_has_paid_is_not_refused(self):
        """A paid order is confirmed, by the client or by Odoo's job; its note tells accounting what to check."""
        self.env.company.dealflow_gate_order = 'block'
        client = self._new_user('client', 'base.group_portal')
        provider = self.env['payment.provider'].search([('company_id', '=', self.env.company.id)], limit=1)
        for person in (client, self.env.ref('base.user_root')):
            with self.subTest(person=person.login):
                order = self._new_order(self.alpha, self.product)
                payment = self.env['payment.transaction'].create(
                    {
                        'provider_id': provider.id,
                        'payment_method_id': self.env.ref('payment.payment_method_unknown').id,
                        'reference': order.name,
                        'amount': order.amount_total,
                        'currency_id': order.currency_id.id,
                        'partner_id': order.partner_id.id,
                        'sale_order_ids': [fields.Command.set(order.ids)],
                    }
                )
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    order.with_user(person).sudo().action_confirm()
                payment.state = 'done'
                order.with_user(person).sudo().action_confirm()
                self.assertEqual(order.state, 'sale')
                self.assertIn("requisites of Alpha", self._get_notes(order))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            copy = order.copy()
            copy.transaction_ids = payment
            copy.with_user(self.rep).sudo().action_confirm()

    def test_confirmed_entity_passes_the_block(self):
        self.env.company.dealflow_gate_order = 'block'
        self._confirm()
        order = self._new_order(self.alpha, self.product)
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def _new_batch(self):
        """Return draft invoices of one client with confirmed requisites and of two without."""
        self._confirm()
        return sum(
            (
                self._new_invoice(entity)
                for entity in (self.alpha, self._new_partner("Beta"), self._new_partner("Gamma"))
            ),
            self.env['account.move'],
        )

    def test_blocked_invoices_of_a_batch_stay_drafts_and_are_named(self):
        self.env.company.dealflow_gate_invoice = 'block'
        invoices = self._new_batch()
        result = invoices.action_post()
        self.assertEqual(invoices.mapped('state'), ['posted', 'draft', 'draft'])
        self.assertEqual(result['tag'], 'display_notification')
        for invoice in invoices[1:]:
            self.assertIn(invoice.display_name, result['params']['message'])
            self.assertIn(f"requisites of {invoice.partner_id.name}", invoice.message_ids[0].body)
        self.assertNotIn(invoices[0].name, result['params']['message'])
        with self.assertRefused(UserError, "has not confirmed the requisites of Beta"):
            invoices[1:].action_post()
        with self.assertRefused(UserError, "has not confirmed the requisites of Beta"):
            invoices[1].action_post()

    def test_blocked_invoices_of_a_list_stay_drafts_and_are_named(self):
        """The buttons on the list of invoices; some of them open a dialog first."""
        self.env.company.dealflow_gate_invoice = 'block'
        invoices = self._new_batch()
        result = invoices.action_validate_moves_with_confirmation()
        self.assertEqual(invoices.mapped('state'), ['posted', 'draft', 'draft'])
        self.assertIn("Beta", result['params']['message'])
        self.alpha.with_user(self.rep).street = "Two Street"
        self._confirm()
        again = self._new_invoice(self.alpha) + invoices[1:]
        dialog = self.env['validate.account.move'].create({'move_ids': [(6, 0, again.ids)]})
        result = dialog.validate_move()
        self.assertEqual(again.mapped('state'), ['posted', 'draft', 'draft'])
        self.assertIn("Gamma", result['params']['message'])

    def test_warned_batch_is_posted_whole(self):
        self.env.company.dealflow_gate_invoice = 'warn'
        invoices = self._new_batch()
        self.assertFalse(invoices.action_post())
        self.assertEqual(set(invoices.mapped('state')), {'posted'})

    def test_block_says_what_changed_when_and_by_whom(self):
        self.env.company.dealflow_gate_order = 'block'
        self._confirm()
        self.alpha.with_user(self.rep).street = "Two Street"
        order = self._new_order(self.alpha, self.product)
        with self.assertRaises(UserError) as raised, self.env.cr.savepoint():
            order.action_confirm()
        message = str(raised.exception)
        self.assertIn("“One Street” → “Two Street”", message)
        self.assertIn(self.rep.name, message)
        self.assertIn(fields.Date.to_string(self.alpha.requisites_changed_on), message)

    def test_warned_order_is_confirmed_and_the_user_is_told(self):
        order = self._new_order(self.alpha, self.product)
        self.assertIn("not confirmed", order.requisites_warning.lower())
        with (
            patch('odoo.addons.dealflow.models.partners.gate.dealflow_requisites_mixin.request', True),
            patch.object(type(self.env.user), '_bus_send') as bus_send,
        ):
            order.action_confirm()
        self.assertEqual(order.state, 'sale')
        messages = [
            call.args[1]['message']
            for call in bus_send.mock_calls
            if call.args and call.args[0] == 'simple_notification'
        ]
        self.assertIn("Alpha", messages[0])
        self.assertFalse(order.requisites_warning)

    def _get_notes(self, document):
        return " ".join(document.message_ids.mapped('body'))

    def test_warning_is_kept_in_the_chatter_of_what_passed(self):
        """A cron or an integration shows no warnings, so the document logs the warning in its chatter."""
        order, invoice = self._new_order(self.alpha, self.product), self._new_invoice(self.alpha)
        contract = self.env['dealflow.contract'].create({'name': "Contract", 'entity_id': self.alpha.id})
        order.action_confirm()
        invoice.action_post()
        contract.action_activate()
        for document in (order, invoice, contract):
            self.assertIn("Allowed although accounting has not confirmed", self._get_notes(document), document)
            self.assertIn("requisites of Alpha", self._get_notes(document), document)

    def test_warning_is_kept_for_each_document_of_its_own_entity(self):
        self._confirm()
        beta = self._new_partner("Beta")
        confirmed, unconfirmed = self._new_order(self.alpha, self.product), self._new_order(self.alpha, self.product)
        unconfirmed.partner_id = beta
        (confirmed + unconfirmed).action_confirm()
        self.assertNotIn("Allowed although", self._get_notes(confirmed))
        self.assertIn("requisites of Beta", self._get_notes(unconfirmed))

    def test_warning_is_kept_in_the_chatter_of_the_deal_that_moved(self):
        funnel = self._new_funnel("Funnel", *({'name': name, 'require_comment': False} for name in ("Talk", "Signed")))
        signed = funnel.stage_ids[1]
        signed.requirement_ids = [fields.Command.create({'kind': 'entity_confirmed'})]
        deal = self._new_deal(funnel_id=funnel.id, business_partner_id=self.alpha.id)
        self.assertNotIn("Allowed although", self._get_notes(deal))
        deal.action_move_stage(signed.id, "Moved by an integration", "moved")
        self.assertIn("requisites of Alpha", self._get_notes(deal))

    def test_ignored_order_is_confirmed_in_silence(self):
        self.env.company.dealflow_gate_order = 'ignore'
        order = self._new_order(self.alpha, self.product)
        self.assertFalse(order.requisites_warning)
        order.action_confirm()
        self.assertEqual(order.state, 'sale')
        self.assertNotIn("Allowed although", self._get_notes(order))

    def test_blocked_invoice_is_not_posted(self):
        self.env.company.dealflow_gate_invoice = 'block'
        invoice = self._new_invoice(self.alpha)
        self.assertIn("Alpha", invoice.requisites_warning)
        with self.assertRefused(UserError, "requisites of Alpha"):
            invoice.action_post()
        self._confirm()
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_invoice_of_a_contact_person_asks_for_the_company(self):
        self.env.company.dealflow_gate_invoice = 'block'
        person = self._new_contact("Person", self.alpha, type='invoice')
        invoice = self._new_invoice(self.alpha)
        invoice.partner_id = person
        with self.assertRefused(UserError, "requisites of Alpha"):
            invoice.action_post()

    def test_entry_without_partner_is_posted_under_block(self):
        self.env.company.dealflow_gate_invoice = 'block'
        move = self.env['account.move'].create({'move_type': 'entry'})
        move.line_ids = [
            fields.Command.create({'account_id': account.id, 'balance': balance})
            for account, balance in zip(
                self.env['account.account'].search([('account_type', '=', 'expense')], limit=2), (5, -5), strict=False
            )
        ]
        move.action_post()
        self.assertEqual(move.state, 'posted')

    def test_gates_are_set_for_each_company(self):
        other_company = self.env['res.company'].create({'name': "Second", 'dealflow_gate_order': 'block'})
        self.assertTrue(self.alpha._check_dealflow_requisites_gate('order'), "the present company only warns")
        with self.assertRaises(UserError):
            self.alpha._check_dealflow_requisites_gate('order', other_company)
