import { beforeEach, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, xml } from "@odoo/owl";
import { contains, mountWithSearch, onRpc } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { FilterTree } from "@dealflow/filter_tree/filter_tree";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

class Section extends Component {
    static template = xml`<SearchBar/><FilterTree onFold="() => {}"/>`;
    static components = { SearchBar, FilterTree };
    static props = ["*"];
}

const folder = (id, name, values = {}) => ({
    id,
    name,
    parent_id: false,
    groupby: false,
    is_common: false,
    can_edit: true,
    is_own: true,
    is_shared: false,
    problem: "",
    ...values,
});
const filter = (id, name, values = {}) => ({
    id,
    name,
    folder_id: false,
    can_edit: true,
    is_own: true,
    is_common: false,
    is_shared: false,
    owner: "Olga",
    problem: "",
    is_subscribed: false,
    count: id,
    favorite: {
        id,
        name,
        is_default: false,
        domain: `[('name', '=', '${name}')]`,
        context: "{}",
        user_ids: [7],
        sort: "[]",
        embedded_action_id: false,
        embedded_parent_res_id: 0,
    },
    ...values,
});
const row = (name) => `.o_dealflow_tree_row[data-name="${name}"]`;
const facets = () => queryAllTexts(".o_searchview_facet .o_facet_value");

let tree;

beforeEach(() => {
    browser.localStorage.clear();
    tree = {
        folders: [folder(1, "Common", { is_common: true, can_edit: false }), folder(2, "Mine")],
        filters: [
            filter(10, "Large", { folder_id: 1, can_edit: false, is_own: false }),
            filter(11, "Small"),
            filter(12, "Broken", { problem: "The field “gone” no longer exists." }),
            filter(20000, "Many", { is_own: false, can_edit: false, count: 10001 }),
        ],
        can_edit_common: false,
    };
    onRpc("dealflow.filter.folder", "get_tree", ({ kwargs }) => {
        expect.step(["get_tree", kwargs.model, kwargs.unfolded]);
        return tree;
    });
    onRpc("dealflow.filter.folder", "place", ({ args, kwargs }) => {
        expect.step(["place", ...args, kwargs.folder_id, kwargs.before_id]);
        return false;
    });
});

async function mountTree() {
    await mountWithSearch(Section, { resModel: "dealflow.deal", searchViewId: false });
    await animationFrame();
}

test("filters stand in their folders, those of others under «Shared with me»", async () => {
    await mountTree();

    expect.verifySteps([["get_tree", "dealflow.deal", []]]);
    expect(queryAllTexts(".o_dealflow_tree_row .text-truncate")).toEqual([
        "Common",
        "Large",
        "Mine",
        "Small",
        "Broken",
        "Shared with me",
        "Many",
    ]);
    expect(`${row("Many")} .o_dealflow_tree_count`).toHaveText("10,000+");
    expect(`${row("Broken")} .o_dealflow_tree_count`).toHaveCount(0);
    expect(`${row("Common")} .o_dealflow_tree_menu`).toHaveCount(0);
});

test.tags("desktop");
test("a click shows what the line counts, Ctrl and a click adds, another click takes off", async () => {
    await mountTree();

    await contains(row("Large")).click();
    expect(facets()).toEqual(["Large"]);
    await contains(row("Small")).click();
    expect(facets()).toEqual(["Small"]);
    await contains(row("Large")).click({ ctrlKey: true });
    expect(facets().join(" ")).toInclude("Large");
    expect(facets().join(" ")).toInclude("Small");
    expect(`.o_dealflow_tree_active`).toHaveCount(2);
    await contains(row("Large")).click();
    expect(facets()).toEqual([]);
    expect.verifySteps([["get_tree", "dealflow.deal", []]]);
});

test.tags("desktop");
test("a broken filter says why and changes nothing", async () => {
    await mountTree();

    await contains(row("Broken")).click();
    expect(facets()).toEqual([]);
    expect(`${row("Broken")}`).toHaveAttribute("title", "The field “gone” no longer exists.");
    expect.verifySteps([["get_tree", "dealflow.deal", []]]);
});

test.tags("desktop");
test("by keyboard: arrows move and unfold, Enter chooses, Alt with an arrow moves a filter", async () => {
    await mountTree();

    queryOne(row("Common")).focus();
    await press("ArrowLeft");
    await animationFrame();
    expect(row("Large")).toHaveCount(0);
    await press("ArrowRight");
    await animationFrame();
    await press("ArrowDown");
    await animationFrame();
    expect(row("Large")).toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(facets()).toEqual(["Large"]);
    queryOne(row("Small")).focus();
    await press(["alt", "ArrowDown"]);
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        ["get_tree", "dealflow.deal", []],
        ["place", "filter", 11, null, null],
        ["get_tree", "dealflow.deal", [1]],
    ]);
});
