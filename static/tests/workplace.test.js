import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAll, queryAllTexts, queryOne, queryText } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { deserializeDate } from "@web/core/l10n/dates";
import { ConnectionLostError, rpc } from "@web/core/network/rpc";
import { WebClient } from "@web/webclient/webclient";
import { getHours, layOut } from "@dealflow/workplace/day_layout";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const record = (id, name) => ({ id, name });
const event = (id, name, start, values = {}) => ({
    id,
    name,
    start: `2026-03-05 ${start}:00`,
    stop: `2026-03-05 ${String(Number(start.slice(0, 2)) + 1).padStart(2, "0")}${start.slice(2)}:00`,
    all_day: false,
    type: record(1, "Call"),
    icon: "fa-phone",
    color: 4,
    state: "current",
    is_overdue: false,
    status: record(1, "Planned"),
    client: record(40, "Acme"),
    contact: false,
    phone: "",
    priority: "1",
    set_by: "",
    may_edit: true,
    ...values,
});
const row = (id, name, values = {}) => ({
    id,
    name,
    city: "Omsk",
    region: "Siberia",
    tz: "Asia/Omsk",
    clock: "14:00",
    day_shift: 0,
    is_reachable: true,
    reachable_at: false,
    contact: false,
    phone: "",
    email: "",
    next_step: false,
    event_count: 1,
    overdue_count: 0,
    match: false,
    ...values,
});

let page, clients, found;

function newClient(id, name, values = {}) {
    return {
        client: {
            ...row(id, name),
            is_group: false,
            entities: [],
            status: record(1, "Regular"),
            segment: "",
            region: record(1, "Siberia"),
            industry: false,
            user: record(7, "Mitchell"),
            country: "",
            website: "",
            contact_id: false,
            default_entity_id: id,
            may_edit: true,
        },
        figures: [
            { key: "client_since", name: "Client since", value: "2024-02-01", kind: "date", currency_id: false },
            { key: "deal_count", name: "Transactions", value: 12, kind: "count", currency_id: false },
            { key: "average_bill", name: "Average bill", value: 250, kind: "money", currency_id: 1 },
            { key: "total_sales", name: "Total sales", value: false, kind: "money", currency_id: 1 },
        ],
        open: [],
        open_count: 0,
        contacts: [],
        events: [],
        has_more: false,
        event_count: 0,
        since: { touched_on: false, text: "Nothing has changed since your last touch", rows: [], has_more: false },
        terms: false,
        finance: false,
        actions: {
            details: { type: "details of", id },
            events: { type: "events of", id },
            price: { type: "price of", id },
        },
        ...values,
    };
}

const contact = (id, name, phone = "", values = {}) => ({
    id,
    name,
    function: "Buyer",
    company: record(40, "Acme"),
    phones: phone ? [{ number: phone, href: `tel:${phone}`, kind: "main", label: "Phone" }] : [],
    email: "",
    region: "",
    tz: false,
    clock: "",
    day_shift: 0,
    is_reachable: null,
    reachable_at: false,
    ...values,
});

