import { beforeEach, expect, test } from "@odoo/hoot";
import { contains, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

beforeEach(() => {
    onRpc("dealflow.deal", "action_view_claims", ({ args: [ids] }) => {
        expect.step(ids);
        return false;
    });
});

const mountButtons = (invisible = "0") =>
    mountView({
        type: "form",
        resModel: "dealflow.deal",
        resId: 1,
        arch: `
            <form>
                <sheet>
                    <div name="button_box" class="oe_button_box">
                        <button name="action_other" type="object" class="oe_stat_button" string="Others"/>
                        <div name="dealflow_buttons" string="Dealflow">
                            <button name="action_view_deals" type="object" class="oe_stat_button" string="Deals"/>
                            <button name="action_view_claims" type="object" class="oe_stat_button" string="Claims"
                                    invisible="${invisible}"/>
                        </div>
                    </div>
                    <field name="name"/>
                </sheet>
            </form>`,
    });

test.tags("desktop");
test("several buttons share one place and work from its menu", async () => {
    await mountButtons();
    expect(".o_dealflow_button_group").toHaveText("Dealflow");
    expect("button[name=action_view_claims]").toHaveCount(0);
    expect("button[name=action_other]").toHaveCount(1);

    await contains(".o_dealflow_button_group").click();
    expect(".o-dropdown--menu .oe_stat_button").toHaveCount(2);
    await contains("button[name=action_view_claims]").click();

    expect.verifySteps([[1]]);
});

test.tags("desktop");
test("a single button needs no menu", async () => {
    await mountButtons("1");

    expect(".o_dealflow_button_group").toHaveCount(0);
    expect("button[name=action_view_deals]").toBeVisible();
});

test.tags("mobile");
test("on a phone the buttons are in the menu that is there already", async () => {
    await mountButtons();
    expect(".o_dealflow_button_group").toHaveCount(0);

    await contains(".o-form-buttonbox .o_button_more, .o_button_more").click();
    expect(".o_dealflow_button_group").toHaveCount(0);
    await contains("button[name=action_view_claims]").click();

    expect.verifySteps([[1]]);
});
