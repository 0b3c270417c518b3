import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";

/** What the telephone system sends: prepared and signed by the test, told over HTTP as it would tell it. */
async function tell(name) {
    const { path, body, headers } = odoo.__dealflow_calls[name];
    const answer = await fetch(path, { method: "POST", body, headers });
    if (!answer.ok) {
        throw new Error(`${name}: ${await answer.text()}`);
    }
    await receive();
}

let lastId = 0;

/** Odoo's bus tells screens of what is committed, and a test commits nothing: its notices are asked for instead. */
async function receive() {
    const { notifications } = await rpc("/websocket/peek_notifications", {
        channels: [],
        last: lastId,
        is_first_poll: true,
    });
    for (const { id, message } of notifications) {
        lastId = Math.max(lastId, id);
        if (message.type === "dealflow.call") {
            await odoo.__WOWL_DEBUG__.root.env.services.dealflow_call_popup.receive(message.payload);
        }
    }
}

const popup = ".o_dealflow_call_popup";

registry.category("web_tour.tours").add("dealflow_call", {
    steps: () => [
        { content: "one call is without a comment", trigger: "[data-block=calls] [data-row=debts]:contains(1)" },
        {
            content: "what the test has prepared",
            trigger: "body",
            async run() {
                const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
                const [client] = await orm.searchRead("res.partner", [["name", "=", "Tour Client"]], ["ref"]);
                odoo.__dealflow_calls = JSON.parse(client.ref);
            },
        },
        { content: "the phone rings", trigger: "body", run: () => tell("ringing") },
        { content: "who it is", trigger: `${popup} [data-stage=ringing] .o_dealflow_call_owner:contains(Tour Buyer)` },
        { content: "it is answered", trigger: "body", run: () => tell("answered") },
        { trigger: `${popup} [data-stage=talking]` },
        { content: "it ends, and is told", trigger: "body", run: () => tell("ended") },
        { content: "one click for the result", trigger: `${popup} .o_dealflow_result:first`, run: "click" },
        { content: "which goes on with the next step", trigger: `${popup} .o_dealflow_next_step:focus` },
        { trigger: `${popup} .o_dealflow_next_step`, run: "edit Send two variants" },
        { content: "and one to keep it", trigger: `${popup} .o_dealflow_save`, run: "click" },
        { trigger: `body:not(:has(${popup}))` },
        { content: "the debt of before", trigger: "[data-block=calls] [data-row=debts] a", run: "click" },
        {
            content: "is one line of the list",
            trigger: ".o_list_view .o_data_row:contains(Tour Buyer) button[name=action_comment]",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=result] textarea", run: "edit They had forgotten" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "and is cleared", trigger: ".o_list_view:not(:has(.o_data_row)), .o_view_nocontent" },
        { content: "a number that nobody knows", trigger: "body", run: () => tell("unknown_answered") },
        { trigger: `${popup} .o_dealflow_call_unknown .o_dealflow_bind` },
        { trigger: "body", run: () => tell("unknown_ended") },
        { content: "stays to say whose it is", trigger: `${popup} [data-stage=ended] .o_dealflow_bind`, run: "click" },
        { trigger: ".modal .o_searchview_input", run: "edit Tour Silent" },
        { trigger: ".modal .o_searchview_input", run: "press Enter" },
        { trigger: ".modal .o_data_row:contains(Tour Silent) .o_data_cell:first", run: "click" },
        {
            content: "what is added is said before",
            trigger: ".modal-body:contains(main number of Tour Client, Tour Silent)",
        },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { content: "now it is theirs", trigger: `${popup} .o_dealflow_call_owner:contains(Tour Silent)` },
        { trigger: `${popup} .o_dealflow_later`, run: "click" },
        { trigger: `body:not(:has(${popup}))` },
    ],
});
