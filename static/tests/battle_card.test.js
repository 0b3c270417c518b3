import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { defineDealflowModels, recordActions } from "./dealflow_test_helpers";

const columns = [
    ["won", "Won"],
    ["win_rate", "Win rate"],
];

class Competitor extends models.Model {
    _name = "dealflow.competitor";

    battle_card = fields.Json();

    _records = [
        {
            id: 1,
            battle_card: [
                {
                    key: "industry",
                    title: "By industry",
                    model: "dealflow.deal.competitor",
                    columns,
                    rows: [
                        { name: "Furniture", won: 6, win_rate: 66.7, is_few: false, domain: [["id", "in", [5]]] },
                        { name: "Timber", won: 1, win_rate: 100, is_few: true, domain: [] },
                    ],
                },
                { key: "region", title: "By region", model: "dealflow.deal.competitor", columns, rows: [] },
            ],
        },
        { id: 2, battle_card: false },
    ];
}

defineDealflowModels();
defineModels([Competitor]);

const mountCard = (resId) =>
    mountView({
        type: "form",
        resModel: "dealflow.competitor",
        resId,
        arch: `<form><field name="battle_card" widget="dealflow_battle_card" readonly="1"/></form>`,
    });

test("shares are shown where there are cases enough, and sections where there are rows", async () => {
    await mountCard(1);

    expect(queryAllTexts("[data-section] h4")).toEqual(["BY INDUSTRY"]);
    expect(queryAllTexts("tbody tr:first td")).toEqual(["6", "67 %"]);
    expect(queryAllTexts("tbody tr:last td")).toEqual(["1", "few cases"]);
    expect("tbody tr:last").toHaveClass("text-muted");
});

test("a row opens the cases behind it", async () => {
    recordActions();
    await mountCard(1);

    await contains("button:contains(Furniture)").click();

    expect.verifySteps([
        [
            {
                type: "ir.actions.act_window",
                name: "By industry: Furniture",
                res_model: "dealflow.deal.competitor",
                views: [[false, "list"]],
                domain: [["id", "in", [5]]],
            },
            {},
        ],
    ]);
});

test("a competitor whom we never met has an empty card", async () => {
    await mountCard(2);

    expect(".o_dealflow_battle_card").toHaveCount(1);
    expect(".o_dealflow_battle_card").toHaveText("");
});
