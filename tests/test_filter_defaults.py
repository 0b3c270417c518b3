import ast

from odoo.tests import tagged

from .filter_common import FilterCommon

SECTIONS = (
    'res_partner_action_partners',
    'res_partner_action_legal_entities',
    'res_partner_action_contacts',
    'crm.crm_lead_opportunities',
    'calendar_event_action_register',
    'dealflow_deal_action',
    'dealflow_receipt_action',
    'dealflow_marketing_event_action',
    'dealflow_competitor_action',
    'dealflow_claim_action',
)


@tagged('post_install', '-at_install')
class TestFilterDefaults(FilterCommon):
    """Each section has ready-made filters in the folder for all, which the server can read too (E68, E69)."""

    def test_every_section_has_ready_filters(self):
        for name in SECTIONS:
            with self.subTest(name):
                action = self.env.ref(name if '.' in name else f'dealflow.{name}')
                tree = (
                    self.env['dealflow.filter.folder']
                    .with_user(self.manager)
                    .get_tree(action.res_model, action_id=action.id)
                )
                ready = [each for each in tree['filters'] if each['folder_id'] == self.common_folder.id]
                self.assertTrue(ready)
                self.assertFalse([each['problem'] for each in tree['filters'] + tree['folders'] if each['problem']])

    def test_server_reads_them(self):
        ready = self.common_folder.with_context(active_test=False).filter_ids
        self.assertGreaterEqual(len(ready), 15)
        for record in ready:
            with self.subTest(record.name):
                self.assertIsInstance(ast.literal_eval(record.domain), list)
                self.env[record.model_id].search_count(record._dealflow_get_domain(), limit=1)

    def test_they_belong_to_nobody_and_are_kept(self):
        ready = self.common_folder.filter_ids
        self.assertFalse(ready.dealflow_owner_id)
        data = self.env['ir.model.data'].search([('model', '=', 'ir.filters'), ('res_id', 'in', ready.ids)])
        self.assertEqual(set(data.mapped('noupdate')), {True})

    def test_values_of_ready_folders(self):
        for folder in self.common_folder.child_ids:
            with self.subTest(folder.name, model=folder.model):
                values = folder.with_user(self.manager).get_values()
                self.assertEqual(set(values), {'values', 'has_more'})
