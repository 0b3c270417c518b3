import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const field = (key) => `.o_dealflow_search_field[data-key='${key}']`;
const column = (box, name) => `.o_dealflow_column_box[data-box=${box}] [data-name=${name}]`;
const openDeals = () => [
    stepUtils.showAppsMenuItem(),
    { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
    { trigger: "[data-menu-xmlid='dealflow.menu_deals']", run: "click" },
    { trigger: ".o_switch_view.o_list", run: "click" },
    { trigger: ".o_list_view .o_data_row" },
];
const openColumns = () => [
    { trigger: ".o_cp_action_menus .dropdown-toggle", run: "click" },
    { trigger: ".o_dealflow_columns_item", run: "click" },
];

/** A rep searches by three fields, saves that as a filter and takes it again; then saves columns for the team. */
registry.category("web_tour.tours").add("dealflow_extended_search", {
    steps: () => [
        ...openDeals(),
        { content: "unfold the form", trigger: ".o_dealflow_search_toggle", run: "click" },
        { trigger: `${field("name")} input`, run: "edit Tour chairs" },
        { trigger: `${field("amount_company")} input[name=from]`, run: "edit 1000" },
        { trigger: `${field("opened_on")} select`, run: "select last_30_days" },
        { content: "Search", trigger: ".o_dealflow_extended_search button[type=submit]", run: "click" },
        { trigger: ".o_searchview_facet:contains(Tour chairs)" },
        { trigger: ".o_searchview_facet:contains(from 1,000)" },
        { trigger: ".o_searchview_facet:contains(Last 30 days)" },
        {
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Tour cheap chairs))) .o_data_row:contains(Tour chairs)",
        },
        { content: "save it", trigger: ".o_dealflow_search_save input", run: "edit Tour filter" },
        { trigger: ".o_dealflow_search_save button", run: "click" },
        { trigger: ".o_searchview_facet:contains(Tour filter)" },
        { content: "fold the form", trigger: ".o_dealflow_search_toggle", run: "click" },
        { content: "take the filter off", trigger: ".o_searchview_facet .o_facet_remove", run: "click" },
        { trigger: ".o_data_row:contains(Tour cheap chairs)" },
        { content: "take it from the list again", trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_favorite_menu .o-dropdown-item:contains(Tour filter)", run: "click" },
        {
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Tour cheap chairs))) .o_data_row:contains(Tour chairs)",
        },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        ...openColumns(),
        {
            content: "a column that the list does not have",
            trigger: ".o_dealflow_columns [type=search]",
            run: "edit Last Updated by",
        },
        { trigger: `${column("holder", "write_uid")} .o_dealflow_column_add`, run: "click" },
        { trigger: `${column("shown", "write_uid")} .fa-arrow-up`, run: "click" },
        { trigger: `${column("shown", "user_id")} .o_dealflow_column_remove`, run: "click" },
        { trigger: ".o_dealflow_columns_name", run: "edit Tour columns" },
        { trigger: ".o_dealflow_columns_new", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_list_view th[data-name=write_uid]" },
        { content: "the filter is still there", trigger: ".o_searchview_facet:contains(Tour filter)" },
        { trigger: ".o_list_view:not(:has(th[data-name=user_id]))" },
        ...openColumns(),
        { content: "share it", trigger: ".o_dealflow_set_share", run: "click" },
        { trigger: ".modal .o_field_widget[name=dealflow_team_ids] input", run: "edit Tour team" },
        { trigger: ".ui-autocomplete > li > a:contains(Tour team)", run: "click" },
        { trigger: ".modal .o_field_widget[name=dealflow_team_ids] .badge:contains(Tour team)" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal .o_form_view)) .modal .o_dealflow_columns" },
        { trigger: ".modal-footer .btn:contains(Discard)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

/** A colleague of the team uses the columns, and cannot change them. */
registry.category("web_tour.tours").add("dealflow_shared_columns", {
    steps: () => [
        ...openDeals(),
        { trigger: ".o_list_view th[data-name=user_id]" },
        ...openColumns(),
        { trigger: ".o_dealflow_set:contains(Tour columns)", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_list_view th[data-name=write_uid]" },
        { trigger: ".o_list_view:not(:has(th[data-name=user_id]))" },
        ...openColumns(),
        {
            content: "only a copy can be saved",
            trigger: ".modal:not(:has(.o_dealflow_columns_save)) .o_dealflow_columns_new",
        },
        { trigger: ".modal:not(:has(.o_dealflow_set_share)) .o_dealflow_as_shipped", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_list_view th[data-name=user_id]" },
    ],
});
