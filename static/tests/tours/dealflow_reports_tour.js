import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("dealflow_reports", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
        {
            content: "open the funnel",
            trigger: "[data-menu-xmlid='dealflow.menu_sales_funnel']",
            run: "click",
        },
        {
            content: "all of the year",
            trigger: ".o_dealflow_sales_funnel .o_dealflow_option_preset",
            run: "selectByLabel 12 months",
        },
        {
            content: "two deals reached the offer: open them",
            trigger: ".o_dealflow_passage tr[data-stage=Offer] .o_dealflow_bar:contains(2)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Tour Won Chairs)" },
        {
            content: "back to the funnel, which keeps its period",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        { trigger: ".o_dealflow_failed .o_dealflow_reason:contains(Tour Reason)" },
        {
            content: "count the deals that moved",
            trigger: ".o_dealflow_option_basis",
            run: "selectByLabel moved in it",
        },
        { trigger: ".o_dealflow_explanation:contains(only what happened in it)" },
        {
            content: "open the reporting menu",
            trigger: "[data-menu-xmlid='dealflow.menu_reporting']",
            run: "click",
        },
        {
            content: "open the dynamics",
            trigger: "[data-menu-xmlid='dealflow.menu_reporting_dynamics']",
            run: "click",
        },
        {
            content: "the comments of the moves are there",
            trigger: ".o_dealflow_move:contains(They want it)",
        },
        {
            content: "open a cell",
            trigger: ".o_dealflow_matrix tr[data-then=New] .o_dealflow_cell_new .o_dealflow_cell",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Tour)" },
    ],
});
