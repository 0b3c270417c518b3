from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from ..bench.labelled_pairs import measure
from ..bench.legal_entities import COLUMNS, MODULE, LegalEntities
from ..tools.firm_matching import compare_records
from .common import find_data_set


@tagged('post_install', '-at_install', 'real_data')
class TestLegalEntities(TransactionCase):
    """Import 4,971 real legal entities through the public import, and measure «Find groups» on them."""

    @classmethod
    def setUpClass(cls):
        cls.folder = find_data_set('legal_entities_lei')
        super().setUpClass()

    def test_import_keeps_registry_numbers_and_makes_no_duplicates(self):
        entities = LegalEntities(self.env, self.folder)
        remarks = entities.load()
        self.assertEqual(entities.loaded, 4971)
        self.assertEqual(remarks["without a registry number"], 400)
        loaded = self._get_loaded()
        self.assertEqual(len(loaded), 4971)
        self.assertEqual(set(loaded.mapped('counterparty_role')), {'entity'})
        self.assertEqual(set(loaded.mapped('requisites_state')), {'draft'})
        self.assertEqual(set(loaded.mapped('origin_kind')), {'import'})
        sample = self.env.ref(f'{MODULE}.549300YRNUQ0FK60YT75')
        self.assertRecordValues(
            sample,
            [
                {
                    'name': "Lino Engineering AB",
                    'company_registry': '5592301054',
                    'zip': '442 96',
                    'country_id': self.env.ref('base.se').id,
                    'lei': '549300YRNUQ0FK60YT75',
                }
            ],
        )
        without = loaded.filtered(lambda entity: not entity.company_registry)
        self.assertEqual(len(without), 400 + remarks["registry number “N/A”, left empty"])

        count = self.env['res.partner'].search_count([])
        second = LegalEntities(self.env, self.folder)
        second.load()
        self.assertEqual(second.loaded, 0)
        sample.company_registry = 'changed'
        rows = [second._prepare_row(row) for row in second._read()[:20]]
        self.assertFalse(self.env['res.partner'].load(COLUMNS, rows)['messages'])
        self.assertEqual(self.env['res.partner'].search_count([]), count)
        self.assertEqual(sample.company_registry, '5592301054')

    def test_found_groups_are_right_and_complete(self):
        for seed in (1, 2):
            with self.subTest(seed=seed):
                precision, recall, recall_by_kind, found = measure(compare_records, self.folder, seed)
                self.assertGreater(precision, 0.84)
                self.assertGreater(recall, 0.92)
                self.assertEqual(recall_by_kind['number'], 1.0)
                self.assertGreater(recall_by_kind['cyrillic'], 0.95)
                self.assertLess(found, 1500)

    def _get_loaded(self):
        data = self.env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'res.partner')])
        return self.env['res.partner'].browse(data.mapped('res_id'))


@tagged('post_install', '-at_install')
class TestNumbersOfLegalEntities(TransactionCase):
    def test_wrong_lei_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "not an LEI"):
            self.env['res.partner'].create({'name': "A", 'lei': '549300YRNUQ0FK60YT76'})

    def test_wrong_tax_number_says_what_is_wrong(self):
        with self.assertRaisesRegex(ValidationError, "BE"):
            self.env['res.partner'].create(
                {'name': "A", 'is_company': True, 'country_id': self.env.ref('base.be').id, 'vat': 'BE0477472702'}
            )
