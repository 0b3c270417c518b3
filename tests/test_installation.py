import re
from unittest.mock import Mock

from odoo.tests import TransactionCase, tagged

from ..hooks import _fill_stored_columns


@tagged('post_install', '-at_install')
class TestInstallation(TransactionCase):
    """Installation on a database with existing data."""

    def test_nothing_of_odoo_is_computed_record_by_record(self):
        """The ORM computes missing stored columns record by record; on Odoo's tables the hook creates them first."""
        env = Mock()
        _fill_stored_columns(env)
        made = set()
        for call in env.cr.execute.call_args_list:
            for table, columns in re.findall(r'ALTER TABLE (\w+)(.*)', call.args[0], re.DOTALL):
                made |= {(table, column) for column in re.findall(r'ADD COLUMN IF NOT EXISTS (\w+)', columns)}
        computed = {
            (model._table, field.name)
            for model in self.env.values()
            if model._auto and not model._name.startswith('dealflow.')
            for field in model._fields.values()
            if field._module == 'dealflow' and field.store and field.compute and field.column_type
        }
        self.assertIn(('account_move', 'business_partner_id'), computed)
        self.assertEqual(computed - made, set())
