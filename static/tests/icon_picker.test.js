import { expect, test } from "@odoo/hoot";
import { press, queryAll } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { findIcons, IconPicker } from "@dealflow/icon_picker/icon_picker";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const sheets = [
    {
        get cssRules() {
            throw new Error("of another origin");
        },
    },
    { cssRules: [{ selectorText: ".fa-phone:before, .fa-tel::before" }, { selectorText: ".fa-spin:before" }, {}] },
];

test("icons are those of the style sheets", () => {
    expect(findIcons(sheets)).toEqual(["fa-phone", "fa-tel"]);
    expect(findIcons().length).toBeGreaterThan(300);
});

async function openPicker() {
    const record = {
        data: { icon: "fa-phone" },
        update: (values) => expect.step(values.icon),
    };
    await mountWithCleanup(IconPicker, { props: { name: "icon", record, readonly: false } });
    await contains("button").click();
}

test("an icon is found by a part of its name, and picked", async () => {
    await openPicker();
    expect(".o_dealflow_icons button.active").toHaveCount(1);
    await contains(".o_dealflow_icons input").edit("calendar plus", { confirm: false });
    expect(queryAll(".o_dealflow_icons button").map((node) => node.dataset.icon)).toEqual(["fa-calendar-plus-o"]);
    await contains(".o_dealflow_icons button").click();
    expect.verifySteps(["fa-calendar-plus-o"]);
    expect(".o_dealflow_icons").toHaveCount(0);
});

test("the keyboard does it too", async () => {
    await openPicker();
    await contains(".o_dealflow_icons input").edit("calendar", { confirm: false });
    await press("ArrowDown");
    await press("ArrowRight");
    expect(document.activeElement.dataset.icon).toBe("fa-calendar-check-o");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["fa-calendar-check-o"]);
});

test("nothing found is said", async () => {
    await openPicker();
    await contains(".o_dealflow_icons input").edit("xyz", { confirm: false });
    expect(".o_dealflow_icons [role=status]").toHaveText("No icon has this name.");
});
