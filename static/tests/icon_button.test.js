import { expect, test } from "@odoo/hoot";
import { queryFirst } from "@odoo/hoot-dom";
import { mountView } from "@web/../tests/web_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const mountList = (className) =>
    mountView({
        type: "list",
        resModel: "dealflow.deal",
        arch: `
            <list>
                <field name="name"/>
                <button name="action_call" type="object" icon="fa-phone" string="Call" title="Call" class="${className}"/>
            </list>`,
    });
const getWidth = () => queryFirst("button[name=action_call] > span").getBoundingClientRect().width;

test.tags("desktop");
test("a button of a list shows its icon alone, and keeps its words for a screen reader", async () => {
    await mountList("o_dealflow_icon_button");

    expect("button[name=action_call]:first i.fa-phone").toBeVisible();
    expect("button[name=action_call]:first > span").toHaveText("Call");
    expect(getWidth()).toBe(1);
});

test.tags("desktop");
test("other buttons show their words", async () => {
    await mountList("");

    expect(getWidth()).toBeGreaterThan(10);
});
