import csv
import importlib.util
import re
from collections import defaultdict
from pathlib import Path

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, parse_version

MODULE = Path(__file__).parents[1]
# For each name the last released version that stored it. A name that is gone for good is taken out.
NAMES = MODULE / 'tests' / 'stored_names.csv'
HEADER = ['version', 'kind', 'model', 'names']
# Tables of Odoo in which customers keep names of ours.
KEEPERS = (
    'base_automation',
    'ir_act_server',
    'ir_exports',
    'ir_exports_line',
    'ir_filters',
    'ir_model_constraint',
    'ir_model_data',
    'ir_model_fields',
    'ir_rule',
    'ir_ui_view',
    'mailing_mailing',
)


def read_names():
    """Return the names by version, and by kind and model: ``{version: {(kind, model): [name]}}``."""
    with NAMES.open(newline='') as file:
        versions = defaultdict(dict)
        for row in csv.DictReader(file):
            versions[row['version']][row['kind'], row['model']] = row['names'].split()
    return dict(sorted(versions.items(), key=lambda item: parse_version(item[0])))


def write_names(env):
    """Write the names of the installed version, before it is released; older ones stay where they differ."""
    version = env.ref('base.module_dealflow').latest_version
    found = get_names(env)
    versions = {
        former: {key: set(names) - set(found.get(key, ())) for key, names in kinds.items()}
        for former, kinds in read_names().items()
        if former != version
    }
    with NAMES.open('w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(HEADER)
        for each, kinds in sorted((versions | {version: found}).items(), key=lambda item: parse_version(item[0])):
            for (kind, model), names in sorted(kinds.items()):
                if names:
                    writer.writerow([each, kind, model, ' '.join(sorted(names))])


def get_names(env):
    """Return the names of ours that the database and its users may have stored, by kind and model."""
    names = defaultdict(set)
    for model_name, model in env.items():
        if model._abstract or model._transient:
            continue
        for field in model._fields.values():
            if field._module == 'dealflow' and not field.inherited and not field.automatic:
                is_column = field.store and field.column_type and model._auto
                names['column' if is_column else 'field', model_name].add(field.name)
                if is_column and field.index and not model_name.startswith('dealflow.'):
                    names['index', model_name].add(f'_{field.name}_index')
        for definition in type(model).mro():
            if definition.__module__.startswith('odoo.addons.dealflow.'):
                names['method', model_name] |= {name for name in vars(definition) if name.startswith('action_')}
    records = env['ir.model.data'].search([('module', '=', 'dealflow'), ('model', 'not like', 'ir.model%')])
    for record in records:
        names['id', record.model].add(record.name)
    for job in (
        env['ir.cron']
        .with_context(active_test=False)
        .browse(records.filtered(lambda record: record.model == 'ir.cron').mapped('res_id'))
    ):
        names['job', job.model_id.model].update(re.findall(r'model\.(\w+)\(', job.code))
    constraints = env['ir.model.constraint'].search([('module.name', '=', 'dealflow'), ('type', 'in', ('i', 'u'))])
    for constraint in constraints:
        model_name = constraint.model.model
        if not model_name.startswith('dealflow.'):
            kind = 'index' if constraint.type == 'i' else 'constraint'
            names[kind, model_name].add(constraint.name.removeprefix(f'{env[model_name]._table}_'))
    return {key: found for key, found in names.items() if found}


@tagged('post_install', '-at_install')
class TestMigrations(TransactionCase):
    """What a customer has stored under the names of an earlier version is found under those of today.

    The scratch tables stand before the real ones, so the migrations run on them as they do in an upgrade.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.versions = read_names()
        cls.module_id = cls.env.ref('base.module_dealflow').id
        cls.cr.execute("CREATE SCHEMA former")
        cls.cr.execute("SET LOCAL search_path TO former, public")
        for table in KEEPERS:
            cls.cr.execute(f'CREATE TABLE former."{table}" AS TABLE public."{table}" WITH NO DATA')
        cls.tables = set()
        releases = [*cls.versions, None]
        for version, following in zip(releases, releases[1:], strict=False):
            for (kind, model), names in cls.versions[version].items():
                for name in names:
                    getattr(cls, f'_store_{kind}')(model, name)
            cls._migrate(version, following)

    @classmethod
    def _migrate(cls, version, following):
        """Run the migrations of names after a version, up to the following one or to the present one."""
        for path in sorted(
            MODULE.glob('migrations/*/pre-names.py'), key=lambda script: parse_version(script.parent.name)
        ):
            present = parse_version(path.parent.name)
            if parse_version(version) < present and (not following or present <= parse_version(following)):
                specification = importlib.util.spec_from_file_location('dealflow_migration', path)
                script = importlib.util.module_from_spec(specification)
                specification.loader.exec_module(script)
                script.migrate(cls.cr, version)

    @classmethod
    def _insert(cls, table, **values):
        cls.cr.execute(
            SQL(
                "INSERT INTO former.%s (%s) VALUES %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )

    @classmethod
    def _get_scratch_table(cls, model):
        table = model.replace('.', '_')
        if table not in cls.tables:
            cls.tables.add(table)
            cls.cr.execute(f'CREATE TABLE IF NOT EXISTS former."{table}" (id integer)')
        return table

    # What an earlier version has stored, each kind in each place where it may be

    @classmethod
    def _store_column(cls, model, name):
        table = cls._get_scratch_table(model)
        cls.cr.execute(f'ALTER TABLE former."{table}" ADD COLUMN IF NOT EXISTS "{name}" varchar')
        cls._insert('ir_model_fields', model=model, name=name)
        cls._insert('ir_model_data', module='dealflow', model='ir.model.fields', name=f'field_{table}__{name}')
        cls._store_field(model, name)

    @classmethod
    def _store_field(cls, model, name):
        model_id = cls.env['ir.model']._get_id(model)
        domain = f"[('{name}', '!=', False)]"
        cls._insert(
            'ir_filters', model_id=model, domain=domain, context=f"{{'group_by': ['{name}']}}", sort=f'["{name} desc"]'
        )
        cls._insert('base_automation', model_id=model_id, filter_domain=domain, filter_pre_domain=domain)
        cls._insert('mailing_mailing', mailing_model_id=model_id, mailing_domain=domain)
        cls._insert('ir_exports', id=model_id, resource=model)
        cls._insert('ir_exports_line', export_id=model_id, name=name)
        cls._insert('ir_ui_view', model=model, arch_db=f'{{"en_US": "<form><field name=\\"{name}\\"/></form>"}}')
        if model == 'res.users':
            cls._insert('ir_rule', domain_force=f"[('stage_id', 'not in', user.{name}.ids)]")

    @classmethod
    def _store_method(cls, model, name):
        cls._insert('ir_ui_view', model=model, arch_db=f'{{"en_US": "<form><button name=\\"{name}\\"/></form>"}}')

    @classmethod
    def _store_id(cls, model, name):
        cls._insert('ir_model_data', module='dealflow', model=model, name=name)

    @classmethod
    def _store_job(cls, model, name):
        cls._insert('ir_act_server', model_id=cls.env['ir.model']._get_id(model), code=f'model.{name}()')

    @classmethod
    def _store_index(cls, model, name):
        table = cls._get_scratch_table(model)
        cls.cr.execute(f'CREATE INDEX IF NOT EXISTS "{table}_{name}" ON former."{table}" (id)')
        # Odoo keeps no record of the index of a field.
        if not name.startswith('_'):
            cls._store_constraint_record(model, name)

    @classmethod
    def _store_constraint(cls, model, name):
        table = cls._get_scratch_table(model)
        cls.cr.execute(f'ALTER TABLE former."{table}" DROP CONSTRAINT IF EXISTS "{table}_{name}"')
        cls.cr.execute(f'ALTER TABLE former."{table}" ADD CONSTRAINT "{table}_{name}" CHECK (true)')
        cls._store_constraint_record(model, name)

    @classmethod
    def _store_constraint_record(cls, model, name):
        cls._insert(
            'ir_model_constraint',
            module=cls.module_id,
            name=f'{model.replace(".", "_")}_{name}',
        )

    # What is there after the migrations

    def _query(self, query):
        self.cr.execute(query)
        return self.cr.fetchall()

    def _get_unknown_names(self, query, pattern):
        """Return the names in the texts of a query that the model beside them does not have."""
        names = {(model, name) for model, text in self._query(query) for name in re.findall(pattern, text)}
        self.assertTrue(names)
        return sorted(
            {
                f'{model}.{name}'
                for model, name in names
                if name not in self.env[model]._fields and not hasattr(self.env.registry[model], name)
            }
        )

    def test_columns_are_those_of_fields(self):
        tables = {model._table: model for model in self.env.values() if model._auto and not model._abstract}
        unknown = [
            f'{table}.{column}'
            for table, column in self._query(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'former'"
            )
            if table in self.tables and not getattr(tables[table]._fields.get(column), 'store', False)
        ]
        self.assertEqual(sorted(unknown), [])

    def test_records_of_fields_are_those_of_today(self):
        unknown = self._query("SELECT DISTINCT model, name FROM former.ir_model_fields")
        unknown = [f'{model}.{name}' for model, name in unknown if name not in self.env[model]._fields]
        self.assertEqual(sorted(unknown), [])

    def test_external_ids_are_those_of_today(self):
        self.assertEqual(
            self._query("""
                SELECT DISTINCT model, name FROM former.ir_model_data
                EXCEPT SELECT model, name FROM public.ir_model_data WHERE module = 'dealflow'
                ORDER BY model, name
            """),
            [],
        )

    def test_indexes_and_constraints_are_those_of_today(self):
        self.assertEqual(
            self._query("""
                SELECT relname FROM pg_class WHERE relkind = 'i' AND relnamespace = 'former'::regnamespace
                EXCEPT SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
            """)
            + self._query("""
                SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'former'::regnamespace
                EXCEPT SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            """)
            + self._query(
                "SELECT name FROM former.ir_model_constraint EXCEPT SELECT name FROM public.ir_model_constraint"
            ),
            [],
        )

    def test_jobs_call_what_there_is(self):
        self.assertEqual(
            self._get_unknown_names(
                "SELECT model, code FROM former.ir_act_server JOIN ir_model ON ir_model.id = model_id",
                r'model\.(\w+)\(',
            ),
            [],
        )

    def test_saved_filters_are_about_fields_of_today(self):
        for column, pattern in (
            ('domain', r"\('(\w+)'"),
            ('context', r"\['(\w+)'"),
            ('sort', r'"(\w+) desc'),
        ):
            with self.subTest(column=column):
                self.assertEqual(
                    self._get_unknown_names(f'SELECT model_id, "{column}" FROM former.ir_filters', pattern), []
                )

    def test_automations_mailings_and_exports_are_about_fields_of_today(self):
        for query in (
            "SELECT model, filter_domain FROM former.base_automation JOIN ir_model ON ir_model.id = model_id",
            "SELECT model, filter_pre_domain FROM former.base_automation JOIN ir_model ON ir_model.id = model_id",
            "SELECT model, mailing_domain FROM former.mailing_mailing JOIN ir_model ON ir_model.id = mailing_model_id",
            """
                SELECT resource, line.name
                  FROM former.ir_exports_line AS line
                  JOIN former.ir_exports AS list ON list.id = line.export_id
            """,
        ):
            with self.subTest(query=query):
                self.assertEqual(self._get_unknown_names(query, r"^\[?\(?'?(\w+)"), [])

    def test_rules_read_fields_of_today(self):
        self.assertEqual(
            self._get_unknown_names("SELECT 'res.users', domain_force FROM former.ir_rule", r'user\.(\w+)\.'), []
        )

    def test_views_show_what_there_is(self):
        self.assertEqual(
            self._get_unknown_names("SELECT model, arch_db ->> 'en_US' FROM former.ir_ui_view", r'name="(\w+)"'), []
        )
