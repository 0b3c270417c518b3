import { registry } from "@web/core/registry";

const row = (name) => `.o_data_row:contains(${name})`;

registry.category("web_tour.tours").add("dealflow_requisites_rep", {
    steps: () => [
        {
            content: "open the partners",
            trigger: ".o_data_cell:contains(Tour Group)",
            run: "click",
        },
        { content: "unfold our buttons", trigger: ".o_dealflow_button_group", run: "click" },
        {
            content: "see the legal entities of the group",
            trigger: "button[name=action_dealflow_view_legal_entities]",
            run: "click",
        },
        {
            content: "open the entity",
            trigger: `${row("Tour Shipping")} .o_data_cell[name=complete_name]`,
            run: "click",
        },
        {
            content: "look at its requisites",
            trigger: "button.oe_stat_button[name=action_dealflow_view_requisites]:contains(Not confirmed)",
            run: "click",
        },
        {
            content: "a salesperson cannot confirm",
            trigger: ".o_form_statusbar:not(:has(button[name=action_confirm_requisites]))",
        },
        {
            content: "send them to accounting",
            trigger: "button[name=action_submit_requisites]",
            run: "click",
        },
        {
            content: "they wait now",
            trigger: ".o_field_widget[name=requisites_state] .o_arrow_button_current:contains(Waits for accounting)",
        },
    ],
});

registry.category("web_tour.tours").add("dealflow_requisites_accountant", {
    steps: () => [
        {
            content: "the queue is the first thing that the accountant sees",
            trigger: ".o_breadcrumb .active:contains(Requisites to Confirm)",
        },
        {
            content: "the change is told in the list",
            trigger: `${row("Tour Trade")}:contains(Old Street):contains(New Street)`,
        },
        {
            content: "open the changed entity",
            trigger: `${row("Tour Trade")} .o_data_cell[name=complete_name]`,
            run: "click",
        },
        {
            content: "old and new value stand side by side",
            trigger: ".o_dealflow_requisites tr.table-warning:contains(Old Street):contains(New Street)",
        },
        {
            content: "confirm",
            trigger: "button[name=action_confirm_requisites]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=requisites_state] .o_arrow_button_current:contains(Confirmed by accounting)",
        },
        {
            content: "back to the queue",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "the confirmed one has left the queue; open the next",
            trigger: `.o_list_view:not(:has(${row("Tour Trade")})) ${row("Tour Shipping")} .o_data_cell[name=complete_name]`,
            run: "click",
        },
        {
            content: "send it back",
            trigger: "button[name=action_reject_requisites]",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit The tax number on the contract is another one",
        },
        {
            trigger: ".modal button[name=action_reject]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=requisites_state] .o_arrow_button_current:contains(Rejected by accounting)",
        },
    ],
});
