"""The screens that scripts/axe checks, and the Odoo screens they are compared with."""

from dataclasses import dataclass

DIALOG = '.modal .o_form_view'


@dataclass(frozen=True)
class Screen:
    """Where a screen is in the demo database, and what to click before it is checked."""

    title: str
    action: str
    # External id of the record to open.
    record: str = ''
    # CSS selectors, clicked in turn.
    clicks: tuple = ()
    # CSS selector of an element that is there once the screen is shown.
    shows: str = '.o_control_panel'
    login: str = 'admin'


def view(kind):
    """Return the selector of the button that switches to a kind of view."""
    return f'.o_switch_view.o_{kind}'


def tab(name):
    """Return the selector of the tab of a notebook page."""
    return f'.o_notebook .nav-link[name="{name}"]'


def button(name):
    """Return the selector of a button of a form or a list by its method."""
    return f'.o_action button[name="{name}"]'


DEALS, PARTNERS = 'dealflow.dealflow_deal_action', 'dealflow.res_partner_action_partners'
ENTITIES, RECEIPTS = 'dealflow.res_partner_action_legal_entities', 'dealflow.dealflow_receipt_action'
MARKETING, CLAIMS = 'dealflow.dealflow_marketing_event_action', 'dealflow.dealflow_claim_action'
COMPETITORS, CARD = 'dealflow.dealflow_competitor_action', 'dealflow.calendar_event_action_card'
SHEETS, REGISTER = 'dealflow.dealflow_meeting_sheet_action', 'dealflow.calendar_event_action_register'
# A deal of the rep with products, which are in the form from the start.
DEAL_WITH_PRICES, PRICES = 'dealflow.deal_22', '.o_dealflow_price_products tr[data-product]'
DEAL, PARTNER = 'dealflow.deal_01', 'dealflow.partner_severny'
FOLDED_HISTORY = ('.o_dealflow_button_group', '.o_dropdown_more button[name="action_dealflow_view_history"]')
SEARCH, SEARCH_ICON = '.o_dealflow_extended_search', '.o_control_panel_navigation > button'
COG, COLUMN = '.o_cp_action_menus .dropdown-toggle', '.modal .o_dealflow_column'
FOLDED_LINKS = ('.o_dealflow_button_group', '.o_dropdown_more button[name="action_dealflow_view_links"]')
HAMBURG, SHEET = 'dealflow.marketing_event_hamburg', 'dealflow.meeting_sheet_severny'

