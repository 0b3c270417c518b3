import { registry } from "@web/core/registry";

/** A salesperson starts a process on a deal, and takes it over a decision to where it waits. */
registry.category("web_tour.tours").add("dealflow_process", {
    steps: () => [
        { trigger: ".o_form_view .o_cp_action_menus .fa-cog", run: "click" },
        { trigger: ".o-dropdown-item:contains(Start a Process)", run: "click" },
        { trigger: ".modal .o_field_widget[name=template_id] input", run: "edit Tour tender" },
        { trigger: ".ui-autocomplete > li > a:contains(Tour tender)", run: "click" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            content: "the step is on top, with what to do",
            trigger: "body:not(:has(.modal)) .o_form_view .alert:contains(Read the conditions):contains(All pages)",
        },
        { trigger: ".o_statusbar_buttons button[name=action_do]", run: "click" },
        { trigger: ".modal .o_field_widget[name=comment] textarea", run: "edit Nothing strange" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            trigger: "body:not(:has(.modal)) .o_form_view .alert:contains(Do we take part?)",
        },
        { trigger: ".o_statusbar_buttons button[name=action_do]", run: "click" },
        { trigger: ".modal .o_radio_item:contains(We take part) input", run: "click" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            content: "nobody has to do anything now",
            trigger:
                "body:not(:has(.modal)):not(:has(button[name=action_do])) .o_form_view " +
                ".alert:contains(Wait for the result)",
        },
        {
            content: "what was done stays to be read",
            trigger: ".o_field_widget[name=entry_ids] .o_data_row:contains(Nothing strange)",
        },
    ],
});

/** Somebody else sees on the card what came of it. */
registry.category("web_tour.tours").add("dealflow_process_result", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_dealflow_view_processes]:contains(1)", run: "click" },
        {
            trigger:
                ".o_list_view .o_data_row:contains(Tour tender):contains(Done):contains(Tender won) td.o_data_cell",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=result]:contains(Tender won)" },
        { trigger: ".o_field_widget[name=entry_ids] .o_data_row:contains(We take part)" },
    ],
});
