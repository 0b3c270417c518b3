from odoo.addons.dealflow.tools import renames

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
    """Rename stored uses of the old names: columns, filters, rules, exports, indexes and constraints."""
    for table, name in INDEXES:
        renames.rename_index(cr, table, name, f'dealflow_{name}')
    for table, name in CONSTRAINTS:
        renames.rename_constraint(cr, table, name, f'dealflow_{name}')
    for model, former, present in COLUMNS:
        renames.rename_column(cr, model, former, present)
    for former, present in IDS:
        renames.rename_external_id(cr, former, present)
    for former, present in CODE:
        renames.rename_job_code(cr, former, present)
    buttons = [(model, former, former.replace('action_', 'action_dealflow_')) for model, former in BUTTONS]
    for model, former, present in (*FIELDS, *COLUMNS, *buttons):
        is_ours = (model, former, present) in COLUMNS and '_' in former
        renames.rename_in_views(cr, model, former, present, is_ours)
    for model, former, present in (*FIELDS, *COLUMNS):
        renames.rename_in_expressions(cr, model, former, present)
        # The record rules by stage read these fields of the user.
        if model == 'res.users':
            renames.rename_in_record_rules(cr, former, present)
