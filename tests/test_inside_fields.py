from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged

from .marketing_common import MarketingCommon

FIGURES = {
    'dealflow_figures_currency_id',
    'client_since',
    'dealflow_last_sale_on',
    'average_bill',
    'total_sales',
    'total_due',
    'group_client_since',
    'group_average_bill',
    'group_total_sales',
    'group_total_due',
    *(
        f'{prefix}dealflow_{name}_total'
        for prefix in ('', 'group_')
        for name in ('won', 'ordered', 'invoiced', 'received', 'purchase')
    ),
}
REQUISITES = {
    'dealflow_live_fingerprint',
    'requisites_fingerprint',
    'requisites_changed_by_id',
    'requisites_changed_on',
    'requisites_state',
    'requisites_confirmed_by_id',
    'requisites_confirmed_on',
    'requisites_comparison',
    'requisites_problem',
    'requisite_log_ids',
}
# Who a contact is and how to reach it: every employee works with contacts.
CONTACT = {
    'counterparty_role',
    'business_partner_id',
    'entity_link_ids',
    'partner_link_ids',
    'dealflow_current_partner_ids',
    'dealflow_legal_entity_count',
    'region_id',
    'director_id',
    'accountant_id',
    'dealflow_surname',
    'dealflow_first_name',
    'patronymic',
    'dealflow_full_name',
    'dealflow_messenger_ids',
    'dealflow_client_kind_id',
    'dealflow_gender',
    'phone_ids',
    'dealflow_phone_search',
    'dealflow_tz',
    'dealflow_local_time',
    'other_company_ids',
    'other_contact_ids',
    'lei',
    # Fields with a default, which is written for whoever creates a contact.
    'mailing_consent',
    'origin_kind',
}
# What is printed on documents that only salespeople and accountants read.
STAMPS = {'dealflow_stamp_ids', 'dealflow_stamp_fingerprint', 'dealflow_stamp_names'}
INVOICES = {
    'business_partner_id',
    'dealflow_show_all_entities',
    'requisites_warning',
    'dealflow_price_reason',
    'dealflow_price_problem',
}
# Our fields that every employee may read, on documents that the employee may read at all.
# Whose a saved filter is, and with whom it is shared: whoever sees the filter reads it.
FILTERS = {
    'dealflow_folder_id',
    'dealflow_group_ids',
    'dealflow_is_editable',
    'dealflow_is_usable',
    'dealflow_owner_id',
    'dealflow_sequence',
    'dealflow_share_mode',
    'dealflow_subscription_ids',
    'dealflow_team_ids',
    'dealflow_title',
}
EMPLOYEES = {
    'ir.filters': FILTERS,
    'res.partner': CONTACT,
    # The start page is one of the user's own preferences.
    'res.users': CONTACT | {'dealflow_opens_start'},
    'res.partner.industry': {'code'},
    # Settings of the company, which the code of every document reads.
    'res.company': {
        'dealflow_check_move_comments',
        'dealflow_fix_lead_client',
        'dealflow_shop_funnel_id',
        'dealflow_four_eyes',
        'dealflow_gate_order',
        'dealflow_gate_invoice',
        'dealflow_gate_contract',
        'dealflow_gate_stage',
        'dealflow_contract_reminder_days',
        'dealflow_minimum_price_policy',
        'dealflow_receipt_autoclose',
        'dealflow_receipt_received_by',
        'dealflow_receipt_remind',
        'dealflow_receipt_escalation_days',
        'dealflow_receipt_mail_client',
        'dealflow_receipt_defer_to_credit_control',
        'dealflow_receipt_working_days',
        'dealflow_request_hours',
        'dealflow_event_remind',
        'dealflow_call_months',
        'dealflow_call_rounds',
        'dealflow_call_results',
        'dealflow_comment_debt_limit',
        'dealflow_claim_hours_low',
        'dealflow_claim_hours_medium',
        'dealflow_claim_hours_high',
        'dealflow_claim_hours_urgent',
        'dealflow_attribution',
        'dealflow_attribution_days',
        'dealflow_amount_in_words',
        'dealflow_letter_items',
        'dealflow_component_category_ids',
        'dealflow_offer_follow_up_days',
        'dealflow_product_category_ids',
        'dealflow_sell_at_once',
        'dealflow_sell_opens_deal',
        'dealflow_sell_posts_invoice',
    },
    # How the person has arranged the price form.
    'res.users.settings': {'dealflow_price_columns'},
    # Documents that only salespeople and accountants read: their client, and why they are blocked.
    'sale.order': {
        'business_partner_id',
        'dealflow_show_all_entities',
        'requisites_warning',
        'dealflow_price_reason',
        'dealflow_price_problem',
        'dealflow_price_step',
        'deal_id',
        'dealflow_contact_id',
        'dealflow_acceptance_words',
        'dealflow_acceptance_problem',
        'dealflow_replaced_by_id',
    }
    | STAMPS,
    'account.move': INVOICES | STAMPS,
    'account.bank.statement.line': INVOICES | STAMPS,
    'crm.lead': {
        'dealflow_category_id',
        'dealflow_has_deals',
        'dealflow_is_client_fixed',
        'dealflow_is_untouched',
        'dealflow_messenger_ids',
        'dealflow_open_revenue',
        'dealflow_product_id',
        'marketing_event_id',
        'marketing_last_event_id',
        'referrer_id',
    },
    'mailing.mailing': {
        'dealflow_filter_id',
        'approval_state',
        'approval_requested_by_id',
        'approved_by_id',
        'approved_on',
        'approval_fingerprint',
        'dealflow_is_approval_required',
    },
    # The calendar is shared; private events hide these fields from others.
    'calendar.event': {
        'event_type_id',
        'event_status_id',
        'dealflow_event_color',
        'dealflow_event_prompt',
        'event_category_id',
        'dealflow_state',
        'crm_priority',
        'business_partner_id',
        'legal_entity_id',
        'client_contact_id',
        'dealflow_user_function',
        'dealflow_client_phone',
        'dealflow_client_code',
        'dealflow_client_email',
        'dealflow_client_local_time',
        'deal_id',
        'our_participant_ids',
        'client_participant_ids',
        'result',
        'next_step',
        'work_hours',
        'distance_km',
        'dealflow_is_call',
        'dealflow_is_meeting',
        'dealflow_is_client_fixed',
        'dealflow_is_locked',
        'status_log_ids',
        'task_ids',
        'dealflow_skip_external_sync',
        'dealflow_can_skip_external_sync',
        'claim_id',
        'marketing_event_id',
    },
    'mail.activity': {'dealflow_event_id'},
}
# Fields of Odoo to which we only add a choice.
CHOICES = {'ir.actions.server': {'state'}, 'ir.cron': {'state'}}
FINANCE = {'dealflow_unpaid_invoice_ids', 'dealflow_invoice_ids', 'dealflow_payment_ids'}
# What accountants need beyond that: requisites to confirm, debts of clients, contracts, expected money.
ACCOUNTANTS = {
    'res.partner': FIGURES | REQUISITES | {'dealflow_contract_count'} | FINANCE,
    'res.users': FIGURES | REQUISITES | {'dealflow_contract_count'} | FINANCE,
    'account.move': {'dealflow_receipt_ids'},
    'account.bank.statement.line': {'dealflow_receipt_ids'},
}


