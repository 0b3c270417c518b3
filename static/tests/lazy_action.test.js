import { expect, test } from "@odoo/hoot";
import { getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

test("a screen that is loaded when it is opened gets the props of its action", async () => {
    onRpc("dealflow.card.arrangement", "get_card", ({ args: [model] }) => {
        expect.step(model);
        return {
            name: "Claim",
            version: 0,
            changes: [],
            roles: [],
            kinds: [],
            registers: [],
            has_currency: true,
            log: [],
            tree: { key: "sheet", kind: "sheet", label: "", children: [], unseen_by: [] },
            problems: [],
            fields: [],
        };
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "dealflow.card_editor",
        params: { model: "dealflow.claim" },
    });
    expect(".o_dealflow_card_editor").toHaveCount(1);
    expect.verifySteps(["dealflow.claim"]);
});
