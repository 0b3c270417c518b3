from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestRegisterMixin(TransactionCase):
    """Registers of the company, such as kinds and statuses, are kept in one way (rule 8)."""

    def _get_registers(self):
        names = self.env.registry.descendants(['dealflow.register.mixin'], '_inherit')
        return [self.env[name] for name in sorted(names) if not self.env[name]._abstract]

    def test_every_small_register_is_one(self):
        """A model of ours whose entries are words in an order, and are archived, takes these fields from the mixin."""
        alike = {
            name
            for name, model in self.env.items()
            if name.startswith('dealflow.')
            and model._auto
            and not model._abstract
            and {'name', 'sequence', 'active'} <= model._fields.keys()
            and model._fields['name'].translate
        }
        # Stages belong to their funnel, and are ordered in it; rules and processes do something.
        others = {'dealflow.stage', 'dealflow.rule', 'dealflow.process.template'}
        self.assertEqual({model._name for model in self._get_registers()}, alike - others)

    def test_entries_are_sorted_by_hand_and_found_when_archived(self):
        for model in self._get_registers():
            with self.subTest(model=model._name):
                columns = [node.get('name') for node in self._get_arch(model, 'list').iter('field')]
                self.assertEqual(columns[:2], ['sequence', 'name'])
                self.assertEqual(self._get_arch(model, 'list').find("field[@name='sequence']").get('widget'), 'handle')
                archived = self._get_arch(model, 'search').find(".//filter[@name='filter_archived']")
                self.assertEqual(archived.get('domain'), "[('active', '=', False)]")
                for action in self.env['ir.actions.act_window'].search([('res_model', '=', model._name)]):
                    self.assertNotIn('active_test', action.context or '')

    def _get_arch(self, model, view_type):
        return etree.fromstring(model.get_view(view_type=view_type)['arch'])

    def test_a_new_entry_is_offered_and_stands_at_its_place(self):
        for model in self._get_registers():
            with self.subTest(model=model._name):
                self.assertTrue(model.default_get(['active'])['active'])
                self.assertEqual(model.default_get(['sequence'])['sequence'], 10)
                self.assertTrue(model._fields['name'].translate and model._fields['name'].required)
                self.assertIn('sequence', model._order)

    def test_what_is_kept_of_a_register_follows_every_change(self):
        types = self.env['dealflow.event.type']
        new = types.create({'name': "Tasting", 'code': 'tasting', 'icon': 'fa-glass'})
        self.assertEqual(types._get_signs()[new.id][:2], ("Tasting", 'fa-glass'))
        new.write({'name': "Wine tasting", 'active': False})
        self.assertEqual(types._get_signs()[new.id][0], "Wine tasting")
        self.env['res.lang']._activate_lang('pl_PL')
        polish = types.with_context(lang='pl_PL')
        self.assertEqual(polish._get_signs()[new.id][0], "Wine tasting")
        new.update_field_translations('name', {'pl_PL': "Degustacja"})
        self.assertEqual(polish._get_signs()[new.id][0], "Degustacja")
        new.unlink()
        self.assertNotIn(new.id, types._get_signs())
