import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** A letter has opened a claim: the rep answers it, decides and closes it. */
registry.category("web_tour.tours").add("dealflow_claims", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
        { trigger: "[data-menu-xmlid='dealflow.menu_claims']", run: "click" },
        {
            content: "the letter lies in the first column",
            trigger: ".o_kanban_group:first .o_kanban_record:contains(Tour broken chairs)",
            run: "click",
        },
        { content: "the sender is known", trigger: ".o_field_widget[name=contact_id] input:value(Tour Anna)" },
        {
            content: "his letter says what happened",
            trigger: ".o_field_widget[name=description]:contains(Two chairs have a crack)",
        },
        { trigger: ".o_statusbar_buttons button[name=action_start]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(In progress)" },
        {
            content: "go down to the chatter, which loads when it is seen",
            trigger: ".o-mail-Form-chatter",
            run({ anchor }) {
                anchor.scrollIntoView();
            },
        },
        { content: "his letter is there too", trigger: ".o-mail-Message:contains(Tour Anna)" },
        { content: "answer it", trigger: ".o-mail-Chatter-sendMessage", run: "click" },
        { trigger: ".o-mail-Composer-input", run: "edit We send new ones." },
        { trigger: ".o-mail-Composer-send:enabled", run: "click" },
        { trigger: ".o-mail-Message:contains(We send new ones.)" },
        { content: "no decision, no end", trigger: ".o_statusbar_buttons button[name=action_resolve]", run: "click" },
        { trigger: ".modal:contains(without a decision) .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_notebook_headers .nav-link[name=decision]", run: "click" },
        { trigger: ".o_field_widget[name=cause_id] input", run: "edit Tour Damage" },
        { trigger: ".ui-autocomplete > li > a:contains(Tour Damage)", run: "click" },
        { trigger: ".o_field_widget[name=resolution] textarea", run: "edit New chairs sent" },
        { trigger: ".o_field_widget[name=cost] input", run: "edit 80" },
        { trigger: ".o_statusbar_buttons button[name=action_resolve]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Resolved)" },
        { trigger: ".o_notebook_headers .nav-link[name=history]", run: "click" },
        { trigger: ".o_field_widget[name=log_ids] .o_data_row:contains(In progress):contains(Resolved)" },
    ],
});
