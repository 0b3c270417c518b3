"""Renames of what is stored in a database, for the migrations in ``migrations/``."""

from psycopg2 import sql

# pylint: disable=sql-injection; the names are constants of a migration, and quoted

# Columns with domains, paths of fields or code.
PATHS = {
    'base_automation': ('filter_domain', 'filter_pre_domain'),
    'ir_act_server': ('code',),
    'ir_exports_line': ('name',),
    'ir_filters': ('domain', 'context', 'sort'),
    'ir_rule': ('domain_force',),
    'mailing_mailing': ('mailing_domain',),
}


def rename_external_id(cr, former, present):
    """Rename an external id of Dealflow, so that an upgrade finds the record it stands for."""
    cr.execute("UPDATE ir_model_data SET name = %s WHERE module = 'dealflow' AND name = %s", [present, former])


def rename_index(cr, table, former, present):
    """Rename an index, which is not rebuilt: that would take long on a large table.

    :param str table: the table that both names begin with
    """
    names = map(sql.Identifier, (f'{table}_{former}', f'{table}_{present}'))
    cr.execute(sql.SQL("ALTER INDEX IF EXISTS {} RENAME TO {}").format(*names))
    _rename_constraint_record(cr, f'{table}_{former}', f'{table}_{present}')


def rename_constraint(cr, table, former, present):
    """Rename a constraint; see :func:`rename_index`."""
    cr.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [f'{table}_{former}'])
    if cr.rowcount:
        names = map(sql.Identifier, (table, f'{table}_{former}', f'{table}_{present}'))
        cr.execute(sql.SQL("ALTER TABLE {} RENAME CONSTRAINT {} TO {}").format(*names))
    _rename_constraint_record(cr, f'{table}_{former}', f'{table}_{present}')


def _rename_constraint_record(cr, former, present):
    cr.execute(
        """
        UPDATE ir_model_constraint
           SET name = %s
         WHERE name = %s AND module = (SELECT id FROM ir_module_module WHERE name = 'dealflow')
    """,
        [present, former],
    )


def rename_column(cr, model, former, present):
    """Rename a stored field: its column, its record and its external id.

    :return: whether the column was there; versions before the previous one do not have all of them
    :rtype: bool
    """
    table = model.replace('.', '_')
    cr.execute(
        """
        SELECT 1
          FROM information_schema.columns
         WHERE table_name = %s AND column_name = %s AND table_schema = current_schema
    """,
        [table, former],
    )
    if not cr.rowcount:
        return False
    names = map(sql.Identifier, (table, former, present))
    cr.execute(sql.SQL("ALTER TABLE {} RENAME COLUMN {} TO {}").format(*names))
    cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [present, model, former])
    rename_external_id(cr, f'field_{table}__{former}', f'field_{table}__{present}')
    return True


def rename_job_code(cr, former, present):
    """Replace the whole code of a scheduled job, which an upgrade does not change; code edited by hand stays."""
    cr.execute("UPDATE ir_act_server SET code = %s WHERE btrim(code) = %s", [present, former])


def rename_in_views(cr, model, former, present, in_our_views=False):
    """Rename a field or a button in the views of a model.

    Views that inherit from ours are validated as soon as ours are written, so theirs are renamed too.

    :param bool in_our_views: also in our views of other models, which embed lists of the model; views of other modules
        are left alone there, because Odoo has similar names
    """
    cr.execute(
        """
        UPDATE ir_ui_view
           SET arch_db = regexp_replace(arch_db::text, %(word)s, %(present)s, 'g')::jsonb
         WHERE arch_db::text ~ %(word)s
           AND (
                model = %(model)s
                OR %(in_our_views)s AND id IN (
                    SELECT res_id FROM ir_model_data WHERE module = 'dealflow' AND model = 'ir.ui.view'
                )
               )
    """,
        {'model': model, 'in_our_views': in_our_views, 'word': rf'(?<!\.)\y{former}\y', 'present': present},
    )


def rename_in_expressions(cr, model, former, present):
    """Rename a field in saved filters, automation rules, mailings and exports of its model."""
    word = rf'\y{former}\y'
    values = {'model': model, 'word': word, 'present': present}
    cr.execute(
        """
        UPDATE ir_filters
           SET domain = regexp_replace(domain, %(word)s, %(present)s, 'g'),
               context = regexp_replace(context, %(word)s, %(present)s, 'g'),
               sort = regexp_replace(sort, %(word)s, %(present)s, 'g')
         WHERE model_id = %(model)s AND concat(domain, context, sort) ~ %(word)s
    """,
        values,
    )
    cr.execute(
        """
        UPDATE base_automation
           SET filter_domain = regexp_replace(filter_domain, %(word)s, %(present)s, 'g'),
               filter_pre_domain = regexp_replace(filter_pre_domain, %(word)s, %(present)s, 'g')
          FROM ir_model
         WHERE ir_model.id = base_automation.model_id
           AND ir_model.model = %(model)s
           AND concat(filter_domain, filter_pre_domain) ~ %(word)s
    """,
        values,
    )
    cr.execute(
        """
        UPDATE mailing_mailing
           SET mailing_domain = regexp_replace(mailing_domain, %(word)s, %(present)s, 'g')
          FROM ir_model
         WHERE ir_model.id = mailing_mailing.mailing_model_id
           AND ir_model.model = %(model)s
           AND mailing_domain ~ %(word)s
    """,
        values,
    )
    cr.execute(
        """
        UPDATE ir_exports_line
           SET name = regexp_replace(ir_exports_line.name, %(word)s, %(present)s, 'g')
          FROM ir_exports
         WHERE ir_exports.id = ir_exports_line.export_id
           AND ir_exports.resource = %(model)s
           AND ir_exports_line.name ~ %(word)s
    """,
        values,
    )


def rename_in_record_rules(cr, former, present):
    """Rename a field in record rules, which are not updated with the module."""
    cr.execute(
        """
        UPDATE ir_rule
           SET domain_force = regexp_replace(domain_force, %(word)s, %(present)s, 'g')
         WHERE domain_force ~ %(word)s
    """,
        {'word': rf'\y{former}\y', 'present': present},
    )


def rename_in_server_actions(cr, model, former, present):
    """Rename a field or a method in the Python code of the server actions of its model."""
    cr.execute(
        """
        UPDATE ir_act_server
           SET code = regexp_replace(code, %(word)s, %(present)s, 'g')
         WHERE model_id = (SELECT id FROM ir_model WHERE model = %(model)s) AND code ~ %(word)s
    """,
        {'model': model, 'word': rf'\y{former}\y', 'present': present},
    )


def rename_in_paths(cr, former, present):
    """Rename a field in paths from other models (``partner_id.client_status_id``); only we may have a field so named.

    The paths are those of filters, automation rules, mailings, exports, record rules and code of server actions.
    """
    values = {'word': rf'([./]){former}\y', 'present': rf'\1{present}'}
    for table, columns in PATHS.items():
        for column in columns:
            cr.execute(
                f"""
                UPDATE "{table}"
                   SET "{column}" = regexp_replace("{column}", %(word)s, %(present)s, 'g')
                 WHERE "{column}" ~ %(word)s
            """,
                values,
            )
