import { expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { Component, xml } from "@odoo/owl";
import { getService, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels, setGroups } from "./dealflow_test_helpers";

defineDealflowModels();

const startBlocks = registry.category("dealflow_start_blocks");

class Block extends Component {
    static template = xml`<p>figures</p>`;
    static props = {};
}

/** The page with these blocks instead of ours. */
async function openStart(groups, blocks) {
    setGroups(...groups.map((name) => `dealflow.group_${name}`));
    patchWithCleanup(startBlocks, { content: {}, entries: null, elements: null });
    for (const [name, values, sequence] of blocks) {
        startBlocks.add(name, { Component: Block, ...values }, { sequence });
    }
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.start" });
}

const shown = () => queryAll("[data-block]").map((block) => block.dataset.block);

test("blocks stand in the order of their sequence", async () => {
    await openStart(
        ["user_own"],
        [
            ["last", {}, 90],
            ["first", {}, 1],
            ["second", {}, 2],
        ]
    );

    expect(shown()).toEqual(["first", "second", "last"]);
    expect(queryAllTexts("[data-block]")).toEqual(["figures", "figures", "figures"]);
    expect(".o_dealflow_only_looks").toHaveCount(0);
});

test("a block is for its groups, any of them, or for everybody", async () => {
    await openStart(
        ["user_own"],
        [
            ["everybody", {}, 1],
            ["own", { group: "dealflow.group_user_own" }, 2],
            ["foreign", { group: "dealflow.group_marketing" }, 3],
            ["either", { group: ["dealflow.group_marketing", "dealflow.group_user_own"] }, 4],
            ["neither", { group: ["dealflow.group_marketing", "dealflow.group_receipts"] }, 5],
        ]
    );

    expect(shown()).toEqual(["everybody", "own", "either"]);
});

test("who only looks is told so, and where marketing has its events", async () => {
    await openStart(["viewer", "marketing"], []);

    expect(".o_dealflow_only_looks").toHaveCount(1);
    expect(".o_dealflow_start").toHaveText(/menu Marketing/);
});

test("an addon that adds a wrong block is told in developer mode what is wrong", () => {
    patchWithCleanup(odoo, { debug: "1" });
    patchWithCleanup(startBlocks, { content: { ...startBlocks.content }, entries: null, elements: null });
    const add = (values) => () => startBlocks.add("wrong", values);

    expect(add({ Component: class {} })).toThrow(/"wrong" in registry "dealflow_start_blocks".*Component/);
    expect(add({})).toThrow(/Component/);
    expect(add({ Component: Block, group: 5 })).toThrow(/group/);
    expect(add({ Component: Block, groups: ["a"] })).toThrow(/groups/);
    expect(add({ Component: Block, group: ["a", "b"] })).not.toThrow();
});

test("our own blocks are as they must be", () => {
    patchWithCleanup(odoo, { debug: "1" });
    const entries = startBlocks.getEntries();
    patchWithCleanup(startBlocks, { content: {}, entries: null, elements: null });

    for (const [name, block] of entries) {
        startBlocks.add(name, block);
    }

    expect(
        startBlocks
            .getEntries()
            .map(([name]) => name)
            .sort()
    ).toEqual(["accounting", "calls", "deals", "my_day", "receipts"]);
});