beforeEach(() => {
    sessionStorage.clear();
    mockDate("2026-03-05 09:00:00", 0);
    page = {
        today: "2026-03-05",
        day: "2026-03-05",
        span: "day",
        first_day: "2026-03-05",
        last_day: "2026-03-05",
        user: record(7, "Mitchell"),
        counters: { overdue: 1, today: 2, done: 3, tomorrow: 4 },
        days: ["02", "03", "04", "05", "06", "07", "08"].map((day, count) => ({ day: `2026-03-${day}`, count })),
        events: [event(1, "Ask for prices", "10:00")],
        overdue: [],
        activities: [],
        clients: [row(40, "Acme"), row(41, "Borealis", { is_reachable: false }), row(42, "Céline")],
        client_count: 3,
        settings: {
            may_work: true,
            may_price: true,
            may_see_receipts: true,
            event_types: [
                {
                    ...record(1, "Call"),
                    is_call: true,
                    prompt: "What did the client say?",
                    statuses: [
                        { id: 2, name: "Talked", is_done: true, is_default: true },
                        { id: 3, name: "Not reached", is_done: false, is_default: false },
                    ],
                },
            ],
            default_call_type_id: 1,
            next_start: "2026-03-12 09:00:00",
            day_start: 8,
            day_end: 20,
            new_event: { event_type_id: 1, user_id: 7 },
            event_filters: [
                { key: "all", name: "All" },
                { key: "calls", name: "Calls" },
            ],
            currency_id: 1,
        },
        help: false,
    };
    clients = { 40: newClient(40, "Acme"), 41: newClient(41, "Borealis"), 42: newClient(42, "Céline") };
    found = [];
    const answer = (method, callback) => onRpc("dealflow.workplace", method, callback);
    answer("get_page", ({ kwargs }) => {
        expect.step(["page", kwargs.options]);
        return page;
    });
    answer("get_client", ({ args: [id], kwargs }) => {
        expect.step(["client", id, kwargs.options]);
        if (kwargs.options.offset) {
            return { events: [{ ...clients[id].events[0], id: 99 }], has_more: false };
        }
        return clients[id] ?? false;
    });
    answer("search_clients", ({ args: [text] }) => {
        expect.step(["search", text]);
        return found;
    });
});

const ALL = { event_filter: "all" };
const DAY = { span: "day", limit: 40 };

let reopen;

async function openWorkplace() {
    await mountWithCleanup(WebClient);
    const open = getService("action").doAction;
    reopen = async () => {
        await open({ type: "ir.actions.client", tag: "dealflow.workplace" }, { clearBreadcrumbs: true });
        await animationFrame();
    };
    await reopen();
    patchWithCleanup(getService("action"), {
        async doAction(action, options = {}) {
            expect.step(["open", action, options.additionalContext || options.props || {}]);
            await options.onClose?.({});
        },
    });
}

/** The workplace with its first client. */
async function openFirst() {
    await openWorkplace();
    expect.verifySteps([
        ["page", DAY],
        ["client", 40, ALL],
    ]);
}

const name = () => queryText(".o_dealflow_centre h2");

