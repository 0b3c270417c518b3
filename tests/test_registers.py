from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestRegisters(DealflowCommon):
    """The lists are filled on installation (E05, B49, B50)."""

    def test_industries_have_codes(self):
        """Industries get the codes of the NACE sections that Odoo's names stand for (B50)."""
        for code, name in (('A', "Agriculture"), ('F', "Construction")):
            industry = self.env.ref(f'base.res_partner_industry_{code}').with_context(lang='en_US')
            self.assertEqual((industry.code, industry.name), (code, name))
            self.assertIn(industry.id, [found[0] for found in self.env['res.partner.industry'].name_search(code)])

    def test_codes_that_are_taken_stay(self):
        odoo, own = self.env['res.partner.industry'].create(
            [{'name': "Mining", 'full_name': "Y - MINING"}, {'name': "Own", 'code': 'Y'}]
        )
        self.env['res.partner.industry']._dealflow_fill_codes()
        self.assertEqual((odoo.code, own.code), (False, 'Y'))

    def _forget_regions(self):
        regions = self.env['dealflow.region'].with_context(active_test=False)
        self.env['res.partner'].with_context(active_test=False).search([('region_id', '!=', False)]).region_id = False
        self.env['dealflow.competitor'].with_context(active_test=False).search([]).region_id = False
        regions.search([]).parent_id = False
        regions.search([]).unlink()

    def test_the_first_company_with_a_country_brings_its_regions(self):
        """Regions come from the country of the first company; a list with entries is left alone (E05)."""
        self._forget_regions()
        poland, bulgaria = self.env.ref('base.pl'), self.env.ref('base.bg')
        self.env['res.company'].search([]).partner_id.country_id = False
        company = self.env['res.company'].create({'name': "Nowhere yet"})
        regions = self.env['dealflow.region'].search([])
        self.assertFalse(regions)
        company.country_id = poland
        regions = self.env['dealflow.region'].search([])
        top = regions.filtered(lambda region: not region.parent_id)
        self.assertRecordValues(top, [{'code': 'PL', 'country_id': poland.id, 'tz': 'Europe/Warsaw'}])
        self.assertEqual(set((regions - top).mapped('code')), {f'PL-{state.code}' for state in poland.state_ids})
        self.assertIn('PL-PM', regions.mapped('code'))
        company.country_id = bulgaria
        self.env['res.company'].create({'name': "Third", 'country_id': bulgaria.id})
        self.assertEqual(self.env['dealflow.region'].search([]), regions)

    def test_countries_are_added_once(self):
        """Full access adds the regions of a country once; renamed and archived ones are kept."""
        self._forget_regions()
        countries = self.env.ref('base.pl') + self.env.ref('base.ua')
        wizards = self.env['dealflow.region.countries'].with_user(self.manager)
        action = wizards.create({'country_ids': countries.ids}).action_apply()
        regions = self.env['dealflow.region'].search(action['domain'])
        self.assertEqual(len(regions), 2 + len(self.env.ref('base.pl').state_ids))
        renamed, archived = regions.filtered('parent_id')[:2]
        renamed.name = "Our north"
        archived.active = False
        wizards.create({'country_ids': countries.ids}).action_apply()
        self.assertEqual(self.env['dealflow.region'].search(action['domain']), regions - archived)
        self.assertEqual(renamed.name, "Our north")
        with self.assertRefused(AccessError, ""):
            self.env['dealflow.region.countries'].with_user(self.rep_north).create({'country_ids': countries.ids})
