from odoo.tools.sql import column_exists

# What Dealflow adds to models of other modules has its prefix. Fields that are not stored: model, old name, new name.
FIELDS = (
    ('account.move', 'show_all_entities', 'dealflow_show_all_entities'),
    ('calendar.event', 'client_email', 'dealflow_client_email'),
    ('calendar.event', 'client_local_time', 'dealflow_client_local_time'),
    ('calendar.event', 'client_phone', 'dealflow_client_phone'),
    ('calendar.event', 'crm_state', 'dealflow_state'),
    ('calendar.event', 'event_color', 'dealflow_event_color'),
    ('calendar.event', 'event_prompt', 'dealflow_event_prompt'),
    ('calendar.event', 'is_call', 'dealflow_is_call'),
    ('calendar.event', 'is_client_fixed', 'dealflow_is_client_fixed'),
    ('calendar.event', 'is_locked', 'dealflow_is_locked'),
    ('calendar.event', 'is_meeting', 'dealflow_is_meeting'),
    ('calendar.event', 'may_be_kept_inside', 'dealflow_may_be_kept_inside'),
    ('calendar.event', 'user_function', 'dealflow_user_function'),
    ('crm.lead', 'deal_count', 'dealflow_deal_count'),
    ('crm.lead', 'has_deals', 'dealflow_has_deals'),
    ('mailing.mailing', 'is_approval_required', 'dealflow_is_approval_required'),
    ('res.partner', 'current_partner_ids', 'dealflow_current_partner_ids'),
    ('res.partner', 'entity_count', 'dealflow_entity_count'),
    ('res.partner', 'figures_currency_id', 'dealflow_figures_currency_id'),
    ('res.partner', 'is_forgotten', 'dealflow_is_forgotten'),
    ('res.partner', 'local_time', 'dealflow_local_time'),
    ('res.partner', 'open_claim_count', 'dealflow_open_claim_count'),
    ('res.partner', 'phone_search', 'dealflow_phone_search'),
    ('res.users', 'hidden_lead_stage_ids', 'dealflow_hidden_lead_stage_ids'),
    ('res.users', 'hidden_stage_ids', 'dealflow_hidden_stage_ids'),
    ('res.users', 'locked_lead_stage_ids', 'dealflow_locked_lead_stage_ids'),
    ('res.users', 'locked_stage_ids', 'dealflow_locked_stage_ids'),
    ('sale.order', 'show_all_entities', 'dealflow_show_all_entities'),
)
# Stored fields of ours: model, old name, new name.
COLUMNS = (
    ('dealflow.claim', 'cost_company', 'cost_amount_company'),
    ('dealflow.deal', 'is_stage_proven', 'meets_requirements'),
    ('dealflow.deal.log', 'missing_evidence', 'missing_requirements'),
    ('dealflow.event.type', 'sync_outside', 'allows_external_sync'),
    ('dealflow.funnel', 'is_evidence_demanded', 'enforces_requirements'),
    ('dealflow.marketing.cost', 'actual_company', 'actual_amount_company'),
    ('dealflow.marketing.cost', 'planned_company', 'planned_amount_company'),
    ('dealflow.receipt', 'matched_company', 'matched_amount_company'),
    ('dealflow.receipt', 'open_company', 'open_amount_company'),
    ('dealflow.receipt', 'received_company', 'received_amount_company'),
    ('dealflow.stage.requirement', 'count', 'min_count'),
    ('dealflow.stage.requirement', 'days', 'max_age_days'),
    ('dealflow.stage.requirement', 'percent', 'min_percent'),
)
# External ids: old name, new name.
IDS = (
    ('ir_cron_refresh_evidence', 'ir_cron_refresh_requirements'),
    ('privilege_evidence', 'privilege_requirements'),
)
# Code of scheduled jobs, which an upgrade does not change: old code, new code.
CODE = (
    ('model._cron_verify_requisites()', 'model._dealflow_cron_verify_requisites()'),
    ('model._cron_refresh_evidence()', 'model._cron_refresh_requirements()'),
)
# Buttons: model and old name of the method; the new name has «dealflow_» after «action_».
BUTTONS = (
    ('calendar.event', 'action_new_event'),
    ('calendar.event', 'action_new_task'),
    ('calendar.event', 'action_open_card'),
    ('calendar.event', 'action_open_close'),
    ('calendar.event', 'action_open_meeting_sheet'),
    ('calendar.event', 'action_save'),
    ('calendar.event', 'action_save_and_new'),
    ('calendar.event', 'action_view_client_history'),
    ('calendar.event', 'action_view_my_schedule'),
    ('calendar.event', 'action_view_schedule'),
    ('crm.lead', 'action_log_call'),
    ('crm.lead', 'action_new_event'),
    ('crm.lead', 'action_view_client_events'),
    ('crm.lead', 'action_view_deals'),
    ('dealflow.claim', 'action_log_call'),
    ('dealflow.claim', 'action_new_event'),
    ('dealflow.claim', 'action_view_client_events'),
    ('dealflow.deal', 'action_log_call'),
    ('dealflow.deal', 'action_new_event'),
    ('dealflow.deal', 'action_view_client_events'),
    ('dealflow.marketing.event', 'action_log_call'),
    ('dealflow.marketing.event', 'action_new_event'),
    ('dealflow.marketing.event', 'action_view_client_events'),
    ('mailing.mailing', 'action_approve'),
    ('mailing.mailing', 'action_cancel_for_good'),
    ('mailing.mailing', 'action_prepare_again'),
    ('mailing.mailing', 'action_request_approval'),
    ('mailing.mailing', 'action_return'),
    ('res.partner', 'action_log_call'),
    ('res.partner', 'action_new_event'),
    ('res.partner', 'action_save_and_edit'),
    ('res.partner', 'action_save_and_new'),
    ('res.partner', 'action_view_bank_accounts'),
    ('res.partner', 'action_view_claims'),
    ('res.partner', 'action_view_client_events'),
    ('res.partner', 'action_view_deals'),
    ('res.partner', 'action_view_history'),
    ('res.partner', 'action_view_legal_entities'),
    ('res.partner', 'action_view_projects'),
    ('res.partner', 'action_view_requisites'),
    ('sale.order', 'action_view_deal'),
)
# Table, and old name of its index or constraint without the table's name.
INDEXES = (
    ('calendar_event', 'register_idx'),
    ('mailing_trace', 'partner_idx'),
    ('res_partner', 'complete_name_trgm_idx'),
    ('res_partner', 'phone_digits_idx'),
    ('res_partner', 'requisites_queue_idx'),
    ('res_partner_industry', 'code_uniq'),
)
CONSTRAINTS = (
    ('calendar_event', 'check_work'),
    ('res_company', 'check_claim_hours'),
)


