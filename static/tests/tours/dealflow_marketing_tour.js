import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const field = (name) => `.o_field_widget[name=${name}]`;
const menu = (name) => `[data-menu-xmlid='dealflow.${name}']`;
const page = (name) => ({ trigger: `.o_notebook_headers a[name=${name}]`, run: "click" });

/** A marketer plans an event, imports its participants, and reads what another one has brought. */
registry.category("web_tour.tours").add("dealflow_marketer", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
        { trigger: menu("menu_marketing"), run: "click" },
        { trigger: menu("menu_marketing_events"), run: "click" },
        { content: "plan an event", trigger: ".o_list_button_add", run: "click" },
        { trigger: `${field("title")} input, ${field("title")} textarea`, run: "edit Tour open day" },
        { trigger: `${field("budget")} input`, run: "edit 2000" },
        page("costs"),
        { trigger: `${field("cost_ids")} .o_field_x2many_list_row_add a`, run: "click" },
        { trigger: `${field("cost_ids")} [name=name] input`, run: "edit Catering" },
        { trigger: `${field("cost_ids")} [name=planned_amount] input`, run: "edit 700" },
        ...stepUtils.saveForm(),
        {
            content: "import the participants",
            trigger: ".o_statusbar_buttons button[name=action_import_participants]",
            run: "click",
        },
        {
            trigger: `.modal ${field("text")} textarea`,
            run: (actions) => actions.edit("Tour Guest, guest@tour.example.com\nKnown, known@tour.example.com\nNobody"),
        },
        { trigger: ".modal button[name=action_import]", run: "click" },
        { content: "one is new", trigger: ".modal .o_data_row:contains('New contact'):contains('Tour Guest')" },
        { content: "one is known", trigger: ".modal .o_data_row:contains('Found'):contains('Tour Known')" },
        { content: "one is refused, and why", trigger: ".modal .o_data_row:contains('Neither an e-mail nor a phone')" },
        { trigger: ".modal .modal-footer button:contains('Close')", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        page("participants"),
        { trigger: `${field("participant_ids")} .o_data_row:contains('Tour Guest')` },
        { content: "compare the events", trigger: menu("menu_marketing"), run: "click" },
        { trigger: menu("menu_marketing_comparison"), run: "click" },
        {
            content: "the fair has brought more than it cost",
            trigger: ".o_data_row:contains('Tour fair'):contains('First touch'):contains('300.0')",
        },
        { trigger: ".o_data_row .o_data_cell:contains('Tour fair')", run: "click" },
        page("results"),
        { content: "return on sales", trigger: `${field("roi_won")}:contains('300.00')` },
        { content: "return on money", trigger: `${field("roi_received")}:contains('100.00')` },
        {
            content: "too few cases to judge invitations",
            trigger: `${field("invitation_effect")}:contains('Not enough cases')`,
        },
        { content: "the plan as a timeline", trigger: menu("menu_marketing"), run: "click" },
        { trigger: menu("menu_marketing_timeline"), run: "click" },
        { trigger: ".o_dealflow_timeline_row:contains('Tour fair') .o_dealflow_timeline_bar" },
    ],
});
