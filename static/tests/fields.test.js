import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations, patchTranslations } from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";

describe.current.tags("headless");

const getNames = () =>
    registry
        .category("fields")
        .getEntries()
        .filter(([key]) => key.includes("dealflow_"))
        .map(([key, { displayName }]) => [key, String(displayName)])
        .sort();

test("fields of ours say what they are to who chooses one for a view", () => {
    allowTranslations();

    expect(getNames()).toEqual([
        ["dealflow_battle_card", "Battle Card"],
        ["dealflow_icon", "Icon"],
        ["dealflow_number", "Number of a Call"],
        ["dealflow_stage_checklist", "Stage Checklist"],
        ["dealflow_stage_statusbar", "Stages of a Deal"],
        ["kanban.dealflow_rotting", "Days Rotting"],
    ]);
});

test("they say it in the language of the user", () => {
    patchTranslations({ dealflow: { "Battle Card": "Karta konkurenta" } });

    expect(getNames()[0]).toEqual(["dealflow_battle_card", "Karta konkurenta"]);
});
