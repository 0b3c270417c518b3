import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mockService, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const column = (name) => `.o_kanban_group:has(.o_column_title:contains(${name}))`;
const card = (name) => `.o_kanban_record:contains(${name})`;

let closeInfo;

beforeEach(() => {
    closeInfo = { done: true };
    mockService("action", {
        doAction(action, { additionalContext, onClose }) {
            expect.step([action.name || action, additionalContext || {}]);
            return Promise.resolve(onClose(closeInfo));
        },
    });
    onRpc("dealflow.deal", "write", ({ args }) => expect.step(["write", ...args]));
    onRpc("dealflow.deal", "web_save", ({ args }) => expect.step(["web_save", ...args]));
});

async function mountKanban(groupBy, { edit = true } = {}) {
    await mountView({
        type: "kanban",
        resModel: "dealflow.deal",
        groupBy: [groupBy],
        arch: `
            <kanban js_class="dealflow_deal_kanban" edit="${edit ? 1 : 0}">
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
    });
    onRpc("dealflow.deal", "web_read_group", () => expect.step("load"));
}

async function drop(cardName, columnName) {
    await contains(card(cardName)).dragAndDrop(column(columnName));
    await animationFrame();
}

test.tags("desktop");
test("a drop on another stage opens the dialog and writes nothing; applied, the columns are loaded again", async () => {
    await mountKanban("stage_id");

    await drop("Chairs", "Offer");

    expect.verifySteps([
        ["dealflow.dealflow_deal_move_action", { default_deal_ids: [1], default_stage_id: 2 }],
        "load",
    ]);
});

test.tags("desktop");
test("a discarded dialog leaves the card in its column", async () => {
    closeInfo = undefined;
    await mountKanban("stage_id");

    await drop("Chairs", "Offer");

    expect.verifySteps([["dealflow.dealflow_deal_move_action", { default_deal_ids: [1], default_stage_id: 2 }]]);
    expect(`${column("Clarification")} ${card("Chairs")}`).toHaveCount(1);
    expect(`${column("Offer")} ${card("Chairs")}`).toHaveCount(0);
});

test.tags("desktop");
test("a stage that wants no comment is written at once, unless it changes the state of the deal", async () => {
    await mountKanban("stage_id");

    await drop("Desks", "Negotiation");
    expect.verifySteps([["write", [2], { stage_id: 3 }], "load"]);
    expect(`${column("Negotiation")} ${card("Desks")}`).toHaveCount(1);

    await drop("Desks", "Contract");
    expect.verifySteps([
        ["dealflow.dealflow_deal_move_action", { default_deal_ids: [2], default_stage_id: 4 }],
        "load",
    ]);
});

test.tags("desktop");
test("a lost deal and a stage of another funnel are refused with the reason", async () => {
    await mountKanban("stage_id");

    await drop("Lamps", "Offer");
    expect(".o_notification:contains(The deal Lamps is lost. Reopen it before you move it.)").toHaveCount(1);

    await drop("Chairs", "Bid");
    expect(".o_notification:contains(The stage Bid belongs to the funnel Tenders)").toHaveCount(1);
    expect.verifySteps([]);
});

test.tags("desktop");
test("grouped by state a drop wins, loses and reopens", async () => {
    for (const method of ["action_open_win", "action_open_lose", "action_open_reopen"]) {
        onRpc("dealflow.deal", method, ({ args }) => ({ name: `${method} ${args[0]}` }));
    }
    await mountKanban("state");
    expect(".o_kanban_quick_add").toHaveCount(0);

    await drop("Chairs", "Won");
    expect.verifySteps([["action_open_win 1", {}], "load"]);
    await drop("Chairs", "Lost");
    expect.verifySteps([["action_open_lose 1", {}], "load"]);
    await drop("Lamps", "Open");
    expect.verifySteps([["action_open_reopen 3", {}], "load"]);
    await drop("Lamps", "Won");
    expect.verifySteps([]);
    expect(".o_notification:contains(The deal Lamps is lost.)").toHaveCount(1);
});

test.tags("desktop");
test("grouped by lost reason a drop loses with that reason, or reopens", async () => {
    onRpc("dealflow.deal", "action_open_lose", ({ args }) => ({ name: `lose ${args[0]}` }));
    onRpc("dealflow.deal", "action_open_reopen", ({ args }) => ({ name: `reopen ${args[0]}` }));
    await mountKanban("lost_reason_id");
    await contains(".o_kanban_group.o_column_folded").click();

    await drop("Chairs", "Too expensive");
    expect.verifySteps([["lose 1", { default_lost_reason_id: 1 }], "load"]);

    await drop("Lamps", "None");
    expect.verifySteps([["reopen 3", {}], "load"]);
});

test.tags("desktop");
test("grouped by another field a drop writes that field", async () => {
    await mountKanban("priority");
    await drop("Chairs", "High");
    expect.verifySteps([["web_save", [1], { priority: "1" }]]);
});

test.tags("desktop");
test("a card stays in its funnel", async () => {
    await mountKanban("funnel_id");
    await drop("Chairs", "Tenders");
    expect.verifySteps([]);
    expect(`${column("Sales")} ${card("Chairs")}`).toHaveCount(1);
});

test.tags("desktop");
test("who may not change deals cannot drag them", async () => {
    await mountKanban("stage_id", { edit: false });
    expect(".o_kanban_record").toHaveCount(5);
    expect(".o_draggable").toHaveCount(0);
});

test.tags("desktop");
test("a column shows its number of deals and, unless it is the same, its weighted total", async () => {
    await mountView({
        type: "kanban",
        resModel: "dealflow.deal",
        groupBy: ["state"],
        arch: `
            <kanban js_class="dealflow_deal_kanban">
                <progressbar field="activity_state" colors='{"planned": "success"}' sum_field="amount_company"/>
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
    });

    expect(`${column("Open")} .o_dealflow_column_totals`).toHaveText("Deals: 3\nWeighted: $ 750.00");
    expect(`${column("Won")} .o_dealflow_column_totals`).toHaveText("Deals: 1");
});
