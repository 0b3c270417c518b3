from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRuleDeeds(RuleCommon):
    """What rules do (C35-C48), each kind looked at by its effect, set off by a rep and done as the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal(cls.rep_north, contact_ids=[Command.set(cls.contact.ids)])
        cls.person = {'person': 'user', 'user_id': cls.head_north.id}

    def _set_off(self, *actions, record=None, **values):
        """Let a rule with these actions act, because a rep changes the amount of the deal; return its run."""
        self.rules.search([]).filtered(lambda rule: rule.state == 'on').write({'active': False})
        rule = self._new_rule(*actions, domain="[('amount', '>', 1)]", **values)
        self.deal.with_user(self.rep_north).amount += 10
        self.env.flush_all()
        self.assertEqual(len(rule.run_ids), 1)
        return rule.run_ids

    def assertDone(self, run, deed=None):
        self.assertFalse(run.error)
        self.assertRecordValues(run, [{'outcome': 'done', 'owner_id': self.manager.id, 'causer_id': self.rep_north.id}])
        if deed:
            self.assertEqual(run.deeds, deed)

    def test_values_of_every_type(self):
        tag = self.env['crm.tag'].create({'name': "Rule tag"})
        choice = self._get_field('dealflow.deal', 'priority').selection_ids.filtered(lambda each: each.value == '2')
        run = self._set_off(
            self._set('short_status', text="large"),
            self._set('probability', number=42),
            self._set('priority', selection_value_id=choice.id),
            self._set('expected_close_date', days=3),
            self._set('tag_ids', record_id=tag.id),
            self._set('business_partner_id', record_id=self.other_partner.id),
        )
        self.assertDone(run)
        self.assertRecordValues(
            self.deal,
            [
                {
                    'short_status': "large",
                    'probability': 42,
                    'priority': '2',
                    'tag_ids': tag.ids,
                    'business_partner_id': self.other_partner.id,
                }
            ],
        )
        self.assertTrue(self.deal.expected_close_date)

    def test_activity(self):
        """A task for the head, in three days (C35)."""
        run = self._set_off(
            {'kind': 'activity', 'activity_type_id': self.call.id, 'days': 3, 'text': "Ask", **self.person}
        )
        self.assertDone(run, f"Activity “Call” for {self.head_north.name}")
        activity = self.deal.activity_ids
        self.assertRecordValues(activity, [{'user_id': self.head_north.id, 'summary': "Ask"}])
        self.assertEqual((activity.date_deadline - run.date.date()).days, 3)

    def test_message_inside(self):
        """The head finds it in the inbox (C41)."""
        self.assertDone(self._set_off({'kind': 'message', 'text': "Look <here>", **self.person}))
        message = self.env['mail.message'].search([('partner_ids', 'in', self.head_north.partner_id.ids)], limit=1)
        self.assertIn("Look &lt;here&gt;", message.body)

    def test_opportunity(self):
        """An opportunity of the client of the deal (C36)."""
        self.assertDone(self._set_off({'kind': 'opportunity', 'title': "Lamps", **self.person}))
        lead = self.env['crm.lead'].search([('name', '=', "Lamps")])
        self.assertRecordValues(lead, [{'partner_id': self.partner.id, 'user_id': self.head_north.id}])

    def test_repeat_deal_with_its_products(self):
        """The repeat sale: a deal with the same client and products (C37, C53)."""
        self.env['dealflow.deal.line'].create(
            {'deal_id': self.deal.id, 'product_id': self.product.id, 'quantity': 2, 'price_unit': 100}
        )
        rule = self._new_rule({'kind': 'deal', 'person': 'responsible'}, trigger='stage', stage_id=self.stage_signed.id)
        self.deal.with_user(self.rep_north).action_win("They have signed")
        self.assertEqual(rule.run_ids.outcome, 'done', rule.run_ids.error)
        again = self.deal.successor_ids
        self.assertRecordValues(
            again, [{'business_partner_id': self.partner.id, 'user_id': self.rep_north.id, 'amount': 200}]
        )
        self.assertEqual(again.line_ids.product_id, self.product)
        self.assertEqual(again.stage_id, self.stage_talk)

    def test_deal_of_an_opportunity(self):
        """The opportunity is converted, and counts once."""
        self._new_rule(
            {'kind': 'deal', 'title': "Converted", 'funnel_id': self.funnel.id, **self.person},
            object='opportunity',
            domain="[('expected_revenue', '>', 1000)]",
        )
        lead = self._new_lead(self.rep_north, partner_id=self.partner.id, user_id=self.rep_north.id)
        self._begin_save(lead)
        lead.expected_revenue = 5000
        deal = self.env['dealflow.deal'].search([('lead_id', '=', lead.id)])
        self.assertRecordValues(deal, [{'name': "Converted", 'funnel_id': self.funnel.id, 'amount': 5000}])

    def test_invoice_of_an_order(self):
        """A draft invoice of what was ordered (C38)."""
        owner = self._new_user('owner', 'dealflow.group_manager,account.group_account_invoice')
        rule = self._new_rule({'kind': 'invoice'}, user=owner, object='order', domain="[('state', '=', 'sale')]")
        self.product.invoice_policy = 'order'
        order = self._new_order(self.partner, self.product)
        self._begin_save(order)
        order.action_confirm()
        self.assertEqual(rule.run_ids.mapped('error'), [False])
        self.assertRecordValues(order.invoice_ids, [{'state': 'draft', 'partner_id': self.partner.id}])

    def test_invoice_of_a_list_of_products(self):
        owner = self._new_user('owner', 'dealflow.group_manager,account.group_account_invoice')
        self.deal.legal_entity_id = self.partner
        self.env['dealflow.deal.line'].create({'deal_id': self.deal.id, 'name': "Chairs", 'price_unit': 70})
        self._new_rule({'kind': 'invoice'}, user=owner, trigger='stage', stage_id=self.stage_signed.id)
        self.deal.with_user(self.rep_north).action_win("They have signed")
        invoice = self.env['account.move'].search([('partner_id', '=', self.partner.id)])
        self.assertRecordValues(invoice, [{'state': 'draft', 'move_type': 'out_invoice'}])
        self.assertEqual(invoice.invoice_line_ids.mapped('price_unit'), [70])

    def test_product(self):
        """The product is added once (C45)."""
        # The amount would follow from the products.
        rule = self._new_rule(
            {'kind': 'product', 'product_id': self.product.id, 'quantity': 3}, domain="[('short_status', '=', 'x')]"
        )
        for status in ("x", "y", "x"):
            self.deal.with_user(self.rep_north).short_status = status
            self._begin_save()
        self.assertRecordValues(self.deal.line_ids, [{'product_id': self.product.id, 'quantity': 3}])
        self.assertEqual(rule.run_count, 1)

    def test_product_of_an_order(self):
        other = self.env['product.product'].create({'name': "Delivery", 'list_price': 10})
        self._new_rule(
            {'kind': 'product', 'product_id': other.id}, object='order', domain="[('note', 'ilike', 'rush')]"
        )
        order = self._new_order(self.partner, self.product, user=self.rep_north)
        self._begin_save(order)
        order.note = "a rush order"
        self.assertEqual(order.order_line.product_id, self.product + other)

    def test_co_executor(self):
        """A co-executor comes and goes (C46, C47)."""
        self.assertDone(
            self._set_off({'kind': 'co_add', 'person': 'user', 'user_id': self.rep_south.id}),
            f"Co-executor: {self.rep_south.name}",
        )
        self.assertEqual(self.deal.co_executor_ids, self.rep_south)
        self.deal.with_user(self.rep_south).name = "Chairs and tables"
        self._new_rule(
            {'kind': 'co_remove', 'person': 'user', 'user_id': self.rep_south.id},
            trigger='stage',
            stage_id=self.stage_offer.id,
        )
        self.deal.with_user(self.rep_north).action_move_stage(self.stage_offer.id, "They have it", "offer")
        self.assertFalse(self.deal.co_executor_ids)

    def test_email_to_the_contact(self):
        """Subject and text of the action, from the owner, to the contact of the deal (C44)."""
        run = self._set_off({'kind': 'email', 'recipient': 'contact', 'subject': "Your chairs", 'text': "On their way"})
        self.assertDone(run)
        message = self.deal.message_ids.filtered(lambda each: each.subject == "Your chairs")
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertIn("On their way", message.body)
        self.assertEqual(message.notified_partner_ids, self.contact)

    def test_email_to_others(self):
        for recipient, values, address in (
            ('person', {'person': 'head'}, self.head_north.email),
            ('person', {'person': 'responsible'}, self.rep_north.email),
            ('address', {'email_to': "boss@example.com"}, "boss@example.com"),
        ):
            with self.subTest(recipient=recipient, **values):
                before = self.env['mail.mail'].sudo().search([])
                run = self._set_off({'kind': 'email', 'recipient': recipient, 'subject': "S", 'text': "T", **values})
                self.assertDone(run)
                if recipient == 'address':
                    mail = self.env['mail.mail'].sudo().search([]) - before
                    self.assertEqual((mail.email_to, mail.res_id), (address, self.deal.id))
                else:
                    self.assertIn(address, run.deeds)

    def test_email_goes_to_nobody_else(self):
        """Clients and colleagues who follow the deal get nothing of what is written to one person."""
        client = self.env['res.partner'].create({'name': "Follower", 'email': "follower@example.com"})
        self.deal.message_subscribe((client | self.contact | self.rep_south.partner_id).ids)
        letter = {'kind': 'email', 'subject': "Only you", 'text': "Our margin is thin"}
        template = self.env['mail.template'].create(
            {
                'name': "Only you",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'subject': "Only you",
                'body_html': "<p>Our margin is thin</p>",
            }
        )
        for name, values, people, is_note in (
            ('colleague', {'recipient': 'person', 'person': 'head'}, self.head_north.partner_id, True),
            ('the owner', {'recipient': 'person', **self.person, 'user_id': self.manager.id}, None, True),
            ('contact', {'recipient': 'contact'}, self.contact, False),
            ('template', {'recipient': 'contact', 'template_id': template.id}, self.contact, False),
        ):
            with self.subTest(name):
                before, mails = self.deal.message_ids, self.env['mail.mail'].sudo().search([])
                self.assertDone(self._set_off({**letter, **values}))
                message = (self.deal.message_ids - before).filtered(lambda each: each.subject == "Only you")
                self.assertEqual(message.sudo().notified_partner_ids, people or self.manager.partner_id)
                self.assertEqual(message.subtype_id.internal, is_note)
                mails = self.env['mail.mail'].sudo().search([]) - mails
                for mail in mails.filtered(lambda each: each.subject == "Only you"):
                    self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
                    self.assertIn("'X-Auto-Response-Suppress': 'All'", mail.headers)
        before = self.env['mail.mail'].sudo().search([])
        self.assertDone(self._set_off({**letter, 'recipient': 'address', 'email_to': "boss@example.com"}))
        mail = self.env['mail.mail'].sudo().search([]) - before
        self.assertRecordValues(mail, [{'email_to': "boss@example.com", 'recipient_ids': [], 'is_internal': True}])
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        self.assertIn(mail.mail_message_id, self.deal.message_ids, "a trace for colleagues")
        self.assertFalse(mail.mail_message_id.notified_partner_ids)

    def test_letter_leaves_as_one_of_a_program(self):
        self._set_off({'kind': 'email', 'recipient': 'contact', 'subject': "Only you", 'text': "T"})
        mails = self.env['mail.mail'].sudo().search([('subject', '=', "Only you")])
        self.assertTrue(mails)
        for mail in mails:
            self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)

    def test_email_from_a_template(self):
        """At a stage the client gets the letter of the template (X50)."""
        template = self.env['mail.template'].create(
            {
                'name': "Thanks",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'subject': "About {{ object.name }}",
                'body_html': "<p>Dear <t t-out=\"object.business_partner_id.name\"/></p>",
            }
        )
        self._new_rule(
            {'kind': 'email', 'recipient': 'contact', 'template_id': template.id},
            trigger='stage',
            stage_id=self.stage_offer.id,
        )
        self.deal.with_user(self.rep_north).action_move_stage(self.stage_offer.id, "They have it", "offer")
        message = self.deal.message_ids.filtered(lambda each: each.subject == "About Chairs")
        self.assertIn("Dear Ромашка", message.body)
        self.assertEqual(message.notified_partner_ids, self.contact)

    def test_contact_without_address(self):
        self.contact.email = False
        run = self._set_off({'kind': 'email', 'recipient': 'contact', 'subject': "S", 'text': "T"})
        self.assertEqual(run.outcome, 'failed')
        self.assertIn("has no contact with “Email”", run.error)

    def test_sms(self):
        """With a provider the message goes into its queue; without one the action says so (C42, C43)."""
        actions = {
            kind: {'kind': kind, 'text': "We are coming", **self.person} for kind in ('sms_client', 'sms_person')
        }
        if 'sms.sms' not in self.env:
            for action in actions.values():
                with self.assertRefused(ValidationError, "there is no SMS provider"):
                    self._new_rule(action)
            return
        self.contact.phone, self.head_north.phone = "+359 2 444 5555", "+359 2 444 6666"
        for action in actions.values():
            self.assertDone(self._set_off(action))
        messages = self.env['sms.sms'].sudo().search([('body', '=', "We are coming")])
        self.assertEqual(sorted(messages.mapped('number')), ["+35924445555", "+35924446666"])
        self.contact.phone = False
        self.assertIn("has no contact with “Phone”", self._set_off(actions['sms_client']).error)

    def test_document(self):
        """The printed order is attached to it, made with the rights of the owner (C48)."""
        report = self.env.ref('sale.action_report_saleorder')
        rule = self._new_rule(
            {'kind': 'document', 'report_id': report.id}, object='order', domain="[('note', 'ilike', 'print')]"
        )
        order = self._new_order(self.partner, self.product, user=self.rep_north)
        self._begin_save(order)
        order.note = "please print"
        self.assertEqual(rule.run_ids.mapped('error'), [False])
        file = self.env['ir.attachment'].search([('res_model', '=', 'sale.order'), ('res_id', '=', order.id)])
        self.assertIn(order.name, file.name)
        self.assertEqual(file.create_uid, self.manager)
        self.assertTrue(file.raw)

    def test_half_configured_actions_are_refused(self):
        report = self.env.ref('sale.action_report_saleorder')
        template = self.env['mail.template'].create({'name': "x", 'model_id': self.env['ir.model']._get_id('crm.lead')})
        for message, action in (
            ("choose a template, or write", {'kind': 'email', 'subject': "x"}),
            ("enter the address", {'kind': 'email', 'recipient': 'address', 'subject': "x", 'text': "x"}),
            ("template is for something else", {'kind': 'email', 'template_id': template.id}),
            ("choose the product", {'kind': 'product'}),
            ("choose the document", {'kind': 'document'}),
            ("choose the document", {'kind': 'document', 'report_id': report.id}),
            ("choose a person", {'kind': 'co_add', 'person': 'user'}),
            ("address that begins with https", {'kind': 'webhook'}),
            ("address that begins with https", {'kind': 'webhook', 'webhook_url': "ftp://example.com"}),
        ):
            with self.subTest(message=message), self.assertRefused(ValidationError, message):
                self._new_rule(action)
        for message, action, kind in (
            ("these objects: Deal", {'kind': 'co_add', **self.person}, 'order'),
            ("choose the product", {'kind': 'invoice'}, 'contact'),
            ("these objects", {'kind': 'product', 'product_id': self.product.id}, 'claim'),
        ):
            with self.subTest(message=message), self.assertRefused(ValidationError, message):
                self._new_rule(action, object=kind, trigger='created')

    def test_owner_must_have_the_right(self):
        """A manager without Invoicing cannot let a rule make invoices."""
        rule = self._new_rule({'kind': 'invoice'}, on=False)
        with self.assertRefused(AccessError, "who has no right to do this: “Create a draft invoice”"):
            rule.action_switch_on()

    def test_rule_that_creates_its_own_object_stops(self):
        """A deal that makes a deal that makes a deal: stopped after five steps, and the save stands."""
        rule = self._new_rule({'kind': 'deal', 'title': "Again", **self.person}, trigger='created', name="Endless")
        deal = self._new_deal(self.rep_north)
        self.assertTrue(deal.exists())
        self.assertEqual(self.env['dealflow.deal'].search_count([('name', '=', "Again")]), 5)
        self.assertEqual(rule.run_ids.mapped('outcome').count('failed'), 1)
        error = rule.run_ids.filtered('error').error
        self.assertIn(" → ".join(["Endless"] * 6), error)

    def test_two_rules_that_create_for_each_other(self):
        self._new_rule({'kind': 'opportunity', **self.person}, trigger='created', name="First")
        second = self._new_rule({'kind': 'deal', **self.person}, trigger='created', name="Second", object='opportunity')
        # Converting an opportunity makes a deal, which makes an opportunity.
        self._new_deal(self.rep_north)
        failed = self.env['dealflow.rule.run'].search([('outcome', '=', 'failed')])
        self.assertEqual(len(failed), 1)
        self.assertIn("First → Second → First", failed.error)
        self.assertTrue(second.run_ids.causing_rule_id)
