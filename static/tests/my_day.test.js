import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { MyDay } from "@dealflow/my_day/my_day";
import { defineDealflowModels, recordActions, setGroups } from "./dealflow_test_helpers";

defineDealflowModels();

const row = (id, name, values = {}) => ({
    model: "calendar.event",
    id,
    name,
    start: "2026-03-05 10:00:00",
    allday: false,
    priority: "1",
    icon: "fa-phone",
    type: "Call",
    client: "Acme",
    contact: "",
    phone: "",
    set_by: "",
    ...values,
});
const section = (state, label, ...rows) => ({ state, label, count: rows.length, rows });

let day;

beforeEach(() => {
    mockDate("2026-03-05 08:00:00", 0);
    setGroups("dealflow.group_user_own");
    day = {
        client_count: 2,
        sections: [
            section(
                "current",
                "Today",
                row(1, "Ask for prices", { phone: "+1 (202) 555", set_by: "Olga" }),
                row(2, "Meet")
            ),
            section(
                "overdue",
                "Overdue",
                row(3, "Send it", { model: "mail.activity", allday: true, start: "2026-03-04" })
            ),
        ],
    };
    onRpc("calendar.event", "dealflow_get_my_day", () => {
        expect.step("load");
        return day;
    });
    onRpc("calendar.event", "action_dealflow_open_close", ({ args: [ids] }) => `close ${ids}`);
    onRpc("mail.activity", "action_done", ({ args: [ids] }) => {
        expect.step(["done", ids]);
        return true;
    });
});

async function openDay() {
    await mountWithCleanup(MyDay);
    expect.verifySteps(["load"]);
}

test("sections say what to do when, with whom and who has set it", async () => {
    await openDay();

    expect("[data-section=current] th").toHaveText("Today (2)");
    expect("[data-section=current] tbody tr:first .o_dealflow_when").toHaveText(/^10:00/);
    expect("[data-section=current] tbody tr:first").toHaveText(/Ask for prices.*Set by Olga.*Acme/s);
    expect(".o_dealflow_phone").toHaveAttribute("href", "tel:+1202555");
    expect("[data-section=overdue] .o_dealflow_when").toHaveText("Mar 4");
    expect("[data-section=overdue] thead tr").toHaveClass("text-danger");
});

test("who finishes an event goes on with the next one", async () => {
    recordActions({ done: true });
    await openDay();

    await contains("[data-section=current] .o_dealflow_done:first").click();
    await animationFrame();

    expect.verifySteps([["close 1", {}], "load"]);
    expect(".o_dealflow_next").toHaveText(/Meet/);
    expect(".o_dealflow_next .o_dealflow_done").toBeFocused();
});

test("a discarded dialog changes nothing", async () => {
    recordActions();
    await openDay();

    await contains("[data-section=current] .o_dealflow_done:first").click();

    expect.verifySteps([["close 1", {}]]);
    expect(".o_dealflow_next").toHaveCount(0);
});

test("an activity is done without a dialog", async () => {
    recordActions();
    await openDay();

    await contains("[data-section=overdue] .o_dealflow_done").click();
    await animationFrame();

    expect.verifySteps([["done", [3]], "load"]);
    expect(".o_dealflow_next").toHaveText(/Ask for prices/);
});

test("an error keeps the day and its events", async () => {
    expect.errors(1);
    onRpc("calendar.event", "action_dealflow_open_close", () => {
        throw new Error("somebody has closed it");
    });
    await openDay();

    await contains("[data-section=current] .o_dealflow_done:first").click();
    await animationFrame();

    expect.verifyErrors(["somebody has closed it"]);
    expect("[data-section=current] tbody tr").toHaveCount(2);
    expect.verifySteps([]);
});

test("an event opens its card, and an activity its document", async () => {
    mockService("action", {
        doAction: (action, { props } = {}) => expect.step([action, props]),
        doActionButton: ({ name, resModel, resId }) => expect.step([name, resModel, resId]),
    });
    await openDay();

    await contains("a:contains(Meet)").click();
    await contains("a:contains(Send it)").click();
    await contains("h4 a").click();
    await contains("a:contains(My activities)").click();

    expect.verifySteps([
        ["dealflow.calendar_event_action_card", { resId: 2 }],
        ["action_open_document", "mail.activity", 3],
        ["dealflow.calendar_event_action_my_day", undefined],
        ["mail.mail_activity_action_my", undefined],
    ]);
});

test("a logged call is in the day at once", async () => {
    recordActions();
    await openDay();

    await contains(".o_dealflow_log_call").click();

    expect.verifySteps([["dealflow.dealflow_event_log_action", {}], "load"]);
});

test("an empty day says how to fill it", async () => {
    day.sections = [section("current", "Today")];
    await openDay();

    expect(".o_dealflow_first_step").toHaveText(/^Nothing is planned/);
    expect("[data-section=current] tbody").toHaveText("Nothing");
});

test("who only looks has nothing to press", async () => {
    setGroups("dealflow.group_viewer");
    await openDay();

    expect(".o_dealflow_done, .o_dealflow_log_call").toHaveCount(0);
    expect("tbody tr").toHaveCount(3);
});