describe.tags("desktop");
describe("choosing", () => {
    test("one call for the page and one for the first client, who can be reached", async () => {
        await openFirst();
        expect(queryAllTexts(".o_dealflow_counters b")).toEqual(["1", "2", "4", "3"]);
        expect(queryAllTexts(".o_dealflow_clients .o_dealflow_name")).toEqual(["Acme", "Borealis", "Céline"]);
        expect(name()).toBe("Acme");
        expect(queryAllTexts("[data-figure] dd")).toEqual(["Feb 1, 2024", "12", "$ 250.00", "–"]);
        expect(".o_dealflow_since_text").toHaveText("Nothing has changed since your last touch");
        expect("[data-client='40'] .fa-circle.text-success").toHaveCount(1);
        expect("[data-client='41'] .fa-circle-o.text-muted").toHaveCount(1);
    });

    test("a counter leads to what it counts: the day, the register, the list below", async () => {
        page.counters.overdue = 0;
        await openFirst();
        expect("[data-counter='overdue'] button").toHaveProperty("disabled", true);
        await contains("[data-counter='done'] button").click();
        const filters = {
            search_default_filter_mine: 1,
            search_default_filter_done: 1,
            search_default_filter_today: 1,
        };
        expect.verifySteps([["open", "dealflow.calendar_event_action_register", filters]]);
        await contains("[data-counter='tomorrow'] button").click();
        expect.verifySteps([["page", { ...DAY, date: "2026-03-06" }]]);
        await contains("[data-counter='today'] button").click();
        expect.verifySteps([["page", DAY]]);
    });

    test("fast clicks do not race: the last one is shown, however late the first is answered", async () => {
        await openFirst();
        const late = new Deferred();
        onRpc("dealflow.workplace", "get_client", async ({ args: [id] }) => {
            if (id === 41) {
                await late;
            }
            return clients[id];
        });
        await contains("[data-client='41'] .o_dealflow_client").click();
        expect(".o_dealflow_centre").toHaveAttribute("aria-busy", "true");
        await contains("[data-client='42'] .o_dealflow_client").click();
        await animationFrame();
        expect(name()).toBe("Céline");
        late.resolve();
        await animationFrame();
        expect(name()).toBe("Céline");
        expect(".o_dealflow_centre").toHaveAttribute("aria-busy", "false");
    });

    test("arrows go through the list and load the one where they stop", async () => {
        await openFirst();
        await press("ArrowDown");
        await press("ArrowDown");
        await press("ArrowDown");
        await advanceTime(200);
        await animationFrame();
        expect(name()).toBe("Céline");
        expect.verifySteps([["client", 42, ALL]]);
        await press("ArrowUp");
        await advanceTime(200);
        await animationFrame();
        expect(name()).toBe("Borealis");
        expect.verifySteps([["client", 41, ALL]]);
    });

    test("whoever comes back finds the same client, contact, span and what was typed", async () => {
        clients[41].contacts = [contact(8, "Ann")];
        await openFirst();
        await contains("[data-client='41'] .o_dealflow_client").click();
        await contains("[data-contact='8'] .o_dealflow_choose").click();
        await contains(".o_dealflow_call_text").edit("Wants two", { confirm: false });
        await contains(".o_dealflow_span_week").click();
        await animationFrame();
        expect.verifySteps([
            ["client", 41, ALL],
            ["client", 41, { ...ALL, contact_id: 8, offset: 0, only: "events" }],
            ["page", { ...DAY, span: "week" }],
        ]);
        await reopen();
        expect.verifySteps([
            ["page", { ...DAY, span: "week" }],
            ["client", 41, { ...ALL, contact_id: 8 }],
        ]);
        expect(name()).toBe("Borealis");
        expect(".o_dealflow_of_contact b").toHaveText("Ann");
        expect(".o_dealflow_call_text").toHaveValue("Wants two");
    });

    test("a client that is gone is said to be, and another one can be chosen", async () => {
        delete clients[40];
        await openFirst();
        expect(".o_dealflow_missing").toHaveCount(1);
        await contains("[data-client='41'] .o_dealflow_client").click();
        await animationFrame();
        expect.verifySteps([["client", 41, ALL]]);
        expect(".o_dealflow_missing").toHaveCount(0);
        expect(name()).toBe("Borealis");
    });

    test("without a connection everything stays, and the page says so", async () => {
        await openFirst();
        patchWithCleanup(rpc, {
            _rpc: (url) => Promise.reject(new ConnectionLostError(url)),
        });
        await contains("[data-client='41'] .o_dealflow_client").click();
        await animationFrame();
        expect(".o_dealflow_offline").toHaveCount(1);
        expect(name()).toBe("Acme");
    });

    test("what a lost connection has not answered is asked for again, and meanwhile nothing is typed", async () => {
        await openFirst();
        let isOffline = true;
        patchWithCleanup(rpc, {
            _rpc(url, ...args) {
                return isOffline ? Promise.reject(new ConnectionLostError(url)) : super._rpc(url, ...args);
            },
        });
        await press("ArrowDown");
        await advanceTime(200);
        await animationFrame();
        expect(".o_dealflow_right").toHaveAttribute("inert");
        await press("Enter");
        await animationFrame();
        expect(".o_dealflow_call_text").not.toBeFocused();
        isOffline = false;
        window.dispatchEvent(new Event("online"));
        await animationFrame();
        await animationFrame();
        expect.verifySteps([
            ["page", DAY],
            ["client", 41, ALL],
        ]);
        expect(".o_dealflow_offline").toHaveCount(0);
        expect(name()).toBe("Borealis");
        expect(".o_dealflow_right").not.toHaveAttribute("inert");
        // What was asked for meanwhile: to write a call down.
        expect(".o_dealflow_call_text").toBeFocused();
    });

    test("whoever says nothing of the browser is found by the next minute", async () => {
        await openFirst();
        let isOffline = true;
        patchWithCleanup(rpc, {
            _rpc(url, ...args) {
                return isOffline ? Promise.reject(new ConnectionLostError(url)) : super._rpc(url, ...args);
            },
        });
        await contains("[data-client='41'] .o_dealflow_client").click();
        await animationFrame();
        isOffline = false;
        await advanceTime(60000);
        await animationFrame();
        expect.verifySteps([
            ["page", DAY],
            ["client", 41, ALL],
        ]);
        expect(name()).toBe("Borealis");
    });

    test("the clock says who can be reached, when again by their own clock, and what is not known", async () => {
        page.clients[1].reachable_at = "2026-03-06 03:00:00";
        page.clients[2] = row(42, "Céline", { tz: false, clock: "", is_reachable: false });
        await openFirst();
        const hint = (id) => queryOne(`[data-client='${id}'] .o_dealflow_clock`).title;
        expect(hint(40)).toBe("Can be reached now");
        expect(hint(41).replace("\u202f", " ")).toBe("Can be reached again: Fri 9:00 AM by their clock");
        expect(hint(42)).toBe("The time zone is not known");
        expect("[data-client='42'] .fa-circle-o.text-warning").toHaveCount(1);
    });

    test("the client that is entered opens, with what was looked for as its name", async () => {
        clients[60] = newClient(60, "Zeppelin");
        await openFirst();
        await contains(".o_dealflow_search").edit("Zeppelin", { confirm: false });
        await advanceTime(300);
        await animationFrame();
        patchWithCleanup(getService("action"), {
            async doAction(action, { additionalContext, props, onClose }) {
                expect.step(["open", action, additionalContext]);
                props.onSave({ resId: 60 });
                await onClose();
            },
        });
        await contains(".o_dealflow_no_clients a").click();
        await animationFrame();
        expect.verifySteps([
            ["search", "Zeppelin"],
            ["open", "dealflow.res_partner_action_new_client", { default_name: "Zeppelin" }],
            ["page", DAY],
            ["client", 60, ALL],
        ]);
        expect(name()).toBe("Zeppelin");
        expect(".o_dealflow_search").toHaveValue("");
    });

    test("where there is no client in the list there is a way on", async () => {
        page.clients = [];
        page.client_count = 0;
        await openWorkplace();
        await contains(".o_dealflow_new_client").click();
        await contains(".o_dealflow_plan").click();
        expect(".o_dealflow_choose_first").toHaveText(/Alt/);
        expect.verifySteps([
            ["page", DAY],
            ["open", "dealflow.res_partner_action_new_client", {}],
            ["page", DAY],
            [
                "open",
                "dealflow.calendar_event_action_new",
                { dialog_size: "large", default_event_type_id: 1, default_user_id: 7 },
            ],
            ["page", DAY],
        ]);
    });

    test("an empty database says what to do first", async () => {
        page.clients = [];
        page.client_count = 0;
        page.help = {
            title: "Welcome",
            text: "Begin with a client.",
            actions: [{ key: "client", name: "Enter your first client", action: "dealflow.new_client" }],
        };
        await openWorkplace();
        expect(".o_dealflow_first_step h2").toHaveText("Welcome");
        await contains(".o_dealflow_first_step button").click();
        expect.verifySteps([
            ["page", DAY],
            ["open", "dealflow.new_client", {}],
            ["page", DAY],
        ]);
    });
});

