import { beforeEach, expect, press, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mockService, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

let closeInfo;

beforeEach(() => {
    closeInfo = { done: true };
    mockService("action", {
        doAction(action, { additionalContext, onClose }) {
            expect.step(["dialog", additionalContext]);
            return Promise.resolve(onClose(closeInfo));
        },
    });
    onRpc("dealflow.deal", "web_save", ({ args }) => expect.step(["save", ...args]));
});

async function mountForm() {
    await mountView({ type: "form", resModel: "dealflow.deal", resId: 1 });
    onRpc("dealflow.deal", "web_read", () => expect.step("load"));
}

test.tags("desktop");
test("a click on a stage saves what was typed, opens the dialog and loads the record again", async () => {
    await mountForm();
    await contains(".o_field_widget[name=name] input").edit("Armchairs");

    await contains(".o_arrow_button:contains(Offer)").click();

    expect.verifySteps([
        ["save", [1], { name: "Armchairs" }],
        ["dialog", { default_deal_ids: [1], default_stage_id: 2 }],
        "load",
    ]);
});

test.tags("desktop");
test("a discarded dialog leaves the stage", async () => {
    closeInfo = undefined;
    await mountForm();

    await contains(".o_arrow_button:contains(Offer)").click();

    expect.verifySteps([["dialog", { default_deal_ids: [1], default_stage_id: 2 }]]);
    expect(".o_arrow_button_current").toHaveText("Clarification");
});

test.tags("desktop");
test("no dialog opens on a record that cannot be saved", async () => {
    await mountForm();
    await contains(".o_field_widget[name=name] input").edit("");

    await contains(".o_arrow_button:contains(Offer)").click();

    expect.verifySteps([]);
    expect(".o_field_widget[name=name]").toHaveClass("o_field_invalid");
});

test.tags("desktop");
test("the keyboard opens the same dialog", async () => {
    await mountForm();

    await press(["alt", "x"]);
    await animationFrame();
    expect.verifySteps([["dialog", { default_deal_ids: [1], default_stage_id: 2 }], "load"]);

    await press(["alt", "shift", "x"]);
    await animationFrame();
    await contains(".o_command:contains(Contract)").click();
    expect.verifySteps([["dialog", { default_deal_ids: [1], default_stage_id: 4 }], "load"]);
});

test.tags("mobile");
test("the dropdown of a phone opens the same dialog", async () => {
    await mountForm();

    await contains(".o_statusbar_status button.dropdown-toggle:visible").click();
    await contains(".o-dropdown-item:contains(Offer)").click();

    expect.verifySteps([["dialog", { default_deal_ids: [1], default_stage_id: 2 }], "load"]);
});

test.tags("desktop");
test("only the present stage says for how long, so that its neighbours have room", async () => {
    await mountView({ type: "form", resModel: "dealflow.deal", resId: 2 });

    expect(".o_arrow_button_current").toHaveText(/^Offer\s*16 days$/);
    expect(".o_arrow_button:contains(Clarification)").toHaveText("Clarification");
});
