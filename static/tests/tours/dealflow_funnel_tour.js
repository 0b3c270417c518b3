import { registry } from "@web/core/registry";

/** A stage entered in the dialog over a funnel that is not saved yet, with one requirement. */
function addStage(name, kind) {
    return [
        {
            content: `add the stage ${name}`,
            trigger: "body:not(:has(.modal)) .o_field_widget[name=stage_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { content: "nobody is asked for the funnel", trigger: ".modal .o_form_view:not(:has([name=funnel_id]))" },
        { trigger: ".modal .o_field_widget[name=name] input", run: `edit ${name}` },
        { trigger: ".modal [name=requirement_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".modal .o_selected_row [name=kind] input", run: "click" },
        { trigger: `.o_select_menu_item:contains(${kind})`, run: "click" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: `body:not(:has(.modal)) [name=stage_ids] .o_data_row:contains(${name})` },
    ];
}

/** A manager describes a new way of selling in one go, and then lets its deals pass without meeting requirements. */
registry.category("web_tour.tours").add("dealflow_new_funnel", {
    steps: () => [
        { trigger: ".o_field_widget[name=name] input", run: "edit Tour Tenders" },
        ...addStage("Bid", "A file is attached"),
        ...addStage("Award", "An order is confirmed or a contract is in force"),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".o_field_widget[name=enforces_requirements] input:checked", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved .o_field_widget[name=enforces_requirements] input:not(:checked)" },
    ],
});

/** «New» in the list of deals opens an empty deal, which is saved. */
registry.category("web_tour.tours").add("dealflow_new_deal", {
    steps: () => [
        { trigger: ".o_field_widget[name=name] textarea", run: "edit Tour Stools" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved .o_arrow_button_current:contains(Clarification)" },
        { content: "and another one", trigger: ".o_form_button_create", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name] textarea:value()" },
    ],
});