describe.tags("desktop");
describe("search", () => {
    test("what was typed last is looked for once, and Enter chooses the first with its contact", async () => {
        found = [
            row(50, "Дуже довга назва клієнта", {
                contact: record(9, "Оксана"),
                match: { kind: "phone", text: "+380 44 123", contact_id: 9 },
            }),
        ];
        clients[50] = newClient(50, "Дуже довга назва клієнта", { contacts: [contact(9, "Оксана")] });
        await openFirst();
        await contains(".o_dealflow_search").edit("044 123", { confirm: false });
        await advanceTime(300);
        await animationFrame();
        expect.verifySteps([["search", "044 123"]]);
        expect(".o_dealflow_strip").toHaveCount(0);
        expect("[data-client='50'] .o_dealflow_match").toHaveText("Оксана +380 44 123");
        await press("Enter");
        await animationFrame();
        expect.verifySteps([
            ["search", "044 123"],
            ["client", 50, { ...ALL, contact_id: 9 }],
        ]);
        expect(".o_dealflow_of_contact b").toHaveText("Оксана");
        await contains(".o_dealflow_clear").click();
        expect(".o_dealflow_strip").toHaveCount(1);
    });

    test("one letter is not looked for, and nobody found is said", async () => {
        await openFirst();
        await contains(".o_dealflow_search").edit("x", { confirm: false });
        await advanceTime(300);
        expect.verifySteps([]);
        await contains(".o_dealflow_search").edit("xyz", { confirm: false });
        await advanceTime(300);
        await animationFrame();
        expect.verifySteps([["search", "xyz"]]);
        expect(".o_dealflow_no_clients").toHaveText(/Nobody has this name/);
    });
});

