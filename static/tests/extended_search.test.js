import { beforeEach, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineActions,
    defineMenus,
    getService,
    mockService,
    preloadBundle,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";
import { DealflowDeal, defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();
preloadBundle("dealflow.assets_extended_search");

const FIELDS = [
    { key: "name", label: "Name or number", kind: "text" },
    { key: "stage_id", label: "Stage", kind: "records", model: "dealflow.stage" },
    {
        key: "state",
        label: "Status",
        kind: "choice",
        choices: [
            ["open", "Open"],
            ["won", "Won"],
        ],
    },
    { key: "amount_company", label: "Amount", kind: "range" },
    { key: "write_date", label: "Changed", kind: "moments" },
    { key: "is_rotting", label: "Rotting", kind: "flag" },
];
let asked, opened;

beforeEach(() => {
    asked = [];
    opened = 0;
    patchWithCleanup(session, { dealflow_searches: ["dealflow.deal"] });
    defineMenus([{ id: 1, name: "Dealflow", actionID: 1, xmlid: "dealflow.menu_dealflow_root" }]);
    defineActions([
        { id: 1, name: "Deals", res_model: "dealflow.deal", type: "ir.actions.act_window", views: [[false, "list"]] },
    ]);
    DealflowDeal._views = { list: `<list><field name="name"/></list>`, search: `<search/>` };
    onRpc("dealflow.extended.search", "get_form", ({ args }) => {
        opened++;
        expect(args).toEqual(["dealflow.deal", 1]);
        return { fields: FIELDS, periods: [["today", "Today"]] };
    });
    onRpc("dealflow.extended.search", "make_filters", ({ args }) => {
        asked.push(args[1]);
        return Object.entries(args[1]).map(([key, value]) => ({
            key,
            value,
            description: `${key}: ${JSON.stringify(value)}`,
            domain: key === "name" ? `[('name', 'ilike', '${value}')]` : "[(1, '=', 1)]",
        }));
    });
});

async function openDeals(app = 1) {
    await mountWithCleanup(WebClient);
    getService("menu").setCurrentMenu(app);
    await getService("action").doAction(1);
    await animationFrame();
}

async function unfold() {
    await contains(".o_dealflow_search_toggle").click();
    await animationFrame();
}

const facets = () => queryAllTexts(".o_searchview_facet .o_facet_values");
const field = (key) => `.o_dealflow_search_field[data-key=${key}]`;

test.tags("desktop");
test("the form costs nothing until it is unfolded, and one request then", async () => {
    await openDeals();
    expect(".o_dealflow_extended_search").toHaveCount(0);
    expect(opened).toBe(0);

    await unfold();
    expect(queryAllTexts(".o_dealflow_search_field .o_form_label")).toEqual(FIELDS.map(({ label }) => label));
    expect(`${field("name")} input`).toBeFocused();

    await press("escape");
    await animationFrame();
    expect(".o_dealflow_extended_search").toHaveCount(0);
    await unfold();
    expect(opened).toBe(1);
});

test.tags("desktop");
test("it is not offered in other apps, nor for models without a form", async () => {
    defineMenus([{ id: 2, name: "Other", actionID: 1, xmlid: "crm.menu" }]);
    await openDeals(2);
    expect(".o_searchview").toHaveCount(1);
    expect(".o_dealflow_search_toggle").toHaveCount(0);
});

test.tags("desktop");
test("models without a form have none", async () => {
    patchWithCleanup(session, { dealflow_searches: ["res.partner"] });
    await openDeals();
    expect(".o_dealflow_search_toggle").toHaveCount(0);
});

test.tags("desktop");
test("several answers become facets, each of which can be taken off and edited again", async () => {
    await openDeals();
    await unfold();
    await contains(`${field("name")} input`).edit("Chairs", { confirm: false });
    await contains(`${field("amount_company")} input[name=from]`).edit("1,000.5", { confirm: "blur" });
    await contains(`${field("is_rotting")} select`).select("no");
    await contains(`${field("write_date")} select`).select("today");
    await contains(".o_dealflow_extended_search button[type=submit]").click();
    await animationFrame();

    expect(asked).toEqual([
        { name: "Chairs", amount_company: { from: 1000.5 }, is_rotting: false, write_date: { period: "today" } },
    ]);
    expect(facets()).toEqual([
        `name: "Chairs"`,
        `amount_company: {"from":1000.5}`,
        `is_rotting: false`,
        `write_date: {"period":"today"}`,
    ]);
    expect(".o_data_row").toHaveCount(1);

    await contains(".o_searchview_facet:contains(is_rotting) .o_facet_remove").click();
    expect(facets()).toHaveLength(3);
    expect(`${field("is_rotting")} select`).toHaveValue("");

    // Folded and unfolded, it shows what is searched for; a new answer takes the place of the old one.
    await contains(".o_dealflow_search_toggle").click();
    await unfold();
    expect(`${field("name")} input`).toHaveValue("Chairs");
    expect(`${field("amount_company")} input[name=from]`).toHaveValue("1,000.5");
    await contains(`${field("name")} input`).edit("Desks", { confirm: "enter" });
    await animationFrame();
    expect(facets()).toHaveLength(3);
    expect(facets()).toInclude(`name: "Desks"`);

    await contains(".o_dealflow_search_clear").click();
    await animationFrame();
    expect(facets()).toEqual([]);
});

test.tags("desktop");
test("amounts that are no numbers are not searched for", async () => {
    mockService("notification", { add: (message) => expect.step(message) });
    await openDeals();
    await unfold();
    await contains(`${field("amount_company")} input[name=from]`).edit("many", { confirm: "blur" });
    await contains(".o_dealflow_extended_search button[type=submit]").click();
    expect(asked).toEqual([]);
    expect.verifySteps(["Some amounts are no numbers. Correct them, or empty them."]);
    expect(`${field("amount_company")} .o_field_invalid`).toHaveCount(2);
});

test.tags("desktop");
test("the answers are saved as a filter of Odoo", async () => {
    onRpc("ir.filters", "create_filter", ({ args }) => {
        expect.step(args[0].name);
        expect(args[0].domain).toBe(`[("name", "ilike", "Chairs")]`);
        return [7];
    });
    await openDeals();
    await unfold();
    await contains(`${field("name")} input`).edit("Chairs", { confirm: false });
    await contains(".o_dealflow_search_save input").edit("My chairs", { confirm: "enter" });
    await animationFrame();
    expect.verifySteps(["My chairs"]);
    expect(facets()).toEqual(["My chairs"]);
});

test.tags("mobile");
test("on a phone the form covers the screen, and leaves it after the search", async () => {
    await openDeals();
    await contains(".o_control_panel_navigation > button").click();
    await unfold();
    const box = document.querySelector(".o_dealflow_extended_search").getBoundingClientRect();
    expect(box.width).toBe(window.innerWidth);
    await contains(`${field("name")} input`).edit("Chairs", { confirm: false });
    await contains(".o_dealflow_extended_search button[type=submit]").click();
    await animationFrame();
    expect(".o_dealflow_extended_search").toHaveCount(0);
    expect(facets()).toEqual([`name: "Chairs"`]);
});
