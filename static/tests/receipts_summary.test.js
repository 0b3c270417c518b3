import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { ReceiptsSummary } from "@dealflow/receipts_summary/receipts_summary";
import { defineDealflowModels, recordActions, setGroups } from "./dealflow_test_helpers";

defineDealflowModels();

const figures = (count, amount, received) => ({ count, amount, received });

let summary;

beforeEach(() => {
    setGroups("dealflow.group_user_own");
    summary = {
        currency_id: 1,
        company: { id: 4 },
        sections: [
            { bucket: "week", label: "This week", promised: figures(2, 300, 50), likely: figures(1, 100, 0) },
            { bucket: "later", label: "Later", promised: figures(1, 40, 0), likely: figures(2, 240, 50) },
        ],
        overdue: { count: 1, amount: 70 },
        month: { start: "2026-03-01", end: "2026-04-01", received: 50, promised: 300, likely: 100, gap: 200 },
    };
    onRpc("dealflow.receipt", "get_plan_summary", () => summary);
});

test("the plan is shown as promised and as likely, with its total", async () => {
    await mountWithCleanup(ReceiptsSummary);
    expect(queryAllTexts("[data-bucket=week] td")).toEqual(["This week", "2", "$ 300.00", "$ 50.00"]);
    expect(".o_dealflow_in_plan").toHaveText("$ 340.00");
    expect(".o_dealflow_gap").toHaveText("$ 200.00");

    await contains(".o_dealflow_likely").click();

    expect(queryAllTexts("[data-bucket=week] td")).toEqual(["This week", "1", "$ 100.00", "$ 0.00"]);
    expect(queryAllTexts("[data-bucket=later] td")).toEqual(["Later", "2", "$ 240.00", "$ 50.00"]);
});

test("sections, what is overdue and what came in open their records of the same company", async () => {
    recordActions();
    await mountWithCleanup(ReceiptsSummary);
    const ofCompany = ["company_id", "=", 4];

    await contains("[data-bucket=week] button").click();
    await contains(".o_dealflow_likely").click();
    await contains("[data-bucket=week] button").click();
    await contains("tr button:contains(Overdue)").click();
    await contains(".o_dealflow_mine").click();
    await contains(".o_dealflow_received").click();

    const opened = (xmlId, domain, changes = {}) => [
        {
            xmlId,
            views: [
                [1, "kanban"],
                [2, "list"],
            ],
            domain: [ofCompany, ...domain],
            context: {},
            ...changes,
        },
        {},
    ];
    const section = (field) => [
        ["state", "=", "planned"],
        ["open_amount", ">", 0],
        [field, "=", "week"],
    ];
    expect.verifySteps([
        opened("dealflow.dealflow_receipt_action", section("bucket")),
        opened("dealflow.dealflow_receipt_action", section("bucket_likely")),
        opened("dealflow.dealflow_receipt_action", [["is_overdue", "=", true]]),
        opened(
            "dealflow.dealflow_receipt_report_action_forecast",
            [
                ["measure", "=", "received"],
                ["date", ">=", "2026-03-01"],
                ["date", "<", "2026-04-01"],
            ],
            {
                context: { search_default_filter_mine: 1 },
                name: "Received This Month",
                display_name: "Received This Month",
                views: [[false, "list"]],
            }
        ),
    ]);
});

test("without planned money it says where to plan it", async () => {
    summary.sections = [];
    summary.overdue = { count: 0, amount: 0 };
    await mountWithCleanup(ReceiptsSummary);

    expect(".o_dealflow_first_step").toHaveText(/^No money is planned/);
    expect("tr:contains(Overdue)").toHaveCount(0);
});

test("it is a page of its own too", async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.receipts_summary" });

    expect(".o_action_manager .o_dealflow_receipts_summary").toHaveCount(1);
});
