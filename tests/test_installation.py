from collections import defaultdict

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.sql import table_columns

from ..hooks import _fill_stored_columns, fill_client_kinds
from .accounting_common import AccountingCommon


@tagged('post_install', '-at_install')
class TestInstallation(AccountingCommon):
    """Installation on a database with existing data.

    The columns are dropped, as on a database that has never seen the module, and made again by its hook.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.computed = defaultdict(list)
        for model in cls.env.values():
            if model._auto and not model._abstract and not model._name.startswith('dealflow.'):
                for field in model._fields.values():
                    if field._module == 'dealflow' and field.store and field.compute and field.column_type:
                        cls.computed[model._name].append(field)
        cls.firm = cls._new_partner("Of old")
        cls.employee = cls._new_contact("Anna", cls.firm)
        cls.event = cls._new_event(event_type_id=False)
        cls.documents = [
            cls.firm,
            cls.employee,
            cls._new_lead(partner_id=cls.firm.id),
            cls._new_order(cls.employee),
            cls._new_invoice(cls.employee),
            cls.event,
            cls.env['ir.filters'].create({'name': "Of old", 'model_id': 'res.partner', 'user_ids': cls.env.user.ids}),
        ]
        cls.env.flush_all()

    def _read(self):
        """Return the values in the columns of the documents, as they are in the database."""
        values = {}
        for document in self.documents:
            names = [field.name for field in self.computed[document._name]]
            columns = SQL(", ").join(map(SQL.identifier, names))
            table = SQL.identifier(document._table)
            [row] = self.env.execute_query(SQL("SELECT %s FROM %s WHERE id = %s", columns, table, document.id))
            values |= {(document, name): value for name, value in zip(names, row, strict=True)}
        return values

    def _drop_columns(self):
        for model_name, fields in self.computed.items():
            table = SQL.identifier(self.env[model_name]._table)
            for field in fields:
                self.env.cr.execute(SQL("ALTER TABLE %s DROP COLUMN %s CASCADE", table, SQL.identifier(field.name)))

    def test_nothing_of_odoo_is_computed_record_by_record(self):
        """The ORM computes the stored columns that it does not find record by record; the hook has made all of them."""
        self.assertLessEqual({'account.move', 'res.partner', 'sale.order'}, set(self.computed))
        self._drop_columns()
        _fill_stored_columns(self.env)
        missing = [
            str(field)
            for model_name, fields in self.computed.items()
            for field in fields
            if field.name not in table_columns(self.env.cr, self.env[model_name]._table)
        ]
        self.assertEqual(missing, [])

    def test_documents_of_old_have_the_values_that_would_be_computed(self):
        computed = self._read()
        self.assertEqual(computed[self.firm, 'business_partner_id'], self.firm.id)
        self.assertEqual(computed[self.documents[3], 'business_partner_id'], self.firm.id)
        self._drop_columns()
        _fill_stored_columns(self.env)
        # What comes with the module is there by then.
        fill_client_kinds(self.env.cr)
        # Who has changed requisites when is not known of the time before.
        self.assertEqual(
            self._read(),
            {key: None if key[1].startswith('requisites_changed_') else value for key, value in computed.items()},
        )