describe.tags("desktop");
describe("keys", () => {
    test("E plans an event, P opens the price form, C writes the call down, not while typing", async () => {
        onRpc("res.partner", "action_dealflow_new_event", ({ args: [ids] }) => ({ type: "new", context: { of: ids } }));
        await openFirst();
        await press("p");
        await animationFrame();
        expect.verifySteps([["open", { type: "price of", id: 40 }, {}]]);
        await press("e");
        await animationFrame();
        expect.verifySteps([
            ["open", { type: "new", context: { of: [40] } }, {}],
            ["page", DAY],
            ["client", 40, ALL],
        ]);
        await press("c");
        await animationFrame();
        expect(".o_dealflow_call_text").toBeFocused();
        await press("p");
        await press("e");
        await animationFrame();
        expect.verifySteps([]);
    });

    test("Enter begins to write, unless a button has the focus", async () => {
        await openFirst();
        await press("Enter");
        await animationFrame();
        expect(".o_dealflow_call_text").toBeFocused();
        await contains(".o_dealflow_details").focus();
        await press("Enter");
        await animationFrame();
        expect(".o_dealflow_call_text").not.toBeFocused();
        expect.verifySteps([["open", { type: "details of", id: 40 }, {}]]);
    });
});

describe.tags("desktop");
describe("calls", () => {
    beforeEach(() => {
        clients[40].contacts = [contact(8, "Ann"), contact(9, "Bob", "+1202555")];
        onRpc("dealflow.workplace", "log_call", ({ args }) => {
            expect.step(["log", ...args]);
            return { event: {}, next: false };
        });
    });

    test("a call is logged where it is typed, with its next step, and the text is gone", async () => {
        await openFirst();
        expect(".o_dealflow_call").toHaveAttribute("href", "tel:+1202555");
        queryOne(".o_dealflow_call").addEventListener("click", (ev) => ev.preventDefault());
        await contains(".o_dealflow_call").click();
        expect(".o_dealflow_call_text").toBeFocused();
        expect(".o_dealflow_call_contact").toHaveValue("9");
        await contains(".o_dealflow_call_text").edit("Wants two", { confirm: false });
        await contains(".o_dealflow_next_step").edit("Send both", { confirm: false });
        await contains(".o_dealflow_save_call").click();
        await animationFrame();
        expect.verifySteps([
            [
                "log",
                40,
                {
                    text: "Wants two",
                    contact_id: 9,
                    event_type_id: 1,
                    event_status_id: 2,
                    next_step: "Send both",
                    next_start: "2026-03-12 09:00:00",
                },
            ],
            ["page", DAY],
            ["client", 40, ALL],
        ]);
        expect(".o_dealflow_call_text").toHaveValue("");
    });

    test("Call, C and the log mean the same person, and who is chosen later counts more", async () => {
        clients[40].contacts = [contact(8, "Ann", "+1111"), contact(9, "Bob", "+1202555")];
        clients[40].client.usual_contact_id = 9;
        clients[40].client.is_archived = true;
        await openFirst();
        queryOne(".o_dealflow_call").addEventListener("click", (ev) => ev.preventDefault());
        expect(".o_dealflow_archived").toHaveCount(1);
        expect(".o_dealflow_call").toHaveAttribute("href", "tel:+1202555");
        expect(".o_dealflow_call_contact").toHaveValue("9");
        await contains(".o_dealflow_call").click();
        expect(".o_dealflow_call_contact").toHaveValue("9");
        await contains("[data-contact='8'] .o_dealflow_choose").click();
        await animationFrame();
        expect(".o_dealflow_call").toHaveAttribute("href", "tel:+1111");
        expect(".o_dealflow_call_contact").toHaveValue("8");
        queryOne("[data-contact='9'] a").addEventListener("click", (ev) => ev.preventDefault());
        await contains("[data-contact='9'] a").click();
        expect(".o_dealflow_call_contact").toHaveValue("9");
        await contains(".o_dealflow_call_contact").select("8");
        await contains("[data-contact='9'] .o_dealflow_choose").click();
        await animationFrame();
        expect(".o_dealflow_call_contact").toHaveValue("8", { message: "chosen in the log by hand" });
        expect.verifySteps([
            ["client", 40, { ...ALL, contact_id: 8, offset: 0, only: "events" }],
            ["client", 40, { ...ALL, contact_id: 9, offset: 0, only: "events" }],
        ]);
    });

    test("nothing typed is not logged, a call that reached nobody is", async () => {
        await openFirst();
        await contains(".o_dealflow_save_call").click();
        expect.verifySteps([]);
        await contains(".o_dealflow_call_status").select("3");
        await contains(".o_dealflow_save_call").click();
        await animationFrame();
        expect.verifySteps([
            ["log", 40, { text: "", contact_id: 9, event_type_id: 1, event_status_id: 3 }],
            ["page", DAY],
            ["client", 40, ALL],
        ]);
    });

    test("what is typed belongs to its client", async () => {
        await openFirst();
        await contains(".o_dealflow_call_text").edit("Of Acme", { confirm: false });
        await contains("[data-client='41'] .o_dealflow_client").click();
        await animationFrame();
        expect(".o_dealflow_call_text").toHaveValue("");
        await contains("[data-client='40'] .o_dealflow_client").click();
        await animationFrame();
        expect(".o_dealflow_call_text").toHaveValue("Of Acme");
        expect.verifySteps([
            ["client", 41, ALL],
            ["client", 40, ALL],
        ]);
    });

    test("what was refused stays to be corrected", async () => {
        onRpc("dealflow.workplace", "log_call", () => {
            throw new Error("The contact is of another client.");
        });
        expect.errors(1);
        await openFirst();
        await contains(".o_dealflow_call_text").edit("Wants two", { confirm: false });
        await contains(".o_dealflow_save_call").click();
        await animationFrame();
        await animationFrame();
        expect.verifyErrors(["RPC_ERROR"]);
        expect(".o_dealflow_call_text").toHaveValue("Wants two");
        expect(".o_dealflow_save_call").toBeEnabled();
    });
});

