import csv

from odoo import models
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open, file_path

LIST = 'dealflow/tests/overrides_of_odoo.csv'


def get_overrides(env):
    """Return our overrides of Odoo methods as pairs of model and method."""
    return sorted(
        (definition._name, name)
        for definition in get_definitions(env)
        for name, value in vars(definition).items()
        if not name.startswith('__') and is_method(value) and is_defined_by_odoo(env, definition, name)
    )


def get_definitions(env):
    """Return the classes defined in the files of Dealflow, each once."""
    return sorted(
        {
            each
            for model_class in env.registry.values()
            for each in model_class.__mro__
            if is_definition(each) and each._module == 'dealflow'
        },
        key=lambda each: (each._name, each.__module__),
    )


def is_defined_by_odoo(env, definition, name):
    """Return whether an Odoo class, including ``BaseModel``, defines the name for the model."""
    return any(
        name in vars(each)
        for each in env.registry[definition._name].__mro__
        if each is models.BaseModel or is_definition(each) and each._module != 'dealflow'
    )


def is_definition(cls):
    return isinstance(cls, type(models.Model)) and getattr(cls, 'pool', None) is None and hasattr(cls, '_module')


def is_method(value):
    return hasattr(getattr(value, '__func__', value), '__code__')


def write_overrides(env):
    """Rewrite the list, after adding an override on purpose and before trying the next version of Odoo.

    echo 'import odoo.addons.dealflow.tests.test_overrides as o; o.write_overrides(env)' | scripts/shell
    """
    with open(f"{file_path('dealflow/tests')}/overrides_of_odoo.csv", 'w', encoding='utf-8', newline='') as target:
        csv.writer(target, lineterminator='\n').writerows([('model', 'method'), *sorted(set(get_overrides(env)))])


@tagged('post_install', '-at_install')
class TestOverrides(TransactionCase):
    """An override of an Odoo method never loses its base method unnoticed.

    Odoo renames its hooks between versions. An override of a removed hook is never called, so that a field would become
    readable, or an email would be sent, without an error.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(LIST) as source:
            cls.listed = [(row['model'], row['method']) for row in csv.DictReader(source)]

    def test_odoo_still_has_what_we_override(self):
        """Compare with a stored list, because an override of a removed method looks like a method of our own."""
        self.assertGreater(len(self.listed), 100)
        ours = {(each._name, name) for each in get_definitions(self.env) for name in vars(each)}
        present = set(get_overrides(self.env))
        self.assertFalse(
            {each for each in self.listed if each in ours} - present,
            "Odoo has no such methods any more, so these are never called: find out what it calls instead.",
        )
        self.assertEqual(
            sorted(present), self.listed, "Write tests/overrides_of_odoo.csv anew, as write_overrides() tells."
        )
