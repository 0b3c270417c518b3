# Actions by external id, with their paths so far; the new paths begin with «dealflow-».
PATHS = {
    'calendar_event_action_my_day': 'my-day',
    'calendar_event_action_register': 'relationships',
    'calendar_event_action_my_schedule': 'my-schedule',
    'calendar_event_action_others_schedule': 'schedule',
    'dealflow_claim_action': 'claims',
    'dealflow_claim_action_report': 'report-claims',
    'dealflow_client_flow_report_action': 'clients-won-and-lost',
    'dealflow_competitor_action': 'competitors',
    'dealflow_competitor_product_report_action': 'report-competitors-products',
    'dealflow_competitor_report_action': 'report-competitors',
    'dealflow_contract_action': 'contracts',
    'dealflow_deal_action': 'deals',
    'dealflow_deal_dynamics_action': 'deal-dynamics',
    'dealflow_deal_log_action': 'deal-moves',
    'dealflow_marketing_event_action': 'marketing-events',
    'dealflow_marketing_event_action_results': 'marketing-comparison',
    'dealflow_marketing_material_action': 'marketing-materials',
    'dealflow_marketing_participant_action': 'marketing-participants',
    'dealflow_marketing_report_action': 'marketing-analysis',
    'dealflow_marketing_timeline_action': 'marketing-timeline',
    'dealflow_meeting_sheet_action': 'meeting-sheets',
    'dealflow_receipt_action': 'receipts',
    'dealflow_receipt_action_promises': 'receipts-promises',
    'dealflow_receipt_action_summary': 'receipts-summary',
    'dealflow_receipt_day_action': 'cash-calendar',
    'dealflow_receipt_report_action_forecast': 'receipts-forecast',
    'dealflow_receipt_report_action_plan_fact': 'receipts-plan-fact',
    'dealflow_region_action': 'regions',
    'dealflow_report_cross_sales_action': 'report-cross-sales',
    'dealflow_report_cycle_time_action': 'report-cycle-time',
    'dealflow_report_forecast_action': 'report-forecast',
    'dealflow_report_lost_reasons_action': 'report-lost-reasons',
    'dealflow_report_products_action': 'report-products',
    'dealflow_report_sellers_action': 'report-sellers',
    'dealflow_report_sources_action': 'report-sources',
    'dealflow_sales_funnel_action': 'sales-funnel',
    'dealflow_target_action': 'sales-targets',
    'dealflow_target_report_action': 'sellers-plan-and-fact',
    'res_partner_action_contacts': 'deal-contacts',
    'res_partner_action_legal_entities': 'legal-entities',
    'res_partner_action_partners': 'partners',
    'res_partner_action_requisites_queue': 'requisites-to-confirm',
}


def migrate(cr, version):
    """Rename the paths of actions, and remember those that people have chosen themselves.

    The module's data overwrite all paths; the post script restores those that people have chosen.
    """
    cr.execute(
        """
        CREATE TEMPORARY TABLE dealflow_path AS
             SELECT action.id, action.path, former.path AS former_path
               FROM unnest(%s, %s) AS former(name, path)
               JOIN ir_model_data AS data ON data.module = 'dealflow' AND data.name = former.name
               JOIN ir_actions AS action ON action.id = data.res_id
              WHERE data.model LIKE 'ir.actions.%%'
    """,
        [list(PATHS), list(PATHS.values())],
    )
    cr.execute("""
        UPDATE ir_actions
           SET path = 'dealflow-' || dealflow_path.path
          FROM dealflow_path
         WHERE ir_actions.id = dealflow_path.id AND dealflow_path.path = dealflow_path.former_path
    """)
    cr.execute("DELETE FROM dealflow_path WHERE path = former_path")
