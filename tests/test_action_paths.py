from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path


def load_migration(name, version='19.0.1.3.0', what='paths-of-actions'):
    spec = spec_from_file_location(name, file_path(f'dealflow/migrations/{version}/{name}-{what}.py'))
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    return migration


@tagged('post_install', '-at_install')
class TestActionPaths(TransactionCase):
    """Action paths set by older versions are renamed, and those set by users are kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = load_migration('pre')
        cls.after = load_migration('post')
        # The actions as they were called then.
        for former, present in load_migration('pre', '19.0.1.5.0', 'names').IDS:
            if former in cls.before.PATHS:
                cls.env.cr.execute(
                    "UPDATE ir_model_data SET name = %s WHERE module = 'dealflow' AND name = %s", [former, present]
                )
        cls.registry.clear_cache()
        cls.addClassCleanup(cls.registry.clear_cache)
        cls.actions = {name: cls.env.ref(f'dealflow.{name}') for name in cls.before.PATHS}

    def _set_path(self, action, path):
        """Write a path as a database of an older version has it."""
        self.env.cr.execute("UPDATE ir_actions SET path = %s WHERE id = %s", [path, action.id])
        action.invalidate_recordset()

    def test_paths_of_older_versions_are_renamed_before_data_are_loaded(self):
        new = {name: action.path for name, action in self.actions.items()}
        for name, action in self.actions.items():
            self._set_path(action, self.before.PATHS[name])
        self.before.migrate(self.env.cr, '19.0.1.2.0')
        self.env.invalidate_all()
        self.assertEqual({name: action.path for name, action in self.actions.items()}, new)
        self.after.migrate(self.env.cr, '19.0.1.2.0')
        self.env.invalidate_all()
        self.assertEqual({name: action.path for name, action in self.actions.items()}, new)

    def test_paths_that_people_have_chosen_are_kept(self):
        contracts, claims = (self.actions[f'dealflow_{name}_action'] for name in ('contract', 'claim'))
        foreign = self.env['ir.actions.act_window'].create(
            {
                'name': "Foreign",
                'res_model': 'res.partner',
                'path': 'deals',
            }
        )
        self._set_path(contracts, 'our-papers')
        self._set_path(claims, None)
        self.before.migrate(self.env.cr, '19.0.1.2.0')
        # Updating the module writes the paths of all its actions.
        self._set_path(contracts, 'dealflow-contracts')
        self._set_path(claims, 'dealflow-claims')
        self.after.migrate(self.env.cr, '19.0.1.2.0')
        self.env.invalidate_all()
        self.assertEqual((contracts.path, claims.path, foreign.path), ('our-papers', False, 'deals'))
