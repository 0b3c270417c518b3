import { beforeEach, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { contains, getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { CommandPalette } from "@web/core/commands/command_palette";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { registry } from "@web/core/registry";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const INPUT = ".o_command_palette_search input";
const hit = (id, name, values = {}) => ({
    id,
    model: "res.partner",
    name,
    details: [],
    phone: "",
    deeds: [],
    ...values,
});
const group = (kind, name, hits, has_more = false) => ({ kind, name, icon: "fa-building-o", hits, has_more });

/** Answers by text; a text that is not here is answered by its own name. */
let answers;

beforeEach(() => {
    answers = {};
    onRpc("dealflow.search", "find", async ({ args: [text] }) => {
        expect.step(`find ${text}`);
        if (answers[text] instanceof Error) {
            throw answers[text];
        }
        return (
            (await answers[text]) || { groups: [group("clients", "Clients", [hit(1, `Client ${text}`)])], reading: "" }
        );
    });
    mockService("action", {
        doAction(action) {
            expect.step(`${action.name || "form"} ${action.res_model} ${action.res_id || ""}`.trim());
        },
    });
});

async function openPalette(searchValue = "=") {
    const provide = registry.category("dealflow_search").get("provide");
    const providers = [
        { namespace: "=", provide },
        {
            provide: (env, options) => (options.searchValue ? provide(env, { ...options, isBesideOthers: true }) : []),
        },
        { provide: () => [{ name: "Romania", action() {} }] },
    ];
    await mountWithCleanup(MainComponentsContainer);
    getService("dialog").add(CommandPalette, {
        config: { providers, configByNamespace: { "=": { debounceDelay: 200 } }, searchValue },
    });
    await animationFrame();
}

async function type(text) {
    await contains(INPUT).edit(text, { confirm: false });
}

async function settle() {
    await advanceTime(500);
    await animationFrame();
}

test("one question for a word that is typed quickly", async () => {
    await openPalette();
    await type("r");
    await advanceTime(50);
    await type("ro");
    await advanceTime(50);
    await type("rom");
    await settle();
    expect.verifySteps(["find rom"]);
    expect(queryAllTexts(".o_dealflow_search_name")).toEqual(["Client rom"]);
});

test("a late answer to an older text is not shown", async () => {
    answers.ro = new Deferred();
    await openPalette();
    await type("ro");
    await settle();
    await type("rom");
    await settle();
    expect.verifySteps(["find ro", "find rom"]);
    answers.ro.resolve({ groups: [group("clients", "Clients", [hit(2, "Older")])], reading: "" });
    await settle();
    expect(queryAllTexts(".o_dealflow_search_name")).toEqual(["Client rom"]);
});

test("groups keep their order, each with one heading", async () => {
    answers.rom = {
        groups: [
            group(
                "clients",
                "Clients",
                [hit(1, "Romashka", { details: ["Sofia", "+359 2 1"] }), hit(2, "Aroma")],
                true
            ),
            group("deals", "Deals", [hit(3, "Tables", { model: "dealflow.deal" })]),
        ],
        reading: "",
    };
    onRpc("dealflow.search", "show_all", ({ args }) => ({ name: args.join("/"), res_model: "res.partner" }));
    await openPalette();
    await type("rom");
    await settle();
    expect(queryAllTexts(".o_dealflow_search_hit .text-uppercase")).toEqual(["CLIENTS", "DEALS"]);
    expect(queryAllTexts(".o_dealflow_search_name")).toEqual(["Romashka", "Aroma", "Tables"]);
    expect(".o_dealflow_search_hit:first").toHaveText(/Sofia · \+359 2 1/);
    await contains(".o_dealflow_search_more").click();
    expect.verifySteps(["find rom", "clients/rom res.partner"]);
    expect(".o_command_palette").toHaveCount(0);
});

test("how it was read stands in the first heading", async () => {
    answers.hjv = { groups: [group("clients", "Clients", [hit(1, "Ромашка")])], reading: "ром" };
    await openPalette();
    await type("hjv");
    await settle();
    expect(".o_dealflow_search_hit .text-uppercase").toHaveText("CLIENTS, READ AS “РОМ”");
    expect.verifySteps(["find hjv"]);
});

test("a record is opened, and offered the next time", async () => {
    onRpc("dealflow.search", "recall", ({ args: [hits] }) => {
        expect.step(`recall ${hits.map(({ kind, id }) => kind + id)}`);
        return { groups: [group("clients", "Clients", [hit(1, "Recalled")])], reading: "" };
    });
    await openPalette();
    await type("rom");
    await settle();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["find rom", "form res.partner 1"]);
    getService("dialog").add(CommandPalette, {
        config: {
            providers: [{ namespace: "=", provide: registry.category("dealflow_search").get("provide") }],
            searchValue: "=",
        },
    });
    await settle();
    expect(queryAllTexts(".o_dealflow_search_name")).toEqual(["Recalled"]);
    expect.verifySteps(["recall clients1"]);
});

test("a deed beside a record does not open the record", async () => {
    answers.rom = { groups: [group("clients", "Clients", [hit(1, "Romashka", { deeds: ["event"] })])], reading: "" };
    onRpc("res.partner", "action_dealflow_new_event", () => ({ name: "New Event", res_model: "calendar.event" }));
    await openPalette();
    await type("rom");
    await settle();
    await contains(".o_dealflow_search_hit [data-deed=event]").click();
    expect.verifySteps(["find rom", "New Event calendar.event"]);
});

test("among all commands it waits for the next letter, and stands before them", async () => {
    await openPalette("");
    await type("rom");
    await advanceTime(100);
    await type("roma");
    await settle();
    expect.verifySteps(["find roma"]);
    // Beside what is marked stands the key for a new tab, on wide screens.
    const [found, other] = queryAllTexts(".o_command");
    expect(found).toMatch(/^CLIENTS\nClient roma/);
    expect(other).toBe("Romania");
});

test("all commands stay when the search fails", async () => {
    answers.roma = new Error("The server is busy.");
    await openPalette("");
    await type("roma");
    await settle();
    expect.verifySteps(["find roma"]);
    expect(queryAllTexts(".o_command")).toEqual(["Romania"]);
    expect(queryOne(INPUT)).toBeFocused();
});