describe.tags("desktop");
describe("events", () => {
    test("a filter and a contact ask for the events alone", async () => {
        clients[40].contacts = [contact(8, "Ann")];
        clients[40].events = [
            { ...event(5, "Talk", "08:00"), date: "2026-03-05 08:00:00", content: "", result: "Yes" },
        ];
        clients[40].has_more = true;
        await openFirst();
        expect(".o_dealflow_result").toHaveText("Yes");
        await contains(".o_dealflow_event_filter").select("calls");
        await animationFrame();
        expect.verifySteps([["client", 40, { event_filter: "calls", offset: 0, only: "events" }]]);
        await contains("[data-contact='8'] .o_dealflow_choose").click();
        await animationFrame();
        expect.verifySteps([["client", 40, { event_filter: "calls", contact_id: 8, offset: 0, only: "events" }]]);
        await contains(".o_dealflow_more").click();
        await animationFrame();
        expect.verifySteps([["client", 40, { event_filter: "calls", contact_id: 8, offset: 1, only: "events" }]]);
        expect(".o_dealflow_event_list li").toHaveCount(2);
    });

    test("many events at once stay in their column of the week", async () => {
        Object.assign(page, { span: "week", first_day: "2026-03-02", last_day: "2026-03-08" });
        page.events = Array.from({ length: 9 }, (_value, index) => event(index + 1, "Call", "10:00"));
        await openFirst();
        for (const column of queryAll(".o_dealflow_column")) {
            expect(getComputedStyle(column).overflowX).toBe("clip");
        }
    });

    test("dragging an event moves it by quarters of an hour, and a refusal brings it back", async () => {
        onRpc("calendar.event", "write", ({ args }) => {
            expect.step(["write", ...args]);
            return true;
        });
        await openFirst();
        const grid = queryOne(".o_dealflow_grid").getBoundingClientRect();
        const hour = grid.height / 12;
        const { drop } = await contains("[data-event='1'].o_dealflow_block").drag();
        const block = queryOne("[data-event='1'].o_dealflow_block").getBoundingClientRect();
        await drop(".o_dealflow_grid", {
            position: { x: block.width / 2, y: block.top + block.height / 2 - grid.top + hour },
            relative: true,
        });
        await animationFrame();
        expect.verifySteps([
            ["write", [1], { start: "2026-03-05 11:00:00", stop: "2026-03-05 12:00:00" }],
            ["page", DAY],
            ["client", 40, ALL],
        ]);
    });

    test("dragging over free time plans an event of that length with the contact there is", async () => {
        clients[40].contacts = [contact(8, "Ann")];
        onRpc("res.partner", "action_dealflow_new_event", () => ({ type: "new", context: {} }));
        await openFirst();
        const hour = queryOne(".o_dealflow_grid").getBoundingClientRect().height / 12;
        const { drop } = await contains(".o_dealflow_grid").drag({
            position: { x: 20, y: hour * 4.01 },
            relative: true,
        });
        await drop(".o_dealflow_grid", { position: { x: 20, y: hour * 5.49 }, relative: true });
        await animationFrame();
        expect.verifySteps([
            [
                "open",
                {
                    type: "new",
                    context: {
                        default_client_contact_id: 8,
                        default_start: "2026-03-05 12:00:00",
                        default_stop: "2026-03-05 13:30:00",
                        default_duration: 1.5,
                    },
                },
                {},
            ],
            ["page", DAY],
            ["client", 40, ALL],
        ]);
    });

    test("what a superior has set stands among what is overdue, in the order of time", async () => {
        page.overdue = [
            event(2, "Late", "09:00", { start: "2026-03-03 09:00:00", is_overdue: true, state: "overdue" }),
        ];
        page.activities = [
            {
                ...record(3, "Send the contract"),
                day: "2026-03-02",
                type: "To-Do",
                icon: "fa-tasks",
                state: "overdue",
                client: false,
                set_by: "Helena",
                res_model: false,
                res_id: false,
                res_name: "",
            },
        ];
        onRpc("mail.activity", "action_done", ({ args: [ids] }) => {
            expect.step(["done", ids]);
            return true;
        });
        await openFirst();
        expect(queryAll("[data-task]").map((el) => el.dataset.task)).toEqual(["activity,3", "event,2"]);
        expect(".o_dealflow_set_by").toHaveText("Set by Helena");
        await contains("[data-task='activity,3'] .o_dealflow_done").click();
        await animationFrame();
        expect(".o_notification").toHaveText("Done: Send the contract");
        expect.verifySteps([
            ["done", [3]],
            ["page", DAY],
            ["client", 40, ALL],
        ]);
    });

    test("a receipt is postponed and a deal is moved from what is open", async () => {
        const open = (kind, model, id, label) => ({
            kind,
            model,
            ...record(id, label),
            text: "",
            date: false,
            amount: 100,
            currency_id: 1,
            severity: "info",
            may_edit: true,
            user: false,
        });
        clients[40].open = [
            open("receipt", "dealflow.receipt", 6, "Advance"),
            open("deal", "dealflow.deal", 1, "Chairs"),
            { ...open("deal", "dealflow.deal", 2, "Desks"), may_edit: false },
        ];
        onRpc("dealflow.deal", "action_open_move", ({ args: [ids] }) => `move ${ids}`);
        await openFirst();
        expect(".o_dealflow_move").toHaveCount(1);
        await contains(".o_dealflow_postpone").click();
        await animationFrame();
        await contains(".o_dealflow_move").click();
        await animationFrame();
        const reload = [
            ["page", DAY],
            ["client", 40, ALL],
        ];
        expect.verifySteps([
            ["open", "dealflow.dealflow_receipt_postpone_action", { default_receipt_ids: [6] }],
            ...reload,
            ["open", "move 1", {}],
            ...reload,
        ]);
    });

    test("who only looks has nothing to press", async () => {
        Object.assign(page.settings, { may_work: false, may_price: false });
        clients[40].contacts = [contact(8, "Ann", "+1202555", { email: "ann@example.com" })];
        await openFirst();
        for (const selector of [
            ".o_dealflow_call_log",
            ".o_dealflow_price",
            ".o_dealflow_new_event",
            ".o_dealflow_done",
        ]) {
            expect(selector).toHaveCount(0);
        }
        expect(".o_dealflow_mail").toHaveAttribute("href", "mailto:ann@example.com");
        await press("e");
        await press("p");
        await contains(".o_dealflow_grid").click();
        await animationFrame();
        expect.verifySteps([]);
    });
});

