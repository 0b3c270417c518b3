from odoo import fields
from odoo.tests import Form, tagged

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestSeparatePartners(PartnerCommon):
    """The setting «Keep partners and legal entities independently»; Alpha is the default legal entity of Group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The demo data enables the setting.
        cls.env['res.config.settings'].create({'group_dealflow_separate_partners': False}).execute()
        cls.rep.group_ids |= cls.env.ref('base.group_partner_manager')
        cls.group.entity_link_ids.filtered(lambda link: link.entity_id == cls.alpha).is_default = True
        cls.product = cls.env['product.product'].create({'name': "Thing", 'list_price': 100})

    def _switch(self, value):
        self.env['res.config.settings'].create({'group_dealflow_separate_partners': value}).execute()
        self.env.registry.clear_cache('templates')

    def _get_form(self, model, user=None):
        return self.env[model].with_user(user or self.rep).get_view(view_type='form')['arch']

    def test_off_orders_and_invoices_have_one_field(self):
        self._switch(False)
        for model in ('sale.order', 'account.move'):
            arch = self._get_form(model, self.env.ref('base.user_admin'))
            self.assertNotIn('name="business_partner_id"', arch)
            self.assertNotIn('dealflow_show_all_entities', arch)
            self.assertNotIn('dealflow_current_partner_ids', arch)

    def test_on_orders_invoices_and_deals_have_two_fields_and_a_box(self):
        self._switch(True)
        for model in ('sale.order', 'account.move', 'dealflow.deal'):
            arch = self._get_form(model, self.env.ref('base.user_admin'))
            self.assertIn('name="business_partner_id"', arch)
            self.assertIn('show_all_entities', arch)
        self.assertIn("('dealflow_current_partner_ids', '=', business_partner_id)", self._get_form('sale.order'))

    def test_switch_is_explained_before_it_is_saved(self):
        settings = self.env['res.config.settings'].new({'group_dealflow_separate_partners': True})
        self.assertIn(
            "copy of the database", settings._onchange_group_dealflow_separate_partners()['warning']['message']
        )
        self._switch(True)
        settings = self.env['res.config.settings'].new({'group_dealflow_separate_partners': False})
        self.assertIn("are kept", settings._onchange_group_dealflow_separate_partners()['warning']['message'])

    def test_switching_on_and_off_loses_nothing(self):
        order_before = self._new_order(self.stranger)
        self._switch(True)
        with Form(self.env['sale.order'].with_user(self.rep)) as form:
            form.business_partner_id = self.group
        order = form.record
        self._switch(False)
        with Form(self.env['sale.order'].with_user(self.rep)) as form:
            form.partner_id = self.beta
        order_after = form.record
        self.assertRecordValues(
            order_before + order + order_after,
            [
                {'partner_id': self.stranger.id, 'business_partner_id': self.stranger.id},
                {'partner_id': self.alpha.id, 'business_partner_id': self.group.id},
                {'partner_id': self.beta.id, 'business_partner_id': self.group.id},
            ],
        )
        self.assertEqual(self.group.entity_link_ids.entity_id, self.alpha + self.beta)
        for each in order_before + order + order_after:
            each.order_line = [fields.Command.create({'product_id': self.product.id})]
            each.action_confirm()
            self.assertEqual(each.state, 'sale')

    def test_entity_made_from_the_list_of_a_partner_belongs_to_it(self):
        """A legal entity created from the list of a partner is linked to that partner (C91)."""
        action = self.group.with_user(self.rep).action_dealflow_view_legal_entities()
        gamma = self.env['res.partner'].with_user(self.rep).with_context(**action['context']).create({'name': "Gamma"})
        self.assertEqual(gamma.counterparty_role, 'entity')
        self.assertEqual(gamma.business_partner_id, self.group)
        self.assertIn(gamma, self.env['res.partner'].search(action['domain']))

    def test_choosing_the_partner_fills_its_default_entity(self):
        self._switch(True)
        with Form(self.env['sale.order'].with_user(self.rep)) as form:
            form.business_partner_id = self.group
            self.assertEqual(form.partner_id, self.alpha)
            form.partner_id = self.beta
            self.assertEqual(form.business_partner_id, self.group)
        self.assertEqual(form.record.partner_id, self.beta)

    def test_choosing_a_foreign_entity_changes_the_partner(self):
        self._switch(True)
        with Form(self.env['sale.order'].with_user(self.rep)) as form:
            form.business_partner_id = self.group
            form.dealflow_show_all_entities = True
            form.partner_id = self.stranger
            self.assertEqual(form.business_partner_id, self.stranger)

    def test_orders_of_any_entity_take_the_common_terms(self):
        term = self.env['account.payment.term'].create({'name': "Group term"})
        pricelist = self.env['product.pricelist'].create({'name': "Group prices"})
        self.group.write(
            {
                'property_payment_term_id': term.id,
                'specific_property_product_pricelist': pricelist.id,
                'dealflow_discount': 7.0,
            }
        )
        orders = self._new_order(self.alpha, self.product) + self._new_order(self.beta, self.product)
        self.assertEqual(orders.payment_term_id, term)
        self.assertEqual(orders.pricelist_id, pricelist)
        self.assertEqual(orders.order_line.mapped('discount'), [7.0, 7.0])
        self.assertEqual(orders.order_line.mapped('price_subtotal'), [93.0, 93.0])

    def test_taxes_follow_the_entity_and_not_the_partner(self):
        position = self.env['account.fiscal.position'].create(
            {'name': "Norway", 'auto_apply': True, 'country_id': self.env.ref('base.no').id}
        )
        self.alpha.country_id = self.env.ref('base.no')
        order = self._new_order(self.alpha)
        self.assertEqual(order.business_partner_id, self.group)
        self.assertEqual(order.fiscal_position_id, position)

    def test_order_without_common_terms_takes_those_of_the_entity(self):
        term = self.env['account.payment.term'].create({'name': "Own term"})
        self.stranger.property_payment_term_id = term
        self.assertEqual(self._new_order(self.stranger).payment_term_id, term)

    def test_credit_limit_counts_all_entities_of_the_group(self):
        self.env.company.account_use_credit_limit = True
        self.group.credit_limit = 150
        for entity in self.alpha + self.beta:
            order = self.env['sale.order'].create(
                {
                    'partner_id': entity.id,
                    'order_line': [fields.Command.create({'product_id': self.product.id, 'tax_ids': False})],
                }
            )
            warning = order.partner_credit_warning
            order.action_confirm()
            self.env.invalidate_all()
        self.assertIn("All legal entities of Group together", warning)

    def _invoice_form(self, move_type='out_invoice'):
        accountant = self._new_user('accountant', 'account.group_account_invoice')
        return Form(self.env['account.move'].with_user(accountant).with_context(default_move_type=move_type))

    def test_invoice_without_an_order_takes_the_common_payment_term(self):
        """The term of the partner applies, also if the partner is set after the entity, and on bills (C86, C94)."""
        term, supplier_term = self.env['account.payment.term'].create([{'name': "Group term"}, {'name': "Our term"}])
        self.group.write({'property_payment_term_id': term.id, 'property_supplier_payment_term_id': supplier_term.id})
        with self._invoice_form() as form:
            form.partner_id = self.stranger
            self.assertFalse(form.invoice_payment_term_id)
            form.partner_id = self.beta
            self.assertEqual(form.invoice_payment_term_id, term)
        self.assertEqual(form.record.business_partner_id, self.group)
        bill = self._new_invoice(self.alpha, move_type='in_invoice')
        self.assertEqual(bill.invoice_payment_term_id, supplier_term)
        bill.business_partner_id = self.alpha
        self.assertFalse(bill.invoice_payment_term_id)

    def test_payment_term_of_a_posted_invoice_stays(self):
        own_term, term = self.env['account.payment.term'].create([{'name': "Own term"}, {'name': "Group term"}])
        invoice = self._new_invoice(self.stranger, invoice_payment_term_id=own_term.id, post=True)
        self.group.property_payment_term_id = term
        self._link(self.group, self.stranger)
        invoice.business_partner_id = self.group
        self.env.flush_all()
        self.assertEqual(invoice.invoice_payment_term_id, own_term)

    def test_invoice_takes_the_terms_agreed_with_its_own_company(self):
        term = self.env['account.payment.term'].create({'name': "Group term"})
        self.group.property_payment_term_id = term
        other_company = self.env['res.company'].create({'name': "Second"})
        invoice = self.env['account.move'].new(
            {'move_type': 'out_invoice', 'partner_id': self.alpha.id, 'company_id': other_company.id}
        )
        self.assertEqual(invoice.business_partner_id, self.group)
        self.assertFalse(invoice.invoice_payment_term_id)

    def test_invoice_warns_of_the_credit_limit_of_the_group(self):
        self.env.company.account_use_credit_limit = True
        self.group.credit_limit = 150
        invoices = self._new_invoice(self.alpha) + self._new_invoice(self.beta)
        self.assertEqual(invoices.mapped('partner_credit_warning'), ['', ''])
        invoices[0].action_post()
        self.env.invalidate_all()
        self.assertIn("All legal entities of Group together", invoices[1].partner_credit_warning)

    def test_partner_carries_no_tax_number(self):
        with self.assertRaisesRegex(Exception, "one of its legal entities"):
            self.group.vat = '/'

    def test_entity_list_of_a_partner_offers_only_its_entities(self):
        self._switch(True)
        self.assertEqual(
            self.env['res.partner'].search([('dealflow_current_partner_ids', '=', self.group.id)]),
            self.alpha + self.beta,
        )
        action = self.group.action_dealflow_view_legal_entities()
        self.assertEqual(self.env['res.partner'].search(action['domain']), self.alpha + self.beta)
