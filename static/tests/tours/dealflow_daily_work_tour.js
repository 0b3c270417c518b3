import { registry } from "@web/core/registry";
import { addJob, dialogButton, dialogField, field } from "./dealflow_jobs";

const column = (name) => `.o_kanban_group:has(.o_column_title:contains(${name}))`;
const card = (name) => `.o_kanban_record:contains(${name})`;
const menu = (name) => ({ trigger: `[data-menu-xmlid='dealflow.${name}']`, run: "click" });
const dragToOffer = {
    content: "drag the deal",
    trigger: `${column("Tour talk")} ${card("Tour Chairs")}`,
    run: `drag_and_drop (${column("Tour offer")})`,
};
const namesTheDeal = {
    content: "the dialog names the deal",
    trigger: `${dialogField("deal_name")}:contains(Tour Chairs)`,
};

addJob("dealflow_move_deal", 2, [
    dragToOffer,
    namesTheDeal,
    {
        content: "nothing is missing",
        trigger: `${dialogField("stage_checklist")}:not(:has(.text-danger)) .text-success`,
    },
    { trigger: `${dialogField("short_status")} input`, run: "edit Offer sent" },
    { trigger: `${dialogField("comment")} textarea`, run: "edit The buyer asked for two variants" },
    { trigger: dialogButton("action_apply"), run: "click" },
    { trigger: `body:not(:has(.modal)) ${column("Tour offer")} ${card("Tour Chairs")}` },
]);

addJob("dealflow_move_deal_missing", 2, [
    dragToOffer,
    namesTheDeal,
    {
        content: "the contract is missing: go there",
        trigger: `${dialogField("stage_checklist")} li:has(.text-danger) button`,
        run: "click",
    },
    { content: "its contracts, the dialog is left", trigger: "body:not(:has(.modal)) .o_list_view" },
    { trigger: ".o_breadcrumb:contains(Contracts)" },
]);

addJob("dealflow_plan_receipts", 4, [
    menu("menu_deals"),
    { content: "the deal", trigger: card("Tour Chairs"), run: "click" },
    { trigger: ".o-form-buttonbox button[name=action_plan_receipts]", run: "click" },
    { content: "by which term", trigger: `${dialogField("payment_term_id")} input`, run: "edit Tour term" },
    {
        trigger: ".o-autocomplete--dropdown-item:nth-child(1):contains(Tour term):has(.ui-state-active)",
        run: "press Enter",
    },
    { content: "the plan is shown", trigger: `${dialogField("preview")}:contains(Part 2 of 2)` },
    { trigger: dialogButton("action_apply"), run: "click" },
    { content: "planned", trigger: "body:not(:has(.modal)) .o-form-buttonbox button[name=action_view_receipts]" },
]);

addJob("dealflow_new_client_contact", 3, [
    menu("menu_partners_section"),
    menu("menu_new_client"),
    { trigger: `${dialogField("name")} input`, run: "edit Tour New Client" },
    { trigger: `${dialogField("dealflow_contact_name")} input`, run: "edit Tour Newcomer" },
    { trigger: `${dialogField("dealflow_contact_phone")} input`, run: "edit +49 30 1234567" },
    { trigger: `${dialogField("dealflow_contact_email")} input`, run: "edit newcomer@example.com" },
    { content: "I am responsible", trigger: `${dialogField("user_id")} input:value(Tour Seller)` },
    { trigger: dialogButton("action_dealflow_save_and_edit"), run: "click" },
    {
        content: "the card has the contact",
        trigger: `body:not(:has(.modal)) .o_form_view ${field("child_ids")}:contains(Tour Newcomer)`,
    },
]);

const deals = "[data-block=deals]";

/** A head begins with all; what was chosen last is there the next time. */
registry.category("web_tour.tours").add("dealflow_start_of_head", {
    steps: () => [
        { content: "all", trigger: `${deals} .o_dealflow_all.btn-primary` },
        { content: "an empty block says where to begin", trigger: `${deals} .o_dealflow_first_step` },
        { trigger: `${deals} .o_dealflow_first_step .o_dealflow_new_client` },
        { trigger: "[data-block=my_day] .o_dealflow_first_step" },
        { trigger: `${deals} .o_dealflow_mine`, run: "click" },
        { trigger: `${deals} .o_dealflow_mine.btn-primary` },
        menu("menu_deals"),
        { trigger: ".o_kanban_view" },
        menu("menu_start"),
        { content: "remembered", trigger: `${deals} .o_dealflow_mine.btn-primary` },
    ],
});

/** On a narrow screen sections hide behind «+», but not the configuration. */
registry.category("web_tour.tours").add("dealflow_narrow_menu", {
    steps: () => [
        { trigger: ".o_menu_sections_more" },
        {
            content: "the configuration is there",
            trigger:
                ".o_menu_sections > :not(.d-none):not(.o_menu_sections_more) [data-menu-xmlid='dealflow.menu_configuration'], .o_menu_sections > :not(.d-none)[data-menu-xmlid='dealflow.menu_configuration']",
            run: "click",
        },
        { trigger: "[data-menu-xmlid='dealflow.menu_configuration_funnels']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Funnels)" },
    ],
});

/** Who only looks is not told to do what there is no button for. */
registry.category("web_tour.tours").add("dealflow_start_of_viewer", {
    steps: () => [
        { trigger: `${deals} .o_dealflow_first_step:contains(no open deals):not(:has(a))` },
        { trigger: "[data-block=my_day] .card-header" },
        { trigger: "body:not(:has(.o_dealflow_log_call)):not(:has([data-block=my_day] .o_dealflow_first_step))" },
    ],
});
