from odoo.addons.dealflow.tools import renames

# Fields that are not stored: model, old name, new name.
FIELDS = (
    ('calendar.event', 'dealflow_may_be_kept_inside', 'dealflow_can_skip_external_sync'),
    ('dealflow.client.flow.report', 'client_status_id', 'partner_status_id'),
    ('dealflow.deal.report', 'client_status_id', 'partner_status_id'),
    ('dealflow.product.report', 'client_status_id', 'partner_status_id'),
    ('res.partner', 'dealflow_double_warning', 'dealflow_duplicate_warning'),
    ('res.partner', 'dealflow_entity_count', 'dealflow_legal_entity_count'),
)
# Stored fields: model, old name, new name.
COLUMNS = (
    ('calendar.event', 'is_kept_inside', 'dealflow_skip_external_sync'),
    ('res.company', 'dealflow_move_words', 'dealflow_check_move_comments'),
    ('res.company', 'dealflow_receipt_spare_controlled', 'dealflow_receipt_defer_to_credit_control'),
)
# External ids: old name, new name.
IDS = (
    ('action_report_marketing_comparison', 'action_report_marketing_event_comparison'),
    ('action_report_meeting_form', 'action_report_meeting_sheet_form'),
    ('action_report_meeting_summary', 'action_report_meeting_sheet_summary'),
    ('action_report_payment_schedule', 'action_report_deal_payment_schedule'),
    ('base_module_uninstall_view_form', 'base_module_uninstall_view_form_inherit_dealflow'),
    ('crm_lead_view_form_events', 'crm_lead_view_form_inherit_dealflow_events'),
    ('dealflow_marketing_timeline_action', 'dealflow_marketing_event_action_timeline'),
    ('dealflow_report_cross_sales_action', 'dealflow_product_pair_report_action'),
    ('dealflow_report_cycle_time_action', 'dealflow_deal_report_action_cycle_time'),
    ('dealflow_report_forecast_action', 'dealflow_deal_report_action_forecast'),
    ('dealflow_report_lost_reasons_action', 'dealflow_deal_report_action_lost_reasons'),
    ('dealflow_report_products_action', 'dealflow_product_report_action'),
    ('dealflow_report_sellers_action', 'dealflow_deal_report_action_sellers'),
    ('dealflow_report_sources_action', 'dealflow_deal_report_action_sources'),
    ('filter_client_flow', 'ir_filters_client_flow'),
    ('filter_cross_sales', 'ir_filters_cross_sales'),
    ('filter_cycle_time', 'ir_filters_cycle_time'),
    ('filter_dynamics', 'ir_filters_dynamics'),
    ('filter_forecast', 'ir_filters_forecast'),
    ('filter_funnel', 'ir_filters_funnel'),
    ('filter_lost_reasons', 'ir_filters_lost_reasons'),
    ('filter_products', 'ir_filters_products'),
    ('filter_sellers', 'ir_filters_sellers'),
    ('filter_sources', 'ir_filters_sources'),
    ('filter_targets', 'ir_filters_targets'),
    ('ir_cron_claim_reminders', 'ir_cron_claim_remind'),
    ('ir_cron_contracts', 'ir_cron_contract_state'),
    ('ir_cron_events_remind', 'ir_cron_deal_remind_forgotten'),
    ('ir_cron_receipt_habits', 'ir_cron_receipt_habit_refresh'),
    ('ir_cron_receipt_reminders', 'ir_cron_receipt_remind'),
    ('ir_cron_refresh_main_partners', 'ir_cron_entity_link_main_partners'),
    ('ir_cron_refresh_requirements', 'ir_cron_deal_requirements'),
    ('ir_cron_verify_requisites', 'ir_cron_res_partner_verify_requisites'),
    ('mail_template_meeting_minutes', 'mail_template_meeting_sheet_minutes'),
    ('menu_dealflow_configuration', 'menu_configuration'),
    ('menu_dealflow_configuration_partners', 'menu_configuration_partners'),
    ('menu_dealflow_contracts', 'menu_contracts'),
    ('menu_dealflow_entity_links', 'menu_configuration_entity_links'),
    ('menu_dealflow_find_groups', 'menu_partner_match_find'),
    ('menu_dealflow_industries', 'menu_configuration_industries'),
    ('menu_dealflow_legal_entities', 'menu_legal_entities'),
    ('menu_dealflow_matches', 'menu_partner_matches'),
    ('menu_dealflow_new_client', 'menu_new_client'),
    ('menu_dealflow_opportunity_categories', 'menu_configuration_opportunity_categories'),
    ('menu_dealflow_partner_categories', 'menu_configuration_partner_categories'),
    ('menu_dealflow_partner_statuses', 'menu_configuration_partner_statuses'),
    ('menu_dealflow_partners', 'menu_partners'),
    ('menu_dealflow_partners_section', 'menu_partners_section'),
    ('menu_dealflow_regions', 'menu_configuration_regions'),
    ('menu_dealflow_requisites_queue', 'menu_requisites_queue'),
    ('res_partner_view_form_events', 'res_partner_view_form_inherit_dealflow_events'),
    ('res_users_view_form_preferences', 'res_users_view_form_inherit_dealflow_preferences'),
    ('rule_dealflow_contract_company', 'dealflow_contract_rule_company'),
    ('rule_dealflow_entity_link_company', 'dealflow_entity_link_rule_company'),
    ('rule_dealflow_history_company', 'dealflow_history_rule_company'),
    ('rule_dealflow_history_visible_stage', 'dealflow_history_rule_visible_stage'),
    ('sequence_dealflow_claim', 'ir_sequence_claim'),
    ('sequence_dealflow_deal', 'ir_sequence_deal'),
    ('stage_contract_requirement', 'stage_requirement_contract'),
    ('stage_paid_requirement', 'stage_requirement_paid'),
    ('stage_shipping_requirement', 'stage_requirement_shipping'),
)
# Code of scheduled jobs, which an upgrade does not change: old code, new code.
CODE = (('model._cron_follow_dates()', 'model._cron_update_state()'),)
# Methods of buttons: model, old name, new name.
BUTTONS = (
    ('dealflow.deal', 'action_level_receipts', 'action_adjust_receipts'),
    ('dealflow.marketing.event', 'action_make_opportunities', 'action_create_opportunities'),
    ('dealflow.marketing.participant', 'action_make_opportunities', 'action_create_opportunities'),
    ('dealflow.partner.match', 'action_different', 'action_mark_different'),
    ('dealflow.partner.match', 'action_find', 'action_find_matches'),
    ('dealflow.partner.match', 'action_same_group', 'action_link_to_group'),
    ('mailing.mailing', 'action_dealflow_cancel_for_good', 'action_dealflow_cancel'),
    ('mailing.mailing', 'action_dealflow_prepare_again', 'action_dealflow_reset_to_preparation'),
)


def migrate(cr, version):
    """Rename stored uses of the old names: columns, views, filters, rules, exports and code of server actions."""
    for model, former, present in COLUMNS:
        renames.rename_column(cr, model, former, present)
    for former, present in IDS:
        renames.rename_external_id(cr, former, present)
        # A job has a second one, of the action that it runs.
        renames.rename_external_id(cr, f'{former}_ir_actions_server', f'{present}_ir_actions_server')
    for former, present in CODE:
        renames.rename_job_code(cr, former, present)
    for model, former, present in (*FIELDS, *COLUMNS, *BUTTONS):
        renames.rename_in_views(cr, model, former, present, (model, former, present) in COLUMNS)
        renames.rename_in_server_actions(cr, model, former, present)
    for model, former, present in (*FIELDS, *COLUMNS):
        renames.rename_in_expressions(cr, model, former, present)
    for model, former, present in COLUMNS:
        if model in ('calendar.event', 'res.partner'):
            renames.rename_in_paths(cr, former, present)
