import { expect, test } from "@odoo/hoot";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { SwitchButtons } from "@dealflow/switch_buttons/switch_buttons";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const props = {
    label: "Whose deals",
    choices: [
        { value: true, label: "Mine", className: "o_dealflow_mine" },
        { value: false, label: "All" },
    ],
    value: false,
    onChange: (value) => expect.step(value),
};

test("the pressed button is marked for the eye and for a screen reader", async () => {
    await mountWithCleanup(SwitchButtons, { props });

    expect("[role=group]").toHaveAttribute("aria-label", "Whose deals");
    expect("button:contains(All)").toHaveClass("btn-primary");
    expect("button:contains(All)").toHaveAttribute("aria-pressed", "true");
    expect(".o_dealflow_mine").toHaveClass("btn-secondary");
    expect(".o_dealflow_mine").toHaveAttribute("aria-pressed", "false");
});

test("a click tells the value of the button", async () => {
    await mountWithCleanup(SwitchButtons, { props });

    await contains(".o_dealflow_mine").click();
    await contains("button:contains(All)").click();

    expect.verifySteps([true, false]);
});
