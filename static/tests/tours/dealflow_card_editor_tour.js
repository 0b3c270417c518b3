import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const field = (name) => `.o_field_widget[name=${name}]`;
const part = (key) => `.o_dealflow_part[data-key='${key}']`;
const head = (key) => `${part(key)} > .o_dealflow_part_head`;
const COLOUR = "x_dealflow_tour_colour";

const openEditor = [
    { trigger: ".o_form_view .o_cp_action_menus button:has(.fa-cog)", run: "click" },
    { trigger: ".o-dropdown--menu .o_menu_item:contains('Arrange This Card')", run: "click" },
    { trigger: ".o_dealflow_card_editor .o_dealflow_card_canvas" },
];

/** An administrator of the CRM arranges the card of deals, adds a field to it, looks at it as a role, and goes back. */
registry.category("web_tour.tours").add("dealflow_card_editor", {
    steps: () => [
        { trigger: ".o_form_view .o_field_widget[name=priority]" },
        ...openEditor,
        { content: "a field of our own", trigger: ".o_dealflow_card_new_field", run: "click" },
        { trigger: ".modal #dealflow_field_label", run: "edit Tour Colour" },
        { trigger: ".modal #dealflow_field_kind", run: "select choice" },
        { trigger: ".modal #dealflow_field_choices", run: (actions) => actions.edit("Red\nBlue") },
        { trigger: ".modal .btn-primary:contains('Add the Field')", run: "click" },
        { content: "it is on the card", trigger: `${part(`field:${COLOUR}`)}.o_dealflow_part_selected` },
        { content: "move it by a button", trigger: ".o_dealflow_card_up", run: "click" },
        { trigger: `${part(`field:${COLOUR}`)} + ${part("field:user_id")}` },
        { content: "undo", trigger: ".o_dealflow_card_undo:enabled", run: "click" },
        { trigger: `${part("field:user_id")} + ${part(`field:${COLOUR}`)}` },
        {
            content: "drag another field behind it",
            trigger: part("field:priority"),
            run: `drag_and_drop ${part(`field:${COLOUR}`)}`,
        },
        { trigger: `${part(`field:${COLOUR}`)} + ${part("field:priority")}` },
        { content: "call it otherwise", trigger: head("field:short_status"), run: "click" },
        { trigger: "#dealflow_part_label", run: "edit In a Word && press Tab" },
        { trigger: `${part("field:short_status")}:contains('In a Word')` },
        { content: "products for heads only", trigger: head("page:products"), run: "click" },
        {
            trigger: ".o_dealflow_card_properties .form-check:contains('User: deals of the team') input",
            run: "click",
        },
        { trigger: `${part("page:products")} .badge:contains('some roles')` },
        { content: "as a rep sees it", trigger: "#dealflow_card_role", run: "selectByLabel User: own deals" },
        { trigger: `.o_dealflow_card_canvas:not(:has(${part("page:products")}))` },
        { trigger: "#dealflow_card_role", run: "selectByLabel everything" },
        { trigger: part("page:products") },
        { content: "what is needed stays", trigger: head("field:name"), run: "click" },
        { trigger: ".o_dealflow_card_properties:contains('Needed to save a record'):not(:has(#dealflow_part_hide))" },
        { trigger: ".o_dealflow_card_save:enabled", run: "click" },
        { trigger: ".o_dealflow_card_save:disabled" },
        { trigger: ".o_dealflow_card_canvas", run: "click" },
        { content: "the log says who", trigger: ".o_dealflow_card_properties:contains('Tour Colour')" },
        { trigger: ".o_dealflow_card_close", run: "click" },
        { content: "the deal has the field", trigger: `.o_form_view ${field(COLOUR)}` },
        { trigger: ".o_form_view label:contains('In a Word')" },
        { trigger: `${field(COLOUR)} select, ${field(COLOUR)} input`, run: "click" },
        { trigger: ".o_select_menu_item:contains('Red')", run: "click" },
        ...stepUtils.saveForm(),
        { trigger: `${field(COLOUR)}` },
    ],
});

/** Back to what is shipped: everybody has the card that came with Dealflow. */
registry.category("web_tour.tours").add("dealflow_card_editor_reset", {
    steps: () => [
        { trigger: `.o_form_view ${field(COLOUR)}` },
        ...openEditor,
        { trigger: ".o_dealflow_card_reset", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: `.o_dealflow_card_canvas:not(:has(${part(`field:${COLOUR}`)}))` },
        { trigger: ".o_dealflow_card_close", run: "click" },
        { trigger: `.o_form_view ${field("priority")}` },
        { trigger: `.o_form_view:not(:has(${field(COLOUR)}))` },
    ],
});

/** A rep filters the list of deals by the field. */
registry.category("web_tour.tours").add("dealflow_card_editor_rep", {
    steps: () => [
        { trigger: ".o_searchview_input", run: "edit Red" },
        { trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('Tour Colour')", run: "click" },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:not(:contains('Search')):contains('Red')",
            run: "click",
        },
        { trigger: ".o_searchview_facet:contains('Tour Colour')" },
        { trigger: ".o_kanban_record:contains('Tour Desks')" },
        { trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains('Tour Tables')))" },
    ],
});
