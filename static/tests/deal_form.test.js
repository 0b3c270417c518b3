import { beforeEach, expect, test } from "@odoo/hoot";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

let conflicts;

beforeEach(async () => {
    conflicts = [{ name: "name", label: "Name", user: "Olga", before: "Chairs", now: "Stools", time: "5 minutes ago" }];
    onRpc("dealflow.deal", "get_conflicts", ({ args }) => {
        expect.step(["conflicts?", ...args]);
        return conflicts;
    });
    onRpc("dealflow.deal", "web_save", ({ args: [, changes] }) => expect.step(["save", changes]));
});

/** The form of a deal, with two fields changed and the save begun. */
async function save(resId = 1) {
    await mountView({
        type: "form",
        resModel: "dealflow.deal",
        resId,
        arch: `<form js_class="dealflow_deal_form"><field name="name"/><field name="amount_company"/></form>`,
    });
    await contains(".o_field_widget[name=name] input").edit("Armchairs");
    await contains(".o_field_widget[name=amount_company] input").edit("5");
    await contains(".o_form_button_save").click();
}

const asked = ["conflicts?", [1], { name: "Chairs", amount_company: 1000 }];
const both = { name: "Armchairs", amount_company: 5 };

test("what nobody else has changed is saved without a question", async () => {
    conflicts = [];
    await save();

    expect(".o_dialog").toHaveCount(0);
    expect.verifySteps([asked, ["save", both]]);
});

test("the question says who changed what and when, before anything is saved", async () => {
    await save();

    expect(".o_dealflow_conflicts li").toHaveText("Olga changed Name from Chairs to Stools, 5 minutes ago");
    expect.verifySteps([asked]);
});

test("an emptied field is told by the word nothing", async () => {
    conflicts[0].now = false;
    await save();

    expect(".o_dealflow_conflicts li").toHaveText(/from Chairs to nothing/);
    expect.verifySteps([asked]);
});

test("theirs stay, and the other changes are saved", async () => {
    await save();
    await contains(".o_dealflow_theirs").click();

    expect(".o_dialog").toHaveCount(0);
    expect.verifySteps([asked, ["save", { amount_company: 5 }]]);
});

test("mine overwrite theirs", async () => {
    await save();
    await contains(".o_dealflow_mine").click();

    expect.verifySteps([asked, ["save", both]]);
});

test("who stays here has saved nothing and lost nothing", async () => {
    await save();
    await contains(".o_dialog button:contains(Stay here)").click();

    expect(".o_dialog").toHaveCount(0);
    expect(".o_field_widget[name=name] input").toHaveValue("Armchairs");
    expect(".o_form_button_save").toBeVisible();
    expect.verifySteps([asked]);
});

test("a new deal is in conflict with nobody", async () => {
    await save(false);

    expect.verifySteps([["save", both]]);
});
