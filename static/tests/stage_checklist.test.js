import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDealflowModels, recordActions } from "./dealflow_test_helpers";

const checklist = [
    { stage: "Offer", is_present: true, items: [{ id: 1, name: "A meeting", is_done: true }] },
    {
        stage: "Contract",
        is_present: false,
        items: [{ id: 2, name: "A confirmed order", is_done: false, action: { name: "orders" } }],
    },
];

class Checked extends models.Model {
    _name = "checked";

    name = fields.Char({ required: true });
    checklist = fields.Json({ default: checklist });

    _records = [
        { id: 1, name: "Chairs", checklist },
        { id: 2, name: "Desks", checklist: false },
    ];
}

defineDealflowModels();
defineModels([Checked]);

beforeEach(() => {
    onRpc("checked", "web_save", ({ args }) => expect.step(["save", ...args]));
});

async function mountChecklist(resId) {
    await mountView({
        type: "form",
        resModel: "checked",
        resId,
        arch: `
            <form>
                <field name="name"/>
                <field name="checklist" widget="dealflow_stage_checklist" readonly="1"/>
            </form>`,
    });
    onRpc("checked", "web_read", () => expect.step("load"));
}

test("it says what is done, what is missing, and for which stage", async () => {
    await mountChecklist(1);

    expect(queryAllTexts(".o_dealflow_stage_checklist h4")).toEqual([
        "REQUIREMENTS OF THE STAGE OFFER",
        "NEEDED FOR THE STAGE CONTRACT",
    ]);
    expect("li:contains(A meeting) [title=Done]").toHaveCount(1);
    expect("li:contains(A meeting) button").toHaveCount(0);
    expect("li:contains(A confirmed order) [title=Missing]").toHaveCount(1);
});

test("a click saves what was typed, opens where it is done and loads the deal again", async () => {
    recordActions();
    await mountChecklist(1);
    await contains(".o_field_widget[name=name] input").edit("Armchairs");

    await contains("button:contains(A confirmed order)").click();

    expect.verifySteps([["save", [1], { name: "Armchairs" }], [{ name: "orders" }, {}], "load"]);
});

test("a deal that cannot be saved is not left", async () => {
    recordActions();
    await mountChecklist(1);
    await contains(".o_field_widget[name=name] input").edit("");

    await contains("button:contains(A confirmed order)").click();

    expect.verifySteps([]);
    expect(".o_field_widget[name=name]").toHaveClass("o_field_invalid");
});

test("a dialog with nothing to save is left at once", async () => {
    recordActions();
    await mountChecklist();

    await contains("button:contains(A confirmed order)").click();

    expect.verifySteps([[{ name: "orders" }, {}]]);
});

test("a stage that demands nothing shows nothing", async () => {
    await mountChecklist(2);

    expect(".o_dealflow_stage_checklist").toHaveText("");
});