describe.tags("desktop");
describe("layout of a day", () => {
    const day = () => deserializeDate("2026-03-05");
    const hours = { from: 8, to: 20 };

    test("events at the same time share the width, a later one has it alone", () => {
        const blocks = layOut([event(1, "A", "10:00"), event(2, "B", "10:30"), event(3, "C", "12:00")], day(), hours);
        expect(blocks.map(({ event: { id }, left, width }) => [id, left, width])).toEqual([
            [1, 0, 50],
            [2, 50, 50],
            [3, 0, 100],
        ]);
        expect(blocks[0].top).toBe((2 / 12) * 100);
        expect(blocks[0].height).toBe((1 / 12) * 100);
    });

    test("the hours grow for what begins early, and end with the day", () => {
        const early = event(1, "A", "06:30");
        const night = { ...event(2, "B", "22:30"), stop: "2026-03-06 01:00:00" };
        expect(getHours([early, night], [day()], { day_start: 8, day_end: 20 })).toEqual({ from: 6, to: 24 });
        expect(getHours([{ ...early, all_day: true }], [day()], { day_start: 8, day_end: 20 })).toEqual(hours);
    });

    test("what is on another day is left out", () => {
        expect(
            layOut(
                [{ ...event(1, "A", "10:00"), start: "2026-03-04 10:00:00", stop: "2026-03-04 11:00:00" }],
                day(),
                hours
            )
        ).toEqual([]);
    });
});

