import { beforeEach, expect, test } from "@odoo/hoot";
import { keyDown, queryAllTexts, queryAllValues } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineActions,
    defineMenus,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";
import { DealflowDeal, defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();
preloadBundle("dealflow.assets_column_set");

const MINE = {
    id: 3,
    name: "For calls",
    columns: [
        { name: "stage_id", width: 120 },
        { name: "name", width: 0 },
    ],
    owner: "Mitchell",
    is_mine: true,
    is_editable: true,
    left_out: ["“old”: it is no longer there."],
};
const THEIRS = { ...MINE, id: 4, name: "Of the team", owner: "Marc", is_mine: false, is_editable: false, left_out: [] };
let asked, chooser;

beforeEach(() => {
    asked = [];
    chooser = {
        fields: [
            ["name", "Name"],
            ["priority", "Priority"],
            ["stage_id", "Stage"],
            ["state", "Status"],
        ],
        chosen: false,
        sets: [MINE, THEIRS],
    };
    patchWithCleanup(session, { dealflow_columns: false });
    defineMenus([
        { id: 1, name: "Dealflow", actionID: 1, xmlid: "dealflow.menu_dealflow_root" },
        { id: 2, name: "Other", actionID: 1, xmlid: "crm.menu" },
    ]);
    defineActions([
        { id: 1, name: "Deals", res_model: "dealflow.deal", type: "ir.actions.act_window", views: [[7, "list"]] },
    ]);
    DealflowDeal._views = {
        "list,7": `<list><field name="name"/><field name="state"/><field name="priority" optional="hide"/></list>`,
        search: `<search/>`,
    };
    onRpc("get_views", ({ kwargs }) => {
        asked.push(kwargs.options.dealflow_columns);
    });
    onRpc("dealflow.column.set", "get_chooser", ({ args }) => {
        expect(args).toEqual(["dealflow.deal", 7]);
        return chooser;
    });
    onRpc("dealflow.column.set", "choose", ({ args }) => {
        expect.step(`choose ${args[1]}`);
        return true;
    });
    onRpc("dealflow.column.set", "save_columns", ({ args, kwargs }) => {
        expect.step(JSON.stringify([args[2], args[3], kwargs.set_id]));
        return [9];
    });
});

async function openDeals(app = 1) {
    await mountWithCleanup(WebClient);
    getService("menu").setCurrentMenu(app);
    await getService("action").doAction(1);
    await animationFrame();
}

async function openDialog() {
    await contains(".o_cp_action_menus .dropdown-toggle").click();
    await contains(".o_dealflow_columns_item").click();
    await animationFrame();
    await animationFrame();
}

const shown = () => queryAllTexts("[data-box=shown] .o_dealflow_column");
const holder = () => queryAllTexts("[data-box=holder] .o_dealflow_column");

test("whoever has chosen no columns asks for none, and in other apps nobody does", async () => {
    await openDeals();
    expect(asked).toEqual([undefined]);
    session.dealflow_columns = "3-1";
    getService("menu").setCurrentMenu(2);
    await getService("action").doAction(1, { clearBreadcrumbs: true });
    expect(asked.every((version) => version === undefined)).toBe(true);
});

test("whoever has chosen columns gets the list with them", async () => {
    session.dealflow_columns = "3-1";
    await openDeals();
    expect(asked).toEqual(["3-1"]);
});

test.tags("desktop");
test("in other apps the cog offers no columns", async () => {
    await openDeals(2);
    expect(".o_list_view").toHaveCount(1);
    if (document.querySelector(".o_cp_action_menus .dropdown-toggle")) {
        await contains(".o_cp_action_menus .dropdown-toggle").click();
    }
    expect(".o_dealflow_columns_item").toHaveCount(0);
});

test.tags("desktop");
test("columns go from the holder and back, are ordered, get a width and are saved as new", async () => {
    await openDeals();
    await openDialog();
    expect(shown()).toEqual(["Name", "Status"]);
    expect(holder()).toEqual(["Priority", "Stage"]);

    await contains("[data-box=holder] [data-name=stage_id] .o_dealflow_column_add").click();
    expect(shown()).toEqual(["Name", "Status", "Stage"]);
    await contains("[data-box=shown] [data-name=state] .o_dealflow_column_remove").click();
    expect(shown()).toEqual(["Name", "Stage"]);
    expect(holder()).toEqual(["Priority", "Status"]);
    await contains("[data-box=shown] [data-name=stage_id] .fa-arrow-up").click();
    expect(shown()).toEqual(["Stage", "Name"]);
    await contains("[data-box=shown] [data-name=stage_id] input").focus();
    await keyDown(["alt", "ArrowDown"]);
    await animationFrame();
    expect(shown()).toEqual(["Name", "Stage"]);
    await contains("[data-box=shown] [data-name=stage_id] input").edit("150", { confirm: "blur" });

    await contains("[type=search]").edit("prio", { confirm: false });
    expect(holder()).toEqual(["Priority"]);

    await contains(".o_dealflow_columns_name").edit("Mine", { confirm: false });
    await contains(".o_dealflow_columns_new").click();
    await animationFrame();
    expect.verifySteps([`["Mine",[{"name":"name","width":0},{"name":"stage_id","width":150}],false]`]);
    expect(".modal").toHaveCount(0);
    expect(asked).toHaveLength(2);
    expect(asked[1]).not.toBe(undefined);
});

test.tags("desktop");
test("columns are dragged to the holder and from it", async () => {
    await openDeals();
    await openDialog();
    await contains("[data-box=holder] [data-name=stage_id]").dragAndDrop("[data-box=shown] [data-name=name]");
    await animationFrame();
    expect(shown()).toInclude("Stage");
    await contains("[data-box=shown] [data-name=state]").dragAndDrop("[data-box=holder] [data-name=priority]");
    await animationFrame();
    expect(holder()).toInclude("Status");
    expect(shown()).not.toInclude("Status");
});

test.tags("desktop");
test("a saved set is chosen from the list; what a colleague shares is used and not changed", async () => {
    chooser.chosen = 4;
    await openDeals();
    await openDialog();
    expect(queryAllTexts(".o_dealflow_set")).toEqual([
        "For calls\nLeft out: “old”: it is no longer there.",
        "Of the team\nMarc",
    ]);
    expect(shown()).toEqual(["Stage", "Name"]);
    expect(queryAllValues("[data-box=shown] input")).toEqual([120, ""]);
    expect(".o_dealflow_columns_save").toHaveCount(0);
    expect(".o_dealflow_columns_new").toHaveCount(1);
    expect(".o_dealflow_set_share").toHaveCount(1);

    await contains(".o_dealflow_set:contains(For calls)").click();
    await animationFrame();
    expect.verifySteps(["choose 3"]);
});

test.tags("desktop");
test("one's own set is saved again, and the list goes back to what is shipped", async () => {
    chooser.chosen = 3;
    await openDeals();
    await openDialog();
    await contains(".o_dealflow_columns_save").click();
    await animationFrame();
    expect.verifySteps([`["For calls",${JSON.stringify(MINE.columns)},3]`]);
    await openDialog();
    await contains(".o_dealflow_as_shipped").click();
    await animationFrame();
    expect.verifySteps(["choose false"]);
});

test.tags("desktop");
test("no name and no columns are refused in words", async () => {
    mockService("notification", { add: (message) => expect.step(message) });
    await openDeals();
    await openDialog();
    await contains(".o_dealflow_columns_new").click();
    await contains("[data-box=shown] [data-name=state] .o_dealflow_column_remove").click();
    await contains("[data-box=shown] [data-name=name] .o_dealflow_column_remove").click();
    await contains(".o_dealflow_columns_new").click();
    expect.verifySteps(["Give the columns a name.", "Take at least one column from the holder."]);
});
