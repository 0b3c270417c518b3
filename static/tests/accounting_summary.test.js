import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { AccountingSummary } from "@dealflow/accounting_summary/accounting_summary";
import { defineDealflowModels, recordActions } from "./dealflow_test_helpers";

defineDealflowModels();

let rows;

beforeEach(() => {
    rows = [
        {
            name: "requisites",
            label: "Requisites",
            count: 2,
            amount: false,
            action: "partners",
            domain: [["a", "=", 1]],
        },
        { name: "overdue", label: "Overdue", count: 0, amount: 0, action: "receipts", domain: [] },
    ];
    onRpc("dealflow.receipt", "get_accounting_summary", () => ({ currency_id: 1, rows }));
});

test("what is not money has no amount, and only what waits is bold", async () => {
    await mountWithCleanup(AccountingSummary);

    expect(queryAllTexts("[data-row=requisites] td")).toEqual(["Requisites", "2", ""]);
    expect(queryAllTexts("[data-row=overdue] td")).toEqual(["Overdue", "0", "$ 0.00"]);
    expect("[data-row=requisites]").toHaveClass("fw-bold");
    expect("[data-row=overdue]").not.toHaveClass("fw-bold");
    expect(".o_dealflow_first_step").toHaveCount(0);
});

test("a row opens the list of what it counts, without the filters that the list begins with", async () => {
    recordActions();
    await mountWithCleanup(AccountingSummary);

    await contains("[data-row=requisites] a").click();

    expect.verifySteps([
        [
            {
                xmlId: "partners",
                views: [
                    [2, "list"],
                    [1, "kanban"],
                ],
                domain: [["a", "=", 1]],
                context: {},
                display_name: "Requisites",
            },
            {},
        ],
    ]);
});

test("when nothing waits it says so", async () => {
    rows = rows.map((row) => ({ ...row, count: 0 }));
    await mountWithCleanup(AccountingSummary);

    expect(".o_dealflow_first_step").toHaveText(/^Nothing waits for you/);
});
