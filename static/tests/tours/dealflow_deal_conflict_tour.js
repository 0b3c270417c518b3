import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const amountInput = ".o_form_view .o_field_widget[name=amount] input";

/** What another tab does meanwhile. */
async function writeInAnotherTab(amount) {
    const dealId = Number(window.location.pathname.split("/").pop());
    await rpc("/web/dataset/call_kw/dealflow.deal/write", {
        model: "dealflow.deal",
        method: "write",
        args: [[dealId], { amount }],
        kwargs: {},
    });
}

const change = (mine, theirs) => [
    { trigger: amountInput, run: `edit ${mine}` },
    { content: "meanwhile in another tab", trigger: ".o_form_view", run: () => writeInAnotherTab(theirs) },
    { trigger: ".o_form_button_save", run: "click" },
    {
        content: "who changed what",
        trigger: `.modal .o_dealflow_conflicts li:contains(Tour Seller changed Amount):contains(${theirs.toLocaleString("en")})`,
    },
];

registry.category("web_tour.tours").add("dealflow_deal_conflict", {
    steps: () => [
        ...change(1500, 2000),
        { trigger: ".modal .o_dealflow_theirs", run: "click" },
        { content: "theirs is on the card", trigger: `body:not(:has(.modal)) ${amountInput}:value(2,000)` },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
        ...change(4000, 3000),
        { trigger: ".modal .o_dealflow_mine", run: "click" },
        { content: "mine is kept", trigger: `body:not(:has(.modal)) ${amountInput}:value(4,000)` },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});