OURS = [
    Screen("Workplace", 'dealflow.dealflow_workplace_action', login='rep', shows='.o_dealflow_head'),
    Screen(
        "Workplace, who only looks", 'dealflow.dealflow_workplace_action', login='viewer', shows='.o_dealflow_workplace'
    ),
    Screen("Start page", 'dealflow.dealflow_start_action', login='rep', shows='.o_dealflow_my_day'),
    Screen(
        "Start page, head of sales", 'dealflow.dealflow_start_action', login='head', shows='.o_dealflow_deals_summary'
    ),
    Screen("Deals: kanban", DEALS, shows='.o_kanban_renderer'),
    Screen("Deals: list", DEALS, clicks=(view('list'),), shows='.o_list_renderer'),
    Screen("Extended search", DEALS, clicks=(view('list'), '.o_dealflow_search_toggle'), shows=SEARCH),
    Screen("Extended search on a phone", RECEIPTS, clicks=(SEARCH_ICON, '.o_dealflow_search_toggle'), shows=SEARCH),
    Screen("Columns of a list", DEALS, clicks=(view('list'), COG, '.o_dealflow_columns_item'), shows=COLUMN),
    Screen("Deal", DEALS, DEAL, shows='.o_form_renderer'),
    *(
        Screen(f"Deal: {name}", DEALS, DEAL, (tab(name),), '.o_form_renderer')
        for name in ('receipts', 'competitors', 'history', 'more')
    ),
    Screen("Price form", DEALS, DEAL_WITH_PRICES, (button('action_open_price_form'),), PRICES, login='rep'),
    Screen(
        "Letter with an offer",
        DEALS,
        DEAL_WITH_PRICES,
        (button('action_open_price_form'), '.o_dealflow_sell'),
        '.o_dealflow_send',
        login='rep',
    ),
    Screen("Move a deal", DEALS, DEAL, (button('action_open_move'),), DIALOG),
    Screen("Lose a deal", DEALS, DEAL, (button('action_open_lose'),), DIALOG),
    Screen("Split a deal", DEALS, DEAL, (button('action_open_split'),), DIALOG),
    Screen("Plan receipts", DEALS, 'dealflow.deal_02', (tab('receipts'), button('action_plan_receipts')), DIALOG),
    Screen(
        "Convert an opportunity",
        'crm.crm_lead_opportunities',
        'dealflow.lead_20',
        ('.o_form_statusbar button[data-hotkey="d"]',),
        DIALOG,
    ),
    Screen("Opportunity", 'crm.crm_lead_opportunities', 'dealflow.lead_20', shows='.o_form_renderer'),
    Screen("Receipts plan", RECEIPTS, shows='.o_list_renderer'),
    Screen("Receipts plan: kanban", RECEIPTS, clicks=(view('kanban'),), shows='.o_kanban_renderer'),
    Screen("Receipts plan: calendar", RECEIPTS, clicks=(view('calendar'),), shows='.o_calendar_renderer .fc'),
    Screen("Receipt", RECEIPTS, 'dealflow.receipt_01_1', shows='.o_form_renderer'),
    Screen("Postpone a receipt", RECEIPTS, 'dealflow.receipt_01_1', (button('action_open_postpone'),), DIALOG),
    Screen("Receipts at a glance", 'dealflow.dealflow_receipt_action_summary', shows='.o_dealflow_receipts_summary'),
    Screen("Cash calendar", 'dealflow.dealflow_receipt_day_action', shows='.o_calendar_renderer .fc'),
    Screen("Receipts: plan and fact", 'dealflow.dealflow_receipt_report_action_plan_fact', shows='.o_pivot'),
    Screen("Sales funnel", 'dealflow.dealflow_sales_funnel_action', shows='.o_dealflow_passage'),
    Screen("Deal dynamics", 'dealflow.dealflow_deal_dynamics_action', shows='.o_dealflow_deal_dynamics'),
    Screen("Conversion of opportunities", 'dealflow.dealflow_conversion_report_action', shows='.o_pivot'),
    Screen("Conversion: plan and fact", 'dealflow.dealflow_conversion_target_action', shows='.o_list_renderer'),
    Screen("My processes", 'dealflow.dealflow_process_action_mine', shows='.o_list_renderer', login='rep'),
    Screen("Salespeople: plan and fact", 'dealflow.dealflow_target_report_action', shows='.o_pivot'),
    Screen("Partners", PARTNERS, shows='.o_list_renderer'),
    Screen("Partner", PARTNERS, PARTNER, shows='.o_form_renderer'),
    *(
        Screen(f"Partner: {name}", PARTNERS, PARTNER, (tab(name),), '.o_form_renderer')
        for name in ('client', 'legal_entities')
    ),
    Screen("Partner: history", PARTNERS, PARTNER, FOLDED_HISTORY, '.o_list_renderer'),
    Screen("Partner: linked records", PARTNERS, PARTNER, FOLDED_LINKS, '.o_list_renderer'),
    Screen("Contacts", 'dealflow.res_partner_action_contacts', shows='.o_list_renderer'),
    Screen(
        "Opportunity: persons",
        'crm.crm_lead_action_pipeline',
        'dealflow.lead_01',
        (tab('dealflow_persons'),),
        '.o_form_renderer',
    ),
    Screen("New client", 'dealflow.res_partner_action_new_client', shows=DIALOG),
    Screen("Legal entities", ENTITIES, shows='.o_list_renderer'),
    Screen("Legal entity", ENTITIES, 'dealflow.entity_severny_trade', shows='.o_form_renderer'),
    Screen("Requisites to confirm", 'dealflow.res_partner_action_requisites_queue', shows='.o_list_renderer'),
    Screen(
        "Requisites: compare",
        'dealflow.res_partner_action_requisites_queue',
        clicks=('.o_data_row .o_data_cell',),
        shows='.o_form_renderer',
    ),
    Screen("Probable groups", 'dealflow.dealflow_partner_match_action', shows='.o_list_renderer'),
    Screen("Marketing events", MARKETING, shows='.o_list_renderer'),
    Screen("Marketing event", MARKETING, HAMBURG, shows='.o_form_renderer'),
    *(
        Screen(f"Marketing event: {name}", MARKETING, HAMBURG, (tab(name),), '.o_form_renderer')
        for name in ('costs', 'participants', 'results')
    ),
    Screen(
        "Marketing timeline", 'dealflow.dealflow_marketing_event_action_timeline', shows='.o_dealflow_timeline_grid'
    ),
    Screen("Comparison of events", 'dealflow.dealflow_marketing_event_action_results', shows='.o_list_renderer'),
    Screen("Competitors", COMPETITORS, shows='.o_kanban_renderer'),
    Screen("Battle card", COMPETITORS, 'dealflow.competitor_nordform', shows='.o_dealflow_battle_card'),
    Screen("Claims", CLAIMS, shows='.o_kanban_renderer'),
    Screen("Claim", CLAIMS, 'dealflow.claim_broken_chairs', shows='.o_form_renderer'),
    Screen("Calls", 'dealflow.dealflow_call_action', shows='.o_list_renderer', login='head'),
    Screen(
        "Telephony provider",
        'dealflow.dealflow_telephony_provider_action',
        'dealflow.telephony_provider_office',
        shows='.o_form_renderer',
    ),
    Screen("Claims report", 'dealflow.dealflow_claim_action_report', shows='.o_pivot'),
    Screen("Event", CARD, 'dealflow.event_call_severny', shows='.o_form_renderer', login='rep'),
    Screen(
        "Close an event", CARD, 'dealflow.event_call_severny', (button('action_dealflow_open_close'),), DIALOG, 'rep'
    ),
    Screen("Register of events", REGISTER, shows='.o_list_renderer'),
    Screen("My Day", 'dealflow.calendar_event_action_my_day', shows='.o_list_renderer', login='rep'),
    Screen("Schedule", 'dealflow.calendar_event_action_my_schedule', shows='.o_calendar_renderer .fc', login='rep'),
    Screen("Meeting sheet", SHEETS, SHEET, shows='.o_form_renderer', login='rep'),
    *(
        Screen(f"Meeting sheet: {name}", SHEETS, SHEET, (tab(name),), '.o_form_renderer', 'rep')
        for name in ('techniques', 'minutes', 'readers')
    ),
    Screen("Clients without a next event", 'dealflow.res_partner_action_forgotten', shows='.o_list_renderer'),
    Screen(
        "Funnel and its stages", 'dealflow.dealflow_funnel_action', 'dealflow.funnel_default', shows='.o_form_renderer'
    ),
    Screen(
        "Settings",
        'base_setup.action_general_configuration',
        clicks=('.settings_tab .tab[data-key="dealflow"]',),
        shows='.app_settings_block:not(.d-none)',
    ),
]