test.tags("mobile");
test("on a phone the list comes first, and the client leads back to it", async () => {
    await openWorkplace();
    expect.verifySteps([["page", DAY]]);
    expect(".o_dealflow_choose_first").toHaveCount(1);
    await contains("[data-client='41'] .o_dealflow_client").click();
    await animationFrame();
    expect.verifySteps([["client", 41, ALL]]);
    expect(name()).toBe("Borealis");
    expect(queryOne("h2").getBoundingClientRect().top).toBeLessThan(window.innerHeight / 2);
    expect(document.documentElement.scrollWidth).toBe(window.innerWidth);
    await contains(".o_dealflow_to_list").click();
    expect(".o_dealflow_search").toBeVisible();
});

test.tags("mobile");
test("on a phone a tap on a free hour plans with nobody: the client is out of sight", async () => {
    onRpc("res.partner", "action_dealflow_new_event", () => {
        expect.step("with a client");
        return {};
    });
    await openWorkplace();
    await contains("[data-client='41'] .o_dealflow_client").click();
    await animationFrame();
    expect.verifySteps([
        ["page", DAY],
        ["client", 41, ALL],
    ]);
    patchWithCleanup(getService("action"), {
        async doAction(action) {
            expect.step(action);
        },
    });
    await contains(".o_dealflow_grid").click();
    await animationFrame();
    expect.verifySteps(["dealflow.calendar_event_action_new"]);
});
