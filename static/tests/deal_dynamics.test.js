import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const movement = (key, count, amount) => ({ key, count, amount });

let figures;

beforeEach(() => {
    figures = {
        options: { date_from: "2026-03-01", date_to: "2026-03-31", funnel_id: 1, user_id: false },
        currency_id: 1,
        currency_name: "USD",
        funnels: [{ id: 1, name: "Sales" }],
        deal_count: 6,
        amount: 900,
        columns: [
            { key: "1", name: "Clarification", color: 1, count: 2, amount: 200 },
            { key: "2", name: "Offer", color: 2, count: 3, amount: 500 },
            { key: "lost", name: "Lost", color: 0, count: 1, amount: 200 },
        ],
        rows: [
            {
                key: "new",
                name: "New",
                color: 0,
                count: 1,
                amount: 100,
                then_amount: 0,
                cells: [{ now: "1", count: 1, amount: 100, direction: "new" }],
            },
            {
                key: "1",
                name: "Clarification",
                color: 1,
                count: 4,
                amount: 700,
                then_amount: 800,
                cells: [
                    { now: "1", count: 1, amount: 100, direction: "same" },
                    { now: "2", count: 2, amount: 400, direction: "forward" },
                    { now: "lost", count: 1, amount: 200, direction: "back" },
                ],
            },
        ],
        opening: { count: 4, amount: 1000 },
        movements: [
            movement("new", 1, 100),
            movement("up", 1, 50),
            movement("won", 1, -300),
            movement("lost", 1, -200),
        ],
        closing: { count: 3, amount: 650 },
        deadlines: [movement("pulled_in", 1, 100), movement("pushed_out", 2, 300)],
        explained_count: 3,
        change_count: 4,
        moves: [
            {
                id: 1,
                date: "2026-03-05 10:00:00",
                deal_id: 7,
                deal_name: "Chairs",
                user_name: "Olga",
                kind: "move",
                kind_name: "Moved",
                stage_from: "Clarification",
                stage_to: "Offer",
                amount_change: 0,
                currency_id: 1,
                deadline_from: "",
                deadline_to: "",
                comment: "They asked for prices",
            },
        ],
    };
    onRpc("dealflow.deal.dynamics", "get_data", () => figures);
});

async function openDynamics() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.deal_dynamics" });
}

const step = (key) => queryOne(`[data-step=${key}] .o_dealflow_step_bar`).style;

test("cells are coloured by where the deals went, and empty ones stay empty", async () => {
    await openDynamics();
    const row = "tr[data-then=Clarification]";
    expect(`${row} .o_dealflow_cell_same`).toHaveText("1\n$ 100.00");
    expect(`${row} .o_dealflow_cell_forward`).toHaveText("2\n$ 400.00");
    expect(`${row} .o_dealflow_cell_back`).toHaveText("1\n$ 200.00");
    expect("tr[data-then=New] .o_dealflow_cell_new").toHaveCount(1);
    expect("tr[data-then=New] td button").toHaveCount(2);
});

test("each bar of the waterfall begins where the one before has ended", async () => {
    await openDynamics();
    expect(queryAllTexts(".o_dealflow_step_name")).toEqual([
        "Pipeline then",
        "New",
        "Amount up",
        "Won",
        "Lost",
        "Pipeline now",
    ]);
    const highest = 1150;
    const start = (amount) => `${(100 * amount) / highest}`.slice(0, 5);
    expect(step("opening").insetInlineStart).toBe("0%");
    expect(step("new").insetInlineStart.slice(0, 5)).toBe(start(1000));
    expect(step("won").insetInlineStart.slice(0, 5)).toBe(start(850));
    expect(step("lost").insetInlineStart.slice(0, 5)).toBe(start(650));
    expect(step("closing").width.slice(0, 5)).toBe(start(650));
    expect("[data-step=lost] .o_dealflow_step_bar").toHaveClass("o_dealflow_step_back");
});

test("changes are explained n of m, and moves show their comments", async () => {
    await openDynamics();
    expect(".o_dealflow_explained .fs-3").toHaveText("3 of 4");
    expect(queryOne(".o_dealflow_explained .progress-bar").style.width).toBe("75%");
    expect(".o_dealflow_move").toHaveText(/Chairs.*Clarification → Offer.*They asked for prices/s);
});

test("cells, totals and movements open their deals", async () => {
    await openDynamics();
    mockService("action", { doAction: (action) => expect.step(action) });
    onRpc("dealflow.deal.dynamics", "get_deals_action", ({ args: [, ...figure] }) => figure);
    for (const selector of [
        ".o_dealflow_cell_forward .o_dealflow_cell",
        "tr[data-then=Clarification] .o_dealflow_total .o_dealflow_cell",
        "tfoot .o_dealflow_cell:eq(1)",
        "[data-step=won]",
        "[data-step=pushed_out]",
        "[data-step=opening]",
    ]) {
        await contains(selector).click();
        await animationFrame();
    }
    expect.verifySteps([["1", "2"], ["1"], [null, "2"], [null, null, "won"], [null, null, "pushed_out"]]);
});

test("all moves of the period are one click away", async () => {
    await openDynamics();
    mockService("action", { doAction: (action) => expect.step(action) });
    onRpc("dealflow.deal.dynamics", "get_moves_action", ({ args: [options] }) => options.date_from);
    await contains(".o_dealflow_all_moves").click();
    await animationFrame();
    expect.verifySteps(["2026-03-01"]);
});

test("without deals it says what to do", async () => {
    figures.deal_count = 0;
    await openDynamics();
    expect(".o_nocontent_help").toHaveText(/No deals until this day/);
});
