import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const column = (name) => `.o_kanban_group:has(.o_column_title:contains(${name}))`;
const card = (name) => `.o_kanban_record:contains(${name})`;

function openDeals() {
    return [
        {
            content: "open the deals",
            trigger: "[data-menu-xmlid='dealflow.menu_deals']",
            run: "click",
        },
        { trigger: ".o_breadcrumb .active:contains(Deals)" },
    ];
}

/** Apply first without the comment, see it marked, then write it. */
function fillMoveDialog({ stage, shortStatus, comment }) {
    return [
        { trigger: `.modal .o_field_widget[name=stage_id]:contains(${stage})` },
        {
            content: "the first empty field has the focus",
            trigger: ".modal .o_field_widget[name=short_status] input:focus",
            run: `edit ${shortStatus}`,
        },
        {
            content: "apply without a comment",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "the missing comment is marked, the dialog stays",
            trigger: ".modal .o_field_widget[name=comment].o_field_invalid textarea",
            run: `edit ${comment}`,
        },
        {
            content: "apply",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
    ];
}

function addReceipt({ name, date, amount }) {
    return [
        {
            content: `plan the receipt ${name}`,
            trigger: ".o_field_widget[name=receipt_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "the new row proposes the name of the deal",
            trigger: ".o_selected_row .o_field_widget[name=name] input:value(Tour Chairs)",
            run: `edit ${name}`,
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=date_planned] input",
            run: `edit ${date}`,
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=amount] input",
            run: `edit ${amount}`,
        },
    ];
}

registry.category("web_tour.tours").add("dealflow_rep", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open Dealflow",
            trigger: ".o_app[data-menu-xmlid='dealflow.menu_dealflow_root']",
            run: "click",
        },
        {
            content: "open the opportunities",
            trigger: "[data-menu-xmlid='dealflow.menu_opportunities']",
            run: "click",
        },
        {
            content: "open the opportunity",
            trigger: card("Tour Chairs"),
            run: "click",
        },
        {
            content: "convert it",
            trigger: ".o_statusbar_buttons button[data-hotkey=d]",
            run: "click",
        },
        {
            content: "the client is proposed",
            trigger: ".modal .o_field_widget[name=business_partner_id] input:value(Tour Client)",
        },
        {
            content: "apply the conversion",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "the deal opens in the first stage; click the next one",
            trigger:
                ".o_form_view:has(.o_arrow_button_current:contains(Clarification)) .o_arrow_button:contains(Offer)",
            run: "click",
        },
        ...fillMoveDialog({
            stage: "Offer",
            shortStatus: "Offer sent",
            comment: "The buyer asked for two variants",
        }),
        {
            content: "the deal is in the new stage",
            trigger: ".o_form_view .o_arrow_button_current:contains(Offer)",
        },
        { trigger: ".o_field_widget[name=short_status]:contains(Offer sent)" },
        {
            content: "open the receipts",
            trigger: ".o_notebook_headers .nav-link[name=receipts]",
            run: "click",
        },
        ...addReceipt({ name: "Advance", date: "01/15/2040", amount: 1500 }),
        ...addReceipt({ name: "Balance", date: "02/15/2040", amount: 3500 }),
        ...stepUtils.saveForm(),
        {
            content: "change the status of the first",
            trigger:
                ".o_field_widget[name=receipt_ids] tr:has(.o_data_cell:contains(Advance)) button[name=action_open_status]",
            run: "click",
        },
        {
            content: "mark it as received",
            trigger:
                ".modal:has(.o_field_widget[name=state] input:checked[data-value=received]) button[name=action_apply]",
            run: "click",
        },
        {
            content: "the row shows it",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=receipt_ids] tr:has(.o_data_cell:contains(Advance)):contains(Received)",
        },
        {
            content: "make a quotation",
            trigger: ".o_statusbar_buttons button[name=action_new_quotation]",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=order_line]" },
        ...openDeals(),
        {
            content: "drag the deal to another stage",
            trigger: `${column("Offer")} ${card("Tour Chairs")}`,
            run: `drag_and_drop (${column("Contract")})`,
        },
        {
            content: "discard the move",
            trigger: ".modal .o_form_button_cancel, .modal button[special=cancel]",
            run: "click",
        },
        {
            content: "the card has not moved; drag it again",
            trigger: `body:not(:has(.modal)) ${column("Offer")} ${card("Tour Chairs")}`,
            run: `drag_and_drop (${column("Negotiation")})`,
        },
        ...fillMoveDialog({
            stage: "Negotiation",
            shortStatus: "Price is discussed",
            comment: "He wants a discount",
        }),
        {
            content: "the card has moved and shows its status",
            trigger: `${column("Negotiation")} ${card("Tour Chairs")}:contains(Price is discussed)`,
        },
        {
            content: "the totals of both columns follow",
            trigger: `body:has(${column("Offer")}:not(:has(.o_kanban_record))) ${column("Negotiation")} .o_animated_number:contains(5)`,
        },
        {
            content: "open another deal",
            trigger: card("Tour Desks"),
            run: "click",
        },
        {
            content: "lose it",
            trigger: ".o_statusbar_buttons button[name=action_open_lose]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=lost_reason_id] input",
            run: "edit Tour Reason",
        },
        {
            trigger: ".ui-autocomplete > li > a:contains(Tour Reason)",
            run: "click",
        },
        {
            content: "say what happened",
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit They bought elsewhere",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "the deal is lost; take it up again",
            trigger: ".o_form_view:has(.o_widget_web_ribbon:contains(Lost)) button[name=action_open_reopen]",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit They called again",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "the deal is open in the stage where it was lost",
            trigger:
                ".o_form_view:not(:has(.o_widget_web_ribbon:contains(Lost))) .o_arrow_button_current:contains(Clarification)",
        },
    ],
});