def migrate(cr, version):
    """Rename stored uses of the old names: columns, filters, rules, exports, indexes and constraints.

    An index is renamed and not rebuilt, which would take long on a large register of partners.
    """
    for table, name in INDEXES:
        cr.execute(f'ALTER INDEX IF EXISTS "{table}_{name}" RENAME TO "{table}_dealflow_{name}"')
    for table, name in CONSTRAINTS:
        cr.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [f'{table}_{name}'])
        if cr.rowcount:
            cr.execute(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{table}_{name}" TO "{table}_dealflow_{name}"')
    for table, name in (*INDEXES, *CONSTRAINTS):
        cr.execute(
            """
            UPDATE ir_model_constraint
               SET name = %s
             WHERE name = %s AND module = (SELECT id FROM ir_module_module WHERE name = 'dealflow')
        """,
            [f'{table}_dealflow_{name}', f'{table}_{name}'],
        )
    for model, former, present in COLUMNS:
        table = model.replace('.', '_')
        # Versions before the previous one do not have all of these columns.
        if not column_exists(cr, table, former):
            continue
        cr.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{former}" TO "{present}"')
        cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [present, model, former])
        _rename_id(cr, f'field_{table}__{former}', f'field_{table}__{present}')
    for former, present in IDS:
        _rename_id(cr, former, present)
    for former, present in CODE:
        cr.execute("UPDATE ir_act_server SET code = %s WHERE btrim(code) = %s", [present, former])
    # Views that inherit from ours are validated as soon as ours are written, so the buttons and fields in them are
    # renamed too.
    buttons = [(model, former, former.replace('action_', 'action_dealflow_')) for model, former in BUTTONS]
    for model, former, present in (*FIELDS, *COLUMNS, *buttons):
        # Our views embed lists of our records in forms of other models too. Views of other modules are left alone
        # there, because Odoo has similar names.
        is_ours = (model, former, present) in COLUMNS and '_' in former
        cr.execute(
            """
            UPDATE ir_ui_view
               SET arch_db = regexp_replace(arch_db::text, %(word)s, %(present)s, 'g')::jsonb
             WHERE arch_db::text ~ %(word)s
               AND (
                    model = %(model)s
                    OR %(is_ours)s AND id IN (
                        SELECT res_id FROM ir_model_data WHERE module = 'dealflow' AND model = 'ir.ui.view'
                    )
                   )
        """,
            {'model': model, 'is_ours': is_ours, 'word': rf'(?<!\.)\y{former}\y', 'present': present},
        )
    for model, former, present in (*FIELDS, *COLUMNS):
        word = rf'\y{former}\y'
        values = {'model': model, 'word': word, 'present': present, 'former': former}
        # Saved filters and automation rules.
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
        # Record rules are not updated with the module, and those by stage read these fields of the user.
        if model == 'res.users':
            cr.execute(
                """
                UPDATE ir_rule
                   SET domain_force = regexp_replace(domain_force, %(word)s, %(present)s, 'g')
                 WHERE domain_force ~ %(word)s
            """,
                values,
            )


def _rename_id(cr, former, present):
    """Rename an external id of Dealflow."""
    cr.execute("UPDATE ir_model_data SET name = %s WHERE module = 'dealflow' AND name = %s", [present, former])
