import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { useOwnerChoice } from "@dealflow/owner_choice/owner_choice";
import { defineDealflowModels, setGroups } from "./dealflow_test_helpers";

defineDealflowModels();

describe.current.tags("headless");

async function begin(groups, ...args) {
    setGroups(...groups.map((name) => `dealflow.group_${name}`));
    await makeMockEnv();
    return useOwnerChoice("deals", ...args);
}

test("a seller begins with his own", async () => {
    const choice = await begin(["viewer", "user_own"]);
    expect(await choice.load()).toBe(true);
});

test("a head of sales begins with all", async () => {
    const choice = await begin(["viewer", "user_own", "user_team"]);
    expect(await choice.load()).toBe(false);
});

test("who only looks begins with all, because nothing is his", async () => {
    const choice = await begin(["viewer"]);
    expect(await choice.load()).toBe(false);
});

test("a block may begin with all for sellers too", async () => {
    const choice = await begin(["viewer", "user_own"], false);
    expect(await choice.load()).toBe(false);
});

test("what was chosen last is remembered, apart for each block", async () => {
    const choice = await begin(["viewer", "user_own"]);

    choice.save(false);
    expect(await useOwnerChoice("deals").load()).toBe(false);
    expect(await useOwnerChoice("receipts").load()).toBe(true);

    choice.save(true);
    expect(await useOwnerChoice("deals").load()).toBe(true);
});
