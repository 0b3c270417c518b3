from odoo import fields, models
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open

# Called or read by other programs, so the names must not change.
FIXED = {
    'action_submit_requisites',
    'action_confirm_requisites',
    'action_reject_requisites',
    'action_convert_to_deal',
    'average_bill',
    'client_since',
    'deal_count',
    'total_due',
    'total_sales',
}
# Fields with names so specific to Dealflow that no other module will use them.
DISTINCT = {
    'client_event_count',
    'group_average_bill',
    'group_client_since',
    'group_deal_count',
    'group_total_due',
    'group_total_sales',
    'our_participant_ids',
    'requisites_comparison',
    'requisites_problem',
    'requisites_warning',
}
# Methods of modules that may not be installed, with a file that defines them.
HOOKS = {
    '_get_microsoft_sync_domain': 'microsoft_calendar/models/microsoft_sync.py',
    '_get_sync_domain': 'google_calendar/models/google_sync.py',
    '_google_insert': 'google_calendar/models/google_sync.py',
    '_google_patch': 'google_calendar/models/google_sync.py',
    '_microsoft_insert': 'microsoft_calendar/models/microsoft_sync.py',
    '_microsoft_patch': 'microsoft_calendar/models/microsoft_sync.py',
}


@tagged('post_install', '-at_install')
class TestNamesOnForeignModels(TransactionCase):
    """Names that Dealflow adds to models of other modules contain «dealflow», so they override nothing by accident."""

    def test_additions_carry_the_name_of_the_module(self):
        unmarked = {
            f'{model}.{name}'
            for model in self.env.registry
            if not model.startswith(('dealflow.', 'report.dealflow.'))
            for name in _get_additions(self.env.registry[model])
            if 'dealflow' not in name and name not in FIXED | DISTINCT | set(HOOKS)
        }
        self.assertFalse(
            unmarked,
            "Put «dealflow» into these names: behind the prefix that Odoo's conventions require (_compute_, _check_, "
            "action_ …), else in front.",
        )

    def test_names_without_it_are_still_in_use(self):
        additions = set()
        for model in self.env.registry:
            if not model.startswith(('dealflow.', 'report.dealflow.')):
                additions |= set(_get_additions(self.env.registry[model]))
        # When such a module is installed, these methods are overrides rather than additions.
        installed = self.env['ir.module.module']._installed()
        hooks = {name for name, path in HOOKS.items() if path.partition('/')[0] not in installed}
        self.assertEqual((FIXED | DISTINCT | hooks) - additions, set())

    def test_hooks_of_modules_that_may_be_absent_exist_there(self):
        for name, path in HOOKS.items():
            with self.subTest(name), file_open(path) as source:
                self.assertIn(f'def {name}(', source.read())


def _get_additions(model_class):
    """Return the names that our classes add to a model: methods, attributes, and fields that are not stored."""
    definitions = [
        each
        for each in model_class.__mro__
        if isinstance(each, type(models.Model)) and getattr(each, 'pool', None) is None
    ]
    theirs = {name for each in definitions if each._module != 'dealflow' for name in vars(each)}
    return sorted(
        name
        for each in definitions
        if each._module == 'dealflow'
        for name, value in vars(each).items()
        if name not in theirs and not name.startswith('__') and not _is_kept(model_class, name, value)
    )


def _is_kept(model_class, name, value):
    """Return whether this is a stored field or a one2many: renaming it would break filters, imports and programs."""
    return isinstance(value, fields.Field) and (model_class._fields[name].store or value.type == 'one2many')
