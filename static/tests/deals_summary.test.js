import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { DealsSummary } from "@dealflow/deals_summary/deals_summary";
import { defineDealflowModels, recordActions, setGroups } from "./dealflow_test_helpers";

defineDealflowModels();

let rows;

beforeEach(() => {
    setGroups("dealflow.group_user_own");
    const action = "dealflow.dealflow_deal_action";
    rows = [
        { name: "open", label: "Open", count: 3, amount: 700, action, filters: ["filter_open"] },
        {
            name: "late",
            label: "Late",
            count: 1,
            amount: 100,
            action,
            filters: ["filter_open", "filter_late"],
            is_alarm: true,
        },
        { name: "idle", label: "Idle", count: 0, amount: 0, action, filters: ["filter_idle"], is_alarm: true },
    ];
    onRpc("dealflow.deal", "get_summary", () => ({ currency_id: 1, rows }));
});

test("each row shows its number and its amount, and only what is there alarms", async () => {
    await mountWithCleanup(DealsSummary);

    expect(queryAllTexts("[data-row=late] td")).toEqual(["Late", "1", "$ 100.00"]);
    expect("[data-row=late]").toHaveClass("text-danger");
    expect("[data-row=idle]").not.toHaveClass("text-danger");
    expect(".o_dealflow_first_step").toHaveCount(0);
});

test("a row opens the list with its filters, and with mine only while mine are shown", async () => {
    recordActions();
    await mountWithCleanup(DealsSummary);
    const opened = (...filters) => [
        "dealflow.dealflow_deal_action",
        {
            additionalContext: {
                search_default_filter_in_work: 0,
                ...Object.fromEntries(filters.map((name) => [`search_default_${name}`, 1])),
            },
            viewType: "list",
        },
    ];

    await contains("[data-row=late] a").click();
    expect.verifySteps([opened("filter_mine", "filter_open", "filter_late")]);

    await contains(".o_dealflow_all").click();
    await contains("[data-row=late] a").click();
    expect.verifySteps([opened("filter_open", "filter_late")]);
});

test("a row opens the list that it names", async () => {
    rows.push({
        name: "requests_untouched",
        label: "Requests nobody works on",
        count: 2,
        amount: 0,
        action: "dealflow.crm_lead_action_requests",
        filters: ["filter_untouched"],
        is_alarm: true,
    });
    recordActions();
    await mountWithCleanup(DealsSummary);
    await contains(".o_dealflow_all").click();
    await contains("[data-row=requests_untouched] a").click();

    expect.verifySteps([
        [
            "dealflow.crm_lead_action_requests",
            {
                additionalContext: { search_default_filter_in_work: 0, search_default_filter_untouched: 1 },
                viewType: "list",
            },
        ],
    ]);
});

test("without deals it says how to get one", async () => {
    rows = [{ ...rows[0], count: 0, amount: 0 }];
    recordActions();
    await mountWithCleanup(DealsSummary);
    expect(".o_dealflow_first_step").toHaveText(/You have no open deals/);

    await contains(".o_dealflow_new_client").click();
    await contains(".o_dealflow_first_step a:contains(opportunities)").click();

    expect.verifySteps([
        ["dealflow.res_partner_action_new_client", {}],
        ["crm.crm_lead_opportunities", {}],
    ]);
});

test("who only looks is not told to begin", async () => {
    setGroups("dealflow.group_viewer");
    rows = [];
    await mountWithCleanup(DealsSummary);

    expect(".o_dealflow_first_step").toHaveText("There are no open deals.");
});
