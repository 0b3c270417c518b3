import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, xml } from "@odoo/owl";
import { getService, mockService, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

class Page extends Component {
    static template = xml`<h1 t-out="props.action.name"/>`;
    static props = ["*"];
}

async function open(...names) {
    registry.category("actions").add("page", Page, { force: true });
    await mountWithCleanup(WebClient);
    for (const name of names) {
        await getService("action").doAction({ type: "ir.actions.client", tag: "page", name });
    }
}

async function goBack() {
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.go_back" });
    await animationFrame();
}

test("it returns to where the card was opened from", async () => {
    await open("List", "Card");
    expect("h1").toHaveText("Card");

    await goBack();

    expect("h1").toHaveText("List");
});

test("a card that was opened by its address stays", async () => {
    await open("Card");

    await goBack();

    expect("h1").toHaveText("Card");
});

test("a dialog is closed and told that it is done", async () => {
    await open("List");
    await getService("action").doAction(
        { type: "ir.actions.client", tag: "page", name: "Dialog", target: "new" },
        { onClose: (infos) => expect.step(infos) }
    );
    expect(".modal h1").toHaveText("Dialog");

    await goBack();

    expect(".modal").toHaveCount(0);
    expect.verifySteps([{ done: true }]);
});

test("what else goes wrong on the way back is not hidden", async () => {
    await open("Card");
    mockService("action", {
        doAction: () => {},
        restore: () => Promise.reject(new Error("the list is broken")),
    });
    const env = { services: { action: getService("action") } };

    await expect(registry.category("actions").get("dealflow.go_back")(env)).rejects.toThrow("the list is broken");
});
