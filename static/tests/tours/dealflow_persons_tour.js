import { registry } from "@web/core/registry";

const row = (list, field) => `.o_field_widget[name=${list}] .o_selected_row .o_field_widget[name=${field}] input`;

registry.category("web_tour.tours").add("dealflow_new_contact", {
    steps: () => [
        { content: "begin with a new contact", trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_notebook .nav-link[name=client]", run: "click" },
        { trigger: ".o_field_widget[name=dealflow_surname] input", run: "edit Берг" },
        { trigger: ".o_field_widget[name=dealflow_first_name] input", run: "edit Анна" },
        { trigger: ".o_field_widget[name=patronymic] input", run: "edit Олеговна && press Tab" },
        {
            content: "the parts make the name",
            trigger: ".o_field_widget[name=name] :value(Анна Олеговна Берг)",
        },
        {
            trigger: ".o_field_widget[name=dealflow_messenger_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: row("dealflow_messenger_ids", "kind_id"), run: "edit Telegram" },
        { trigger: ".ui-autocomplete > li > a:contains(Telegram)", run: "click" },
        { trigger: row("dealflow_messenger_ids", "account"), run: "edit @anna" },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "it is saved, and can be written to",
            trigger: ".o_form_saved .o_field_widget[name=dealflow_messenger_ids] button[name=action_open]",
        },
    ],
});

registry.category("web_tour.tours").add("dealflow_persons", {
    steps: () => [
        { trigger: ".o_notebook .nav-link[name=dealflow_persons]", run: "click" },
        { trigger: ".o_field_widget[name=dealflow_person_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: row("dealflow_person_ids", "partner_id"), run: "edit Tour Anna" },
        { trigger: ".ui-autocomplete > li > a:contains(Tour Anna)", run: "click" },
        { trigger: row("dealflow_person_ids", "role_id"), run: "edit Tour Role" },
        { trigger: ".ui-autocomplete > li > a:contains(Tour Role)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved button[name=action_dealflow_write_persons]", run: "click" },
        {
            content: "the letter goes to the person",
            trigger: ".modal .o_field_widget[name=partner_ids]:contains(Tour Anna)",
        },
        { trigger: ".modal .o_field_widget[name=subject] input", run: "edit Chairs" },
        { trigger: ".modal footer button.o_mail_send, .modal footer button[name=action_send_mail]", run: "click" },
        {
            content: "and stands on the page",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=dealflow_email_ids] .o_data_row:contains(Chairs):contains(Tour Anna)",
        },
    ],
});
