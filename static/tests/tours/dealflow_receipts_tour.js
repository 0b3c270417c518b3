import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const section = (name) => `.o_group_header:contains("${name}")`;
const row = (name) => `.o_data_row:contains(${name})`;

/** The morning of the head of sales: what is late, whom to ask, what to move. */
registry.category("web_tour.tours").add("dealflow_receipts_head", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']", run: "click" },
        {
            content: "the workplace shows the plan of all",
            trigger: "[data-block=receipts] .o_dealflow_all.btn-primary",
        },
        { trigger: "[data-block=receipts] tr.text-danger:contains(Overdue)" },
        { trigger: "[data-block=receipts] .o_dealflow_likely", run: "click" },
        { trigger: "[data-block=receipts] .o_dealflow_likely.btn-primary" },
        { content: "only mine: nothing is late", trigger: "[data-block=receipts] .o_dealflow_mine", run: "click" },
        { trigger: "[data-block=receipts]:not(:has(tr.text-danger)) .o_dealflow_mine.btn-primary" },
        { trigger: "[data-block=deals] tr[data-row=open] td:contains(0)" },
        {
            content: "open the receipts plan",
            trigger: "[data-menu-xmlid='dealflow.menu_receipts_plan']",
            run: "click",
        },
        ...["Earlier", "Current month (before)", "Current week", "Current month (after)", "Later"].map((name) => ({
            content: `the section ${name} is there`,
            trigger: section(name),
        })),
        { content: "overdue money is red", trigger: `${row("Tour overdue")}.text-danger` },
        { content: "received money is quiet", trigger: `${row("Tour received")}.text-muted` },
        {
            content: "ask about the overdue money",
            trigger: `${row("Tour overdue")} button[name=action_open_question]`,
            run: "click",
        },
        {
            content: "the responsible person is proposed",
            trigger: ".modal .o_field_widget[name=user_id] input:value(Tour Payee)",
        },
        {
            trigger: ".modal .o_field_widget[name=question] textarea",
            run: "edit When do they pay?",
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "postpone it",
            trigger: `${row("Tour overdue")} button[name=action_open_postpone]`,
            run: "click",
        },
        {
            content: "by days",
            trigger: ".modal .o_field_widget[name=method] .o_radio_item:contains(By a number of days) input",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=days] input", run: "edit 90" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit The budget is not signed" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "it is not red any more", trigger: `${row("Tour overdue")}:not(.text-danger)` },
        {
            content: "open the receipt by its name",
            trigger: `${row("Tour overdue")} td[name=name]`,
            run: "click",
        },
        { content: "the question is shown", trigger: ".o_field_widget[name=question_ids]:contains(When do they pay?)" },
        { content: "moved once", trigger: ".o_field_widget[name=postponement_count]:contains(1)" },
        { trigger: "button[name=action_open_status]", run: "click" },
        { trigger: ".modal .o_field_widget[name=comment] textarea", run: "edit Seen in the bank" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "received", trigger: ".o_form_view .ribbon:contains(Received)" },
    ],
});
