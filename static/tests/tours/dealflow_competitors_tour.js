import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const choose = (field, name) => [
    { trigger: `${field} input`, run: `edit ${name}` },
    { trigger: `.ui-autocomplete > li > a:contains(${name})`, run: "click" },
];

/** A rep notes who else is in the race, loses to him, and looks at his battle card. */
registry.category("web_tour.tours").add("dealflow_competitors", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
        { trigger: "[data-menu-xmlid='dealflow.menu_deals']", run: "click" },
        { trigger: ".o_kanban_record:contains(Tour Desks)", run: "click" },
        { trigger: ".o_notebook_headers .nav-link[name=competitors]", run: "click" },
        {
            content: "note the competitor",
            trigger: ".o_field_widget[name=competitor_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose(".o_selected_row .o_field_widget[name=competitor_id]", "Tour Competitor"),
        { trigger: ".o_selected_row .o_field_widget[name=price] input", run: "edit 650" },
        ...stepUtils.saveForm(),
        {
            content: "he is in the race, and cheaper",
            trigger: ".o_field_widget[name=competitor_ids] .o_data_row:contains(In the race):contains(7.7)",
        },
        { trigger: ".o_statusbar_buttons button[name=action_open_lose]", run: "click" },
        ...choose(".modal .o_field_widget[name=lost_reason_id]", "Tour Reason"),
        ...choose(".modal .o_field_widget[name=competitor_id]", "Tour Competitor"),
        {
            content: "the known price is proposed; correct it",
            trigger: ".modal .o_field_widget[name=competitor_price] input:value(650)",
            run: "edit 630",
        },
        { trigger: ".modal .o_field_widget[name=comment] textarea", run: "edit He gave a discount" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: ".o_form_view:has(.o_widget_web_ribbon:contains(Lost))" },
        {
            content: "he took the deal",
            trigger: ".o_field_widget[name=competitor_ids] .o_data_row:contains(Took the deal):contains(630)",
        },
        { trigger: "[data-menu-xmlid='dealflow.menu_competitors']", run: "click" },
        { trigger: ".o_kanban_record:contains(Tour Competitor)", run: "click" },
        {
            content: "the battle card counts the loss",
            trigger: ".o_form_view div[name=lost_share] [name=lost_to_count]:contains(1)",
        },
        {
            content: "and names the deal",
            trigger: ".o_field_widget[name=last_deal_ids] .o_data_row:contains(Tour Desks):contains(Took the deal)",
        },
        {
            content: "open the cases of an industry",
            trigger: ".o_dealflow_battle_card section[data-section=industry] button:contains(Tour Schools)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Tour Desks)" },
    ],
});