class InsideFieldsCommon(MarketingCommon):
    """Test case with a client with figures, an order and an invoice, and users outside the CRM.

    ::

        guest       the client's person in the portal       visitor    nobody, on the website
        clerk       an employee without any right           accountant invoices, without a right in the CRM
        seller      Odoo's own right to sell                viewer     a viewer of the CRM
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = new_test_user(cls.env, 'test_inside_guest', groups='base.group_portal')
        cls.guest.partner_id.parent_id = cls.alpha
        cls.visitor = cls.env.ref('base.public_user')
        cls.accountant = new_test_user(cls.env, 'test_inside_accountant', groups='account.group_account_invoice')
        cls.seller = new_test_user(
            cls.env, 'test_inside_seller', groups='sales_team.group_sale_salesman_all_leads,base.group_partner_manager'
        )
        cls.viewer = new_test_user(cls.env, 'test_inside_viewer', groups='dealflow.group_viewer')
        cls.alpha.write(
            {
                'annual_turnover': 5000000,
                'dealflow_discount': 12,
                'client_status_id': cls.env['dealflow.partner.status'].create({'name': "Gold", 'code': 'TIF'}).id,
            }
        )
        cls.alpha.action_submit_requisites()
        cls.deal = cls.env['dealflow.deal'].create(
            {
                'name': "Chairs",
                'business_partner_id': cls.alpha.id,
                'legal_entity_id': cls.alpha.id,
                'amount': 100,
            }
        )
        cls.order = cls.env['sale.order'].create(
            {
                'partner_id': cls.alpha.id,
                'deal_id': cls.deal.id,
                'order_line': [Command.create({'product_id': cls.product_a.id, 'product_uom_qty': 1})],
            }
        )
        cls.invoice = cls.init_invoice(
            'out_invoice', partner=cls.alpha, amounts=[300], invoice_date=date(2030, 3, 4), post=True
        )
        for document in (cls.order, cls.invoice):
            document.message_subscribe(cls.guest.partner_id.ids)
        cls.order.action_quotation_sent()
        cls.env.flush_all()

    @classmethod
    def _get_foreign_fields(cls):
        """Return our fields on models of other modules, by model."""
        found = {}
        for model in cls.env.values():
            if not model._name.startswith('dealflow.') and not model._abstract and not model._transient:
                ours = [
                    field
                    for name, field in model._fields.items()
                    if field._modules and 'dealflow' in field._modules and name not in CHOICES.get(model._name, ())
                ]
                if ours:
                    found[model._name] = ours
        return found

    @classmethod
    def _get_accessible(cls, user, operation='read'):
        """Return the names of our fields on models of other modules that a user may read or write, by model."""
        cls.env.invalidate_all()
        accessible = {
            name: {field.name for field in ours if cls.env[name].with_user(user)._has_field_access(field, operation)}
            for name, ours in cls._get_foreign_fields().items()
        }
        return {name: names for name, names in accessible.items() if names}


@tagged('post_install', '-at_install')
class TestInsideFields(InsideFieldsCommon):
    """Our fields on Odoo's documents are visible only to the users who need them."""

    def test_nobody_from_outside_reads_or_writes_a_field_of_ours(self):
        for user in (self.guest, self.visitor):
            for operation in ('read', 'write'):
                with self.subTest(user=user.id, operation=operation):
                    self.assertEqual(self._get_accessible(user, operation), {})

    def test_employees_read_a_written_list(self):
        self.assertEqual(self._get_accessible(self.clerk), EMPLOYEES)

    def test_accountants_read_what_they_need(self):
        expected = {name: names | ACCOUNTANTS.get(name, set()) for name, names in EMPLOYEES.items()}
        self.assertEqual(self._get_accessible(self.accountant), expected)

    def test_people_of_the_crm_read_what_their_screens_show(self):
        accessible = self._get_accessible(self.viewer)
        self.assertLessEqual(
            FIGURES | REQUISITES | CONTACT | {'client_status_id', 'dealflow_discount', 'annual_turnover', 'deal_count'},
            accessible['res.partner'],
        )
        alpha = self.alpha.with_user(self.viewer)
        self.assertEqual((alpha.total_sales, alpha.deal_count, alpha.dealflow_discount), (300, 1, 12))

    def test_a_right_is_given_and_taken_at_once(self):
        """The cache of field access depends on the groups of the user, however those change."""
        viewer, implying = self.env.ref('dealflow.group_viewer'), self.env['res.groups'].create({'name': "Clerks"})
        self.clerk.group_ids |= implying
        uid = self.clerk.id
        for give, take in (
            (lambda: self.clerk.write({'group_ids': [(4, viewer.id)]}), lambda: viewer.write({'user_ids': [(3, uid)]})),
            (
                lambda: implying.write({'implied_ids': [(4, viewer.id)]}),
                lambda: implying.write({'implied_ids': [(3, viewer.id)]}),
            ),
        ):
            for change, expected in ((lambda: None, False), (give, True), (take, False)):
                change()
                self.env.invalidate_all()
                partner = self.env['res.partner'].with_user(self.clerk)
                self.assertEqual(partner._has_field_access(partner._fields['total_sales'], 'read'), expected)
                self.assertEqual(self.clerk.with_user(self.clerk).has_groups('!dealflow.group_viewer'), not expected)

    def test_a_field_that_forgets_its_groups_is_found(self):
        field = self.registry['res.partner'].patronymic
        groups, field.groups = field.groups, None
        try:
            self.assertEqual(self._get_accessible(self.guest), {'res.partner': {'patronymic'}})
        finally:
            field.groups = groups

    def test_accountant_without_a_right_in_the_crm_sees_what_a_client_owes(self):
        self.env.invalidate_all()
        alpha = self.alpha.with_user(self.accountant)
        self.assertEqual((alpha.total_due, alpha.requisites_state), (self.invoice.amount_total, 'to_confirm'))

    def test_employees_and_accountants_work_on_with_contacts(self):
        """Users who may not see our fields can create and change contacts; defaults and computed fields still apply."""
        keeper = new_test_user(self.env, 'test_inside_keeper', groups='base.group_user,base.group_partner_manager')
        self.accountant.group_ids += self.env.ref('base.group_partner_manager')
        for user in (keeper, self.accountant, self.seller):
            self.env.invalidate_all()
            contact = self.env['res.partner'].with_user(user).create({'name': "New", 'is_company': True})
            contact.write({'street': "High Street 1", 'vat': False})
            contact_sudo = contact.sudo()
            self.assertEqual(
                (contact_sudo.mailing_consent, contact_sudo.origin_kind, contact_sudo.requisites_state),
                ('unknown', 'manual', 'draft'),
            )

    def test_confirmation_ends_whoever_changes_the_requisites(self):
        keeper = new_test_user(self.env, 'test_inside_keeper', groups='base.group_user,base.group_partner_manager')
        self.env.user.group_ids += self.env.ref('dealflow.group_requisites_confirmer')
        # The strictest company that shares the entity decides.
        self.env['res.company'].search([]).dealflow_four_eyes = False
        self.alpha.action_confirm_requisites()
        self.env.invalidate_all()
        self.alpha.with_user(keeper).street = "Low Street 2"
        self.assertEqual(self.alpha.requisites_state, 'changed')


