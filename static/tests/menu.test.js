import { expect, test } from "@odoo/hoot";
import { queryAll } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, defineMenus, getService, makeMockEnv, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { NavBar } from "@web/webclient/navbar/navbar";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const CONFIGURATION = "dealflow.menu_configuration";

/** The navigation bar of an app with so many sections, of which the last one has the given name in the code. */
async function mountMenu(count, xmlid = CONFIGURATION) {
    const sections = Array.from({ length: count }, (_, index) => ({
        id: 10 + index,
        name: `A section with a name as long as in other languages ${index}`,
        children: [],
        actionID: index,
        xmlid: `dealflow.menu_${index}`,
    }));
    const last = { id: 99, name: "Configuration", children: [], actionID: 99, xmlid };
    defineMenus([{ id: 1, name: "Dealflow", children: [...sections, last], xmlid: "dealflow.menu_root" }]);
    await makeMockEnv();
    getService("menu").setCurrentMenu(1);
    await mountWithCleanup(NavBar);
    await animationFrame();
    await animationFrame();
}

const shown = () =>
    queryAll(".o_menu_sections > *:not(.d-none):not(.o_menu_sections_more)").map((element) => element.innerText.trim());

test.tags("desktop");
test("the configuration stays where the sections have no room, and others go behind «+»", async () => {
    await mountMenu(20);

    expect(shown().at(-1)).toBe("Configuration");
    expect(shown().length).toBeLessThan(20);
    const count = shown().length - 1;
    await contains(".o_menu_sections_more button").click();
    expect(".o-dropdown--menu .dropdown-item").toHaveCount(20 - count);
    expect(`.o-dropdown--menu .dropdown-item:contains(${CONFIGURATION})`).toHaveCount(0);
    expect(".o-dropdown--menu .dropdown-item:contains(Configuration)").toHaveCount(0);
});

test.tags("desktop");
test("what is shown has room beside «+»", async () => {
    await mountMenu(20);

    const menu = queryAll(".o_menu_sections")[0];
    expect(menu.scrollWidth).toBeWithin(0, menu.clientWidth);
    expect(menu.clientWidth).toBeGreaterThan(0);
});

test.tags("desktop");
test("where all sections have room, nothing is behind «+»", async () => {
    await mountMenu(1);

    expect(shown().length).toBe(2);
    expect(".o_menu_sections_more").toHaveCount(0);
});

test.tags("desktop");
test("the menus of other apps are those of Odoo", async () => {
    await mountMenu(20, "other.menu_configuration");

    expect(shown()).not.toInclude("Configuration");
});
