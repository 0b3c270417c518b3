import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";
import "@dealflow/calling_round/line_form";

describe.current.tags("desktop");

class Line extends models.Model {
    _name = "dealflow.call.round.line";
    result = fields.Text();
    _records = [{ id: 1 }];
}

defineDealflowModels();
defineModels([Line]);

test("a client opens with the focus on the result, and is not reached without one", async () => {
    onRpc("dealflow.call.round.line", "action_reached", () => {
        expect.step("reached");
        return false;
    });
    await mountView({
        type: "form",
        resModel: "dealflow.call.round.line",
        resId: 1,
        arch: `<form js_class="dealflow_call_round_line_form">
            <header><button name="action_reached" type="object" string="Reached"/></header>
            <field name="result"/>
        </form>`,
    });
    await animationFrame();
    expect("[name=result] textarea").toBeFocused();
    await contains("button[name=action_reached]").click();
    expect(".o_notification").toHaveText(/Result/);
    expect("[name=result]").toHaveClass("o_field_invalid");
    expect("[name=result] textarea").toBeFocused();
    expect.verifySteps([]);
    await contains("[name=result] textarea").edit("Wants two", { confirm: false });
    await contains("button[name=action_reached]").click();
    expect.verifySteps(["reached"]);
});
