import { registry } from "@web/core/registry";

const newClient = (name, button) => [
    {
        content: `enter ${name}`,
        trigger: ".modal:not(.o_inactive_modal) .o_field_widget[name=name] input",
        run: `edit ${name}`,
    },
    {
        trigger: `.modal:not(.o_inactive_modal) footer button${button}`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("dealflow_new_client", {
    steps: () => [
        {
            content: "begin with a new client",
            trigger: ".o_control_panel button:contains(New Client)",
            run: "click",
        },
        ...newClient("Tour Client New", "[name=action_dealflow_save_and_new]"),
        {
            content: "the dialog is empty again: the next client",
            trigger: ".modal:not(.o_inactive_modal) .o_field_widget[name=name] input:value(/^$/)",
        },
        ...newClient("Tour Client Closed", ":contains(Save and Close)"),
        {
            content: "back in the list, nothing more to do",
            trigger: "body:not(:has(.modal)) .o_control_panel button:contains(New Client)",
            run: "click",
        },
        ...newClient("Tour Client Event", "[name=action_dealflow_new_event]"),
        {
            content: "plan what is next with the client",
            trigger:
                ".modal:not(.o_inactive_modal) .o_field_widget[name=business_partner_id] input:value(Tour Client Event)",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) .btn-close, .modal:not(.o_inactive_modal) button[special=cancel]",
            run: "click",
        },
        {
            content: "the last one gets more data",
            trigger: "body:not(:has(.modal)) .o_control_panel button:contains(New Client)",
            run: "click",
        },
        ...newClient("Tour Client Edited", "[name=action_dealflow_save_and_edit]"),
        {
            content: "the card is open for editing",
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name=name] :value(Tour Client Edited), .o_form_view .o_field_widget[name=name] textarea:value(Tour Client Edited)",
        },
    ],
});