@tagged('post_install', '-at_install')
class TestInsideFieldsByRpc(InsideFieldsCommon, HttpCase):
    """The same checks over RPC."""

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            '/web/dataset/call_kw',
            {
                'model': model,
                'method': method,
                'args': list(args),
                'kwargs': kwargs,
            },
        )

    def assertRefusedByRpc(self, *args, **kwargs):
        with self.assertRaisesRegex(JsonRpcException, 'AccessError'):
            self._call(*args, **kwargs)

    def test_portal_user_reads_no_figure_of_the_own_company(self):
        self.authenticate(self.guest.login, self.guest.login)
        self.assertEqual(self._call('res.partner', 'read', self.alpha.ids, ['name'])[0]['name'], "Alpha")
        for name in (
            'total_sales',
            'total_due',
            'average_bill',
            'annual_turnover',
            'dealflow_discount',
            'client_status_id',
            'requisites_state',
            'requisites_comparison',
        ):
            with self.subTest(field=name):
                self.assertRefusedByRpc('res.partner', 'read', self.alpha.ids, [name])
                self.assertRefusedByRpc('res.users', 'read', self.guest.ids, [name])
        self.assertRefusedByRpc('res.partner', 'search', [('dealflow_discount', '>', 5)])
        self.assertRefusedByRpc('res.partner', 'search', [], order='annual_turnover')
        self.assertRefusedByRpc('res.partner', 'formatted_read_group', [], ['client_status_id'], [])
        self.assertNotIn('total_sales', self._call('res.partner', 'fields_get'))

    def test_portal_user_reads_no_deal_on_the_own_order(self):
        self.authenticate(self.guest.login, self.guest.login)
        self.assertEqual(self._call('sale.order', 'read', self.order.ids, ['name'])[0]['name'], self.order.name)
        for name in ('deal_id', 'requisites_warning'):
            with self.subTest(field=name):
                self.assertRefusedByRpc('sale.order', 'read', self.order.ids, [name])
        self.assertRefusedByRpc('sale.order', 'search', [('deal_id.name', 'like', 'Chairs')])
        self.assertRefusedByRpc('account.move', 'read', self.invoice.ids, ['requisites_warning'])

    def test_portal_user_looks_at_the_own_documents(self):
        self.authenticate(self.guest.login, self.guest.login)
        for document in (self.order, self.invoice):
            self.assertEqual(self.url_open(document.get_portal_url()).status_code, 200)

    def test_employee_reads_no_figure_of_clients(self):
        self.authenticate(self.clerk.login, self.clerk.login)
        for name in (
            'total_sales',
            'total_due',
            'average_bill',
            'annual_turnover',
            'dealflow_discount',
            'deal_count',
            'client_status_id',
            'requisites_state',
            'requisites_comparison',
        ):
            with self.subTest(field=name):
                self.assertRefusedByRpc('res.partner', 'read', self.alpha.ids, [name])
        self.assertEqual(
            self._call('res.partner', 'read', self.alpha.ids, ['counterparty_role'])[0]['counterparty_role'], 'both'
        )
