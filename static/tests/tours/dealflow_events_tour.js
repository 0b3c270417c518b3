import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const field = (name) => `.o_field_widget[name=${name}]`;
const row = (name) => `.o_data_row:contains(${name})`;
const openApp = () => [
    stepUtils.showAppsMenuItem(),
    { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
];
const openMenu = (menu) => [
    { trigger: "[data-menu-xmlid='dealflow.menu_relationships']", run: "click" },
    { trigger: `[data-menu-xmlid='dealflow.${menu}']`, run: "click" },
];

/** Plan a call from the card of a partner, finish it with its result, and with the next step in the same dialog. */
registry.category("web_tour.tours").add("dealflow_event_call", {
    steps: () => [
        { content: "the card of the partner", trigger: ".o_form_view .o_cp_action_menus button", run: "click" },
        { trigger: ".o-dropdown-item:contains(Add Event)", run: "click" },
        { content: "the client is known", trigger: `.modal ${field("business_partner_id")} input:value(Tour Client)` },
        { trigger: `.modal ${field("name")} input`, run: "edit Tour call" },
        { content: "save and edit", trigger: ".modal button[name=action_dealflow_save]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_form_view button[name=action_dealflow_open_close]", run: "click" },
        { trigger: `.modal ${field("result")} textarea`, run: "edit Wants two variants" },
        { trigger: `.modal ${field("next_step")} input`, run: "edit Send two variants && press Tab" },
        {
            content: "the next step is the subject of the next event",
            trigger: `.modal ${field("next_name")} input:value(Send two variants)`,
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            content: "back on the card of the partner",
            trigger: "body:not(:has(.modal)) .o_form_view:has(button[name=action_dealflow_log_call])",
        },
    ],
});

/** Prepare a meeting, hold it, keep its minutes. */
registry.category("web_tour.tours").add("dealflow_event_meeting", {
    url: "/odoo",
    steps: () => [
        ...openApp(),
        ...openMenu("menu_relationships_meetings"),
        { trigger: `${row("Tour meeting")} td[name=name]`, run: "click" },
        { trigger: "button[name=action_dealflow_open_meeting_sheet]", run: "click" },
        { trigger: `${field("goal")} textarea`, run: "edit They choose a variant" },
        { trigger: "a[name=techniques]", run: "click" },
        { trigger: `${field("technique_ids")} .o_field_x2many_list_row_add a`, run: "click" },
        { trigger: `${field("technique_ids")} ${field("technique_id")} input`, run: "edit Tour technique" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour technique)", run: "click" },
        { trigger: `${field("technique_ids")} ${field("plan")} input`, run: "edit Blue or grey" },
        { content: "back to the meeting, which takes place", trigger: "button[name=action_open_event]", run: "click" },
        { trigger: "button[name=action_dealflow_open_close]", run: "click" },
        { trigger: `.modal ${field("result")} textarea`, run: "edit They take the blue ones" },
        { content: "the way is asked for meetings", trigger: `.modal ${field("distance_km")} input`, run: "edit 12" },
        { trigger: `.modal ${field("plan_next")} input`, run: "click" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "back on the sheet", trigger: "body:not(:has(.modal)) a[name=minutes]", run: "click" },
        { trigger: `${field("discussion")} textarea`, run: "edit They liked the blue ones" },
        { trigger: `${field("agreement_ids")} .o_field_x2many_list_row_add a`, run: "click" },
        { trigger: `${field("agreement_ids")} ${field("name")} input`, run: "edit Send samples" },
        { trigger: `${field("agreement_ids")} ${field("partner_id")} input`, run: "edit Tour Planner" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour Planner)", run: "click" },
        { trigger: `${field("agreement_ids")} ${field("date_deadline")} input`, run: "edit 12/31/2030 && press Tab" },
        { trigger: "button[name=action_finish_minutes]", run: "click" },
        { content: "minuted", trigger: ".o_arrow_button_current:contains(Minutes Written)" },
        { content: "and may be sent after a look", trigger: "button[name=action_send_minutes]" },
    ],
});

/** Look for events in the register: what is overdue, of one type. */
registry.category("web_tour.tours").add("dealflow_event_register", {
    url: "/odoo",
    steps: () => [
        ...openApp(),
        ...openMenu("menu_relationships_register"),
        { content: "overdue is red", trigger: `${row("Tour overdue")}.text-danger` },
        { content: "planned is orange", trigger: `${row("Tour planned")}.text-warning` },
        { content: "high priority is bold", trigger: `${row("Tour planned")}.fw-bold` },
        { content: "done is quiet", trigger: `${row("Tour done")}.text-muted` },
        { content: "low priority is italic", trigger: `${row("Tour done")}.fst-italic` },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_filter_menu .o_menu_item:contains(Overdue)", run: "click" },
        { trigger: `.o_list_view:not(:has(${row("Tour planned")}))` },
        { trigger: row("Tour overdue") },
        { content: "no more filters", trigger: ".o_facet_remove", run: "click" },
        { trigger: row("Tour planned") },
        { trigger: ".o_searchview_input", run: "edit Tour done" },
        { trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Event)", run: "click" },
        { trigger: `.o_list_view:not(:has(${row("Tour planned")}))` },
        { content: "found by its subject", trigger: row("Tour done") },
    ],
});
