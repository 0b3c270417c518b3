import logging

import psycopg2

from odoo.modules.db import has_trigram
from odoo.tools import SQL, mute_logger

from .models.cards.ir_ui_view import CARD_KEY
from .tools.person_names import fill_name_parts

_logger = logging.getLogger(__name__)


def pre_init_hook(env):
    """Prepare the database before the tables of the module are created."""
    _enable_trigram_search(env)
    _fill_stored_columns(env)


def _enable_trigram_search(env):
    """Add PostgreSQL's trigram extension, so that searches by a part of a name or phone can use an index.

    Odoo adds it to the databases that it creates itself. Without the right to add it, such searches are only slower.
    """
    if env.registry.has_trigram:
        return
    try:
        with env.cr.savepoint(), mute_logger('odoo.sql_db'):
            env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except psycopg2.Error:
        _logger.info("The database has no trigram extension: search by a part of a name or phone uses no index.")
    env.registry.has_trigram = has_trigram(env.cr)


def _fill_stored_columns(env):
    """Create and fill the stored columns on Odoo's own tables with one statement each.

    Otherwise the installation would compute them record by record, which takes hours on a large database.
    """
    cr = env.cr
    cr.execute("""
        ALTER TABLE res_partner
            ADD COLUMN IF NOT EXISTS counterparty_role varchar,
            ADD COLUMN IF NOT EXISTS mailing_consent varchar,
            ADD COLUMN IF NOT EXISTS origin_kind varchar,
            ADD COLUMN IF NOT EXISTS business_partner_id integer,
            ADD COLUMN IF NOT EXISTS dealflow_client_kind_id integer,
            ADD COLUMN IF NOT EXISTS requisites_fingerprint varchar,
            ADD COLUMN IF NOT EXISTS requisites_changed_by_id integer,
            ADD COLUMN IF NOT EXISTS requisites_changed_on timestamp,
            ADD COLUMN IF NOT EXISTS requisites_state varchar,
            ADD COLUMN IF NOT EXISTS requisites_confirmed_by_id integer,
            ADD COLUMN IF NOT EXISTS requisites_confirmed_on timestamp
    """)
    cr.execute("""
        UPDATE res_partner
           SET counterparty_role = 'both',
               mailing_consent = 'unknown',
               business_partner_id = commercial_partner_id,
               requisites_state = CASE WHEN commercial_partner_id = id THEN 'draft' ELSE 'none' END
    """)
    fill_name_parts(cr)
    cr.execute("ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS business_partner_id integer")
    cr.execute("""
        UPDATE sale_order AS document
           SET business_partner_id = customer.commercial_partner_id
          FROM res_partner AS customer
         WHERE customer.id = document.partner_id
    """)
    cr.execute("ALTER TABLE account_move ADD COLUMN IF NOT EXISTS business_partner_id integer")
    cr.execute("""
        UPDATE account_move
           SET business_partner_id = commercial_partner_id
         WHERE commercial_partner_id IS NOT NULL
    """)
    # No marketing events exist yet, so the computed value would be empty.
    cr.execute("""
        ALTER TABLE crm_lead
            ADD COLUMN IF NOT EXISTS marketing_event_id integer,
            ADD COLUMN IF NOT EXISTS marketing_last_event_id integer
    """)
    # A filter belongs to the one person it is for, else to whoever made it.
    cr.execute("ALTER TABLE ir_filters ADD COLUMN IF NOT EXISTS dealflow_owner_id integer")
    cr.execute("""
        UPDATE ir_filters AS saved
           SET dealflow_owner_id = COALESCE(
                   (
                       SELECT min(known.res_users_id)
                         FROM ir_filters_res_users_rel AS known
                        WHERE known.ir_filters_id = saved.id
                       HAVING count(*) = 1
                   ),
                   (SELECT maker.id FROM res_users AS maker WHERE maker.id = saved.create_uid AND NOT maker.share)
               )
    """)
    # No event has a type yet, so none has a status.
    cr.execute("ALTER TABLE calendar_event ADD COLUMN IF NOT EXISTS event_status_id integer")


def post_init_hook(env):
    """Fill what depends on the registers that come with the module."""
    fill_client_kinds(env.cr)


def fill_client_kinds(cr):
    """Give all clients without a kind the first one that fits, with one statement; contact persons are no clients."""
    cr.execute("""
        UPDATE res_partner AS partner
           SET dealflow_client_kind_id = (
                   SELECT kind.id
                     FROM dealflow_client_kind AS kind
                    WHERE kind.active AND kind.is_company = COALESCE(partner.is_company, FALSE)
                    ORDER BY kind.has_parent IS DISTINCT FROM (partner.parent_id IS NOT NULL), kind.sequence, kind.id
                    LIMIT 1
               )
         WHERE dealflow_client_kind_id IS NULL AND (parent_id IS NULL OR is_company)
    """)


def uninstall_hook(env):
    """Drop the foreign keys that would keep our tables from being dropped, and clean up what Odoo leaves behind.

    RESTRICT keys tie deals, logs and receipts to each other, and to partners, products and users. Odoo deletes data
    records before it drops tables and would fail on each of these keys. SET NULL keys stay, so that nothing is computed
    from deleted records.
    """
    env.cr.execute("""
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
          FROM pg_constraint
         WHERE contype = 'f'
           AND confdeltype IN ('a', 'r')
           AND (conrelid::regclass::text LIKE 'dealflow\\_%' OR confrelid::regclass::text LIKE 'dealflow\\_%')
    """)
    for [statement] in env.cr.fetchall():
        env.cr.execute(statement)
    # How cards were arranged, and the company's own fields, stand on forms and tables that stay.
    env['ir.ui.view'].with_context(active_test=False).search([('key', '=', CARD_KEY)]).unlink()
    own = env['ir.model.fields'].search([('state', '=', 'manual'), ('name', '=like', r'x\_dealflow\_%')])
    own.with_context(_force_unlink=True).unlink()
    # Odoo's engine would go on looking at what no rule asks for any more.
    env['base.automation'].with_context(active_test=False).search([('dealflow_runs_rules', '=', True)]).unlink()
    env['ir.config_parameter'].search([('key', '=like', 'dealflow.%')]).unlink()
    # Odoo leaves the metadata about our models that belongs to other modules, and that about our foreign keys.
    env.cr.execute("""
        DELETE FROM ir_model_data
         WHERE model IN ('ir.model.fields.selection', 'ir.model.inherit')
           AND module <> 'dealflow'
           AND name ~ '^(selection|model_inherit)__dealflow_'
    """)
    env.cr.execute("""
        DELETE FROM ir_model_constraint
         USING ir_module_module AS module
         WHERE module.id = ir_model_constraint.module AND module.name = 'dealflow' AND ir_model_constraint.type = 'f'
    """)
    # The invoice would name a payment code that nobody can make any more.
    env.cr.execute("UPDATE account_move SET qr_code_method = NULL WHERE qr_code_method = 'dealflow_zbp'")
    # With the indexes over it, also those on tables that stay.
    env.cr.execute(
        r"SELECT proname FROM pg_proc WHERE proname LIKE 'dealflow\_fold\_%'"
        " AND pronamespace = current_schema::regnamespace"
    )
    for [name] in env.cr.fetchall():
        env.cr.execute(SQL("DROP FUNCTION %s(text) CASCADE", SQL.identifier(name)))
    # Demo opportunities are deleted before the deals, whose computed fields would then read deleted records.
    env.cr.execute("UPDATE dealflow_deal SET lead_id = NULL")
    env.invalidate_all()
