import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const stage = (stage_id, name, count, values = {}) => ({
    stage_id,
    name,
    color: stage_id,
    is_won: false,
    count,
    amount: 100 * count,
    percent: count,
    lost_count: 0,
    lost_amount: 0,
    lost_percent: 0,
    conversion_first: count,
    conversion_next: false,
    median_days: false,
    planned_conversion: false,
    decided_count: 0,
    plan_flag: false,
    ...values,
});
const standing = (stage_id, name, count, reasons) => ({
    stage_id,
    name,
    color: stage_id,
    is_won: false,
    count,
    amount: 100 * count,
    percent: 50,
    reasons,
});

let figures;

beforeEach(() => {
    figures = {
        currency_id: 1,
        currency_name: "USD",
        funnels: [
            { id: 1, name: "Sales" },
            { id: 2, name: "Tenders" },
        ],
        deal_count: 100,
        amount: 10000,
        won_count: 25,
        won_amount: 2500,
        lost_count: 30,
        lost_amount: 3000,
        stages: [
            stage(1, "Clarification", 100, {
                planned_conversion: 60,
                decided_count: 90,
                decided_conversion: 44,
                plan_flag: "below",
                lost_count: 30,
                lost_percent: 30,
            }),
            stage(2, "Offer", 50, {
                planned_conversion: 60,
                decided_count: 5,
                decided_conversion: 40,
                median_days: 7.5,
            }),
            stage(3, "Contract", 0, { percent: false }),
        ],
        in_work: [standing(1, "Clarification", 45), standing(2, "Offer", 25)],
        failed: [
            standing(1, "Clarification", 30, [
                { reason_id: 1, name: "Too expensive", count: 20, amount: 2000, percent: 66.7 },
                { reason_id: false, name: "Without a reason", count: 10, amount: 1000, percent: 33.3 },
            ]),
        ],
    };
    onRpc("dealflow.sales.funnel", "get_data", ({ args: [options] }) => {
        expect.step(["load", options]);
        return {
            ...figures,
            options: {
                date_from: "2026-03-01",
                date_to: "2026-03-31",
                basis: "opened",
                funnel_id: 1,
                user_id: false,
                ...options,
            },
        };
    });
});

async function openFunnel() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.sales_funnel" });
    expect.verifySteps([["load", { domain: [] }]]);
}

const bar = (name) => queryOne(`tr[data-stage=${name}] .o_dealflow_bar_fill`);

test("bars are as long as their numbers, also where there are none", async () => {
    await openFunnel();
    expect(queryAllTexts(".o_dealflow_passage .o_dealflow_bar_label")).toEqual(["100 · 100 %", "50 · 50 %", "0 · –"]);
    expect(bar("Clarification").style.width).toBe("100%");
    expect(bar("Offer").style.width).toBe("50%");
    expect(bar("Contract").style.width).toBe("0%");
});

test("only a difference from the plan that chance does not explain gets an arrow", async () => {
    await openFunnel();
    expect("tr[data-stage=Clarification] .fa-arrow-down").toHaveCount(1);
    expect("tr[data-stage=Offer] .fa").toHaveCount(0);
    expect("tr[data-stage=Offer] [title*='chance may explain it']").toHaveText("60 % / 40 %");
});

test("the report says which deals it counts, and that skipped stages count as passed", async () => {
    await openFunnel();
    expect(".o_dealflow_explanation").toHaveText(/^Deals opened in the period.*skipped counts as passed/s);
    await contains(".o_dealflow_option_basis").select("moved");
    expect(".o_dealflow_explanation").toHaveText(/^Deals that moved, were won, lost or reopened in the period/);
    expect.verifySteps([
        [
            "load",
            {
                date_from: "2026-03-01",
                date_to: "2026-03-31",
                basis: "moved",
                funnel_id: 1,
                user_id: false,
                domain: [],
            },
        ],
    ]);
});

test("every bar and every reason opens its deals", async () => {
    await openFunnel();
    mockService("action", { doAction: (action) => expect.step(action) });
    onRpc("dealflow.sales.funnel", "get_deals_action", ({ args: [options, ...figure] }) => [
        options.funnel_id,
        ...figure,
    ]);
    for (const selector of [
        "tr[data-stage=Offer] .o_dealflow_bar",
        "tr[data-stage=Clarification] .text-danger",
        ".o_dealflow_in_work .o_dealflow_bar:eq(1)",
        ".o_dealflow_failed .o_dealflow_bar",
        ".o_dealflow_reason:contains(Without a reason)",
        ".o_dealflow_totals button",
    ]) {
        await contains(selector).click();
        await animationFrame();
    }
    expect.verifySteps([
        [1, "reached", 2],
        [1, "failed", 1],
        [1, "in_work", 2],
        [1, "failed", 1],
        [1, "failed", 1, false],
        [1, "all"],
    ]);
});

test("it is printed with the options on the screen", async () => {
    await openFunnel();
    mockService("action", {
        doAction: (action) => expect.step([action.report_name, action.data.funnel_options.funnel_id]),
    });
    await contains(".o_dealflow_option_funnel").select("2");
    await contains(".o_dealflow_print").click();
    expect.verifySteps([
        [
            "load",
            {
                date_from: "2026-03-01",
                date_to: "2026-03-31",
                basis: "opened",
                funnel_id: 2,
                user_id: false,
                domain: [],
            },
        ],
        ["dealflow.report_sales_funnel", 2],
    ]);
});

test("without deals it says what to do, and prints nothing", async () => {
    figures.deal_count = 0;
    await openFunnel();
    expect(".o_nocontent_help").toHaveText(/No deals in this period/);
    expect(".o_dealflow_print").not.toBeEnabled();
    expect(".o_dealflow_export").not.toBeEnabled();
});
