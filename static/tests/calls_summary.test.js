import { expect, test } from "@odoo/hoot";
import { contains, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { CallsSummary } from "@dealflow/calls_summary/calls_summary";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const SUMMARY = { waiting: 2, debts: 3, days: 4, limit: 3, people: [{ id: 7, name: "Ann", debts: 5, days: 0 }] };

async function mount(summary) {
    onRpc("dealflow.call", "get_summary", () => summary);
    mockService("action", {
        doAction: (action, options) => expect.step([action, options?.additionalContext]),
    });
    await mountWithCleanup(CallsSummary);
}

test("it counts what waits, and each figure opens its calls", async () => {
    await mount(SUMMARY);
    expect("[data-row=debts]").toHaveText(/days since the oldest: 4/);
    expect("[data-row=debts]").toHaveText(/do not go on/);
    expect("[data-row=person]").toHaveText(/Ann/);
    expect("[data-row=person]").not.toHaveText(/oldest/);
    await contains("[data-row=waiting] a").click();
    await contains("[data-row=debts] a").click();
    await contains("[data-row=person] a").click();
    await contains(".o_dealflow_report").click();
    expect.verifySteps([
        ["dealflow.dealflow_call_action_waiting", undefined],
        ["dealflow.dealflow_call_action", { search_default_filter_comment: 1, search_default_filter_mine: 1 }],
        ["dealflow.dealflow_call_action", { search_default_user_id: 7, search_default_filter_comment: 1 }],
        ["dealflow.dealflow_call_report_action_comments", undefined],
    ]);
});

test("below the limit nothing is said of deals", async () => {
    await mount({ ...SUMMARY, limit: 0, people: [] });
    expect("[data-row=debts]").not.toHaveText(/do not go on/);
    expect(".o_dealflow_report").toHaveCount(0);
});

test("who logs no calls sees nothing", async () => {
    await mount({});
    expect("section").toHaveCount(0);
});