ODOO = [
    Screen("Opportunities: kanban", 'crm.crm_lead_action_pipeline', shows='.o_kanban_renderer'),
    Screen("Opportunities: list", 'crm.crm_lead_opportunities', clicks=(view('list'),), shows='.o_list_renderer'),
    Screen("Opportunity", 'crm.crm_lead_action_pipeline', 'dealflow.lead_01', shows='.o_form_renderer'),
    Screen("Opportunity with activities", 'crm.crm_lead_action_pipeline', 'crm.crm_case_13', shows='.o-mail-Activity'),
    Screen("Activities", 'crm.crm_lead_action_pipeline', clicks=(view('activity'),), shows='.o_activity_view'),
    Screen("Pipeline analysis", 'crm.crm_opportunity_report_action', clicks=(view('pivot'),), shows='.o_pivot'),
    Screen("Calendar", 'calendar.action_calendar_event', shows='.o_calendar_renderer .fc'),
    Screen("Event", 'calendar.action_calendar_event', 'calendar.calendar_event_1', shows='.o_form_renderer'),
    Screen("Modules", 'base.open_module_tree', shows='.o_kanban_renderer'),
    Screen("Stages of opportunities", 'crm.crm_stage_action', shows='.o_list_renderer'),
    Screen("Tags", 'sales_team.sales_team_crm_tag_action', shows='.o_list_renderer'),
    Screen("Contacts", 'base.action_partner_form', clicks=(view('list'),), shows='.o_list_renderer'),
    Screen("Contact", 'base.action_partner_form', 'base.res_partner_1', shows='.o_form_renderer'),
    Screen("Orders", 'sale.action_quotations_with_onboarding', shows='.o_list_renderer'),
    Screen("Order", 'sale.action_quotations_with_onboarding', 'sale.sale_order_1', shows='.o_form_renderer'),
    Screen(
        "New order", 'sale.action_quotations_with_onboarding', clicks=('.o_list_button_add',), shows='.o_form_renderer'
    ),
    Screen("Mailings", 'mass_mailing.mailing_mailing_action_mail', clicks=(view('list'),), shows='.o_list_renderer'),
    Screen(
        "Sales teams", 'sales_team.crm_team_action_config', 'sales_team.team_sales_department', shows='.o_form_renderer'
    ),
    Screen("User", 'base.action_res_users', 'base.user_demo', shows='.o_form_renderer'),
    Screen(
        "Lose an opportunity",
        'crm.crm_lead_action_pipeline',
        'dealflow.lead_01',
        ('.o_form_statusbar button[data-hotkey="l"]',),
        DIALOG,
    ),
    Screen(
        "Settings",
        'base_setup.action_general_configuration',
        clicks=('.settings_tab .tab[data-key="crm"]',),
        shows='.app_settings_block:not(.d-none)',
    ),
]
