import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const part = (key, kind, label, children = []) => ({
    key,
    kind,
    label,
    children,
    field: kind === "field" ? key.slice(6) : "",
    is_own: false,
    is_column: kind === "group",
    is_wide: false,
    is_needed: false,
    can_rename: true,
    is_hidden: false,
    has_condition: false,
    has_groups: false,
    unseen_by: [],
});

const shown = (changes) => ({
    tree: part("sheet", "sheet", "", [
        part("group:left", "group", "Left", [part("field:size", "field", "Size"), part("field:tone", "field", "Tone")]),
        ...changes.map(({ target }) => part(`page:dealflow_own_${target}`, "page", "New Page")),
    ]),
    problems: [],
    fields: [],
});

beforeEach(() => {
    onRpc("dealflow.card.arrangement", "get_card", () => ({
        name: "Deal",
        version: 3,
        changes: [],
        roles: [],
        kinds: [],
        registers: [],
        has_currency: true,
        log: [],
        ...shown([]),
    }));
    onRpc("dealflow.card.arrangement", "preview", ({ args: [, changes] }) => shown(changes));
    onRpc("dealflow.card.arrangement", "save", ({ args: [, changes, version] }) => {
        expect.step(`save ${changes.length} over ${version}`);
        return { version: 4 };
    });
});

async function openEditor() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "dealflow.card_editor",
        params: { model: "dealflow.deal" },
    });
}

const leave = () =>
    getService("action").doAction({
        type: "ir.actions.client",
        tag: "dealflow.card_editor",
        params: { model: "dealflow.claim" },
    });

test.tags("desktop");
test("after the first step is undone there is nothing to save", async () => {
    await openEditor();
    expect(".o_dealflow_card_save").not.toBeEnabled();
    await contains(".o_dealflow_card_new_page").click();
    expect(".o_dealflow_part_page").toHaveCount(1);
    expect(".o_dealflow_card_save").toBeEnabled();
    await contains(".o_dealflow_card_undo").click();
    expect(".o_dealflow_part_page").toHaveCount(0);
    expect(".o_dealflow_card_save").not.toBeEnabled();
    expect(".o_dealflow_card_undo").not.toBeEnabled();
});

test.tags("desktop");
test("whoever goes elsewhere is asked before unsaved steps are lost", async () => {
    await openEditor();
    await contains(".o_dealflow_card_new_page").click();
    leave();
    await animationFrame();
    expect(".modal-title").toHaveText("Leave without saving?");
    await contains(".modal .btn-secondary").click();
    expect(".o_dealflow_part_page").toHaveCount(1);
    leave();
    await animationFrame();
    await contains(".modal .btn-primary").click();
    await animationFrame();
    expect(".o_dealflow_part_page").toHaveCount(0);
});

test.tags("desktop");
test("what is saved is sent with the version that was opened", async () => {
    await openEditor();
    await contains(".o_dealflow_card_new_page").click();
    await contains(".o_dealflow_card_save").click();
    expect.verifySteps(["save 1 over 3"]);
    await leave();
    expect(".modal").toHaveCount(0);
});
