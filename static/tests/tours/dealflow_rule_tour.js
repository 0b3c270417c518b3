import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const choose = (field, name) => [
    { trigger: `${field} input`, run: `edit ${name}` },
    { trigger: `.ui-autocomplete > li > a:contains(${name})`, run: "click" },
];

/** Your first rule in two minutes: a deal above 100,000 goes to the head of the responsible person. */
registry.category("web_tour.tours").add("dealflow_rule", {
    steps: () => [
        {
            content: "the ready-made rules are there, switched off",
            trigger: ".o_list_view .o_data_row:contains(A large deal goes to the head) button:contains(Switch On)",
        },
        { trigger: ".o_list_button_add", run: "click" },
        {
            content: "the first click: a condition",
            trigger: ".o_field_widget[name=domain] a:contains(New Rule)",
            run: "click",
        },
        { trigger: ".o_field_widget[name=domain] .o_model_field_selector", run: "click" },
        { trigger: ".o_model_field_selector_popover_search input", run: "edit Amount" },
        { trigger: ".o_model_field_selector_popover_item[data-name=amount] button", run: "click" },
        {
            trigger:
                "body:not(:has(.o_model_field_selector_popover)) .o_tree_editor_condition:contains(Amount) " +
                "select:has(option:contains(greater than))",
            run: "selectByLabel greater than",
        },
        {
            trigger: ".o_tree_editor_condition:contains(Amount) .o_tree_editor_editor:last-child input",
            run: "edit 100000 && press Tab",
        },
        {
            content: "what fits is told before anything is switched on",
            trigger: ".o_field_widget[name=preview]:contains(Records that fit today: 0)",
        },
        {
            content: "then: somebody else is responsible",
            trigger: ".o_field_widget[name=action_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose(".modal .o_field_widget[name=field_id]", "Responsible"),
        {
            trigger: ".modal .o_field_widget[name=person] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(the head of the responsible person)",
            run: "click",
        },
        { trigger: ".modal .o_form_button_save", run: "click" },
        {
            trigger: "body:not(:has(.modal)) .o_field_widget[name=action_ids] .o_data_row:contains(Change data)",
        },
        ...stepUtils.saveForm(),
        { trigger: ".o_statusbar_buttons button[name=action_switch_on]", run: "click" },
        { trigger: ".o_statusbar_buttons button[name=action_switch_off]" },
    ],
});
