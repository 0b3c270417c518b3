import { describe, expect, press, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";
import { CallPopup } from "@dealflow/call_popup/call_popup";
import { callPopupService } from "@dealflow/call_popup/call_popup_service";
import { defineDealflowModels, setGroups } from "./dealflow_test_helpers";

describe.current.tags("desktop");
defineDealflowModels();

const RINGS = {
    event: "ringing",
    uniqueid: "1.1",
    direction: "incoming",
    number: "0888123456",
    name: "Ann on the phone",
    is_mine: true,
};
const OWNER = {
    id: 7,
    name: "Ann",
    function: "Director",
    company: "Acme",
    group: "",
    status: "Client",
    responsible: "Ivan",
    requisites: "Confirmed",
    overdue_receipts: 2,
    open_claims: 0,
    last_touch: "",
    deals: [{ id: 9, name: "Desks", stage: "Offer", short_status: "Waits for the board" }],
};

const FORM = {
    results: ["Wants an offer", "Not interested"],
    deals: [
        { id: 9, name: "Desks" },
        { id: 8, name: "Chairs" },
    ],
    deal_id: false,
};

async function mount(owners = [OWNER], opportunities = []) {
    setGroups("dealflow.group_user_own");
    patchWithCleanup(session, { dealflow_telephony: true });
    onRpc("dealflow.call", "get_caller_card", () => ({
        number: "+359888123456",
        shown: "+359 88 812 3456",
        owners,
        opportunities,
    }));
    onRpc("dealflow.call", "get_comment_form", () => FORM);
    // The web client has it in its container already.
    await mountWithCleanup(CallPopup, { noMainContainer: true });
    return getService("dealflow_call_popup");
}

async function tell(popup, notice) {
    await popup.receive({ ...RINGS, ...notice });
    await animationFrame();
    await animationFrame();
}

test("a ringing phone shows who is calling, and takes no focus", async () => {
    const popup = await mount();
    const focused = document.activeElement;
    await tell(popup, {});
    expect(".o_dealflow_call_popup .card").toHaveCount(1);
    expect(".o_dealflow_call_owner").toHaveText(/Ann\nDirector\nAcme/);
    expect(".o_dealflow_call_owner").toHaveText(/Overdue receipts: 2/);
    expect(".o_dealflow_call_owner").toHaveText(/Waits for the board/);
    expect(".o_dealflow_call_owner").not.toHaveText(/Open claims/);
    expect(document.activeElement).toBe(focused);
    await tell(popup, {});
    expect(".o_dealflow_call_popup .card").toHaveCount(1);
});

/** What another tab of the browser has noted. */
async function noteElsewhere(key, newValue) {
    browser.dispatchEvent(new StorageEvent("storage", { key: `dealflow.call_popup.${key}`, newValue }));
    await animationFrame();
}

test("the tab that is looked at shows the calls, and asks for them once", async () => {
    const popup = await mount();
    onRpc("dealflow.call", "get_caller_card", () => {
        expect.step("card");
        return { number: "+359888123456", shown: "+359 88 812 3456", owners: [OWNER], opportunities: [] };
    });
    await noteElsewhere("shown_in", "another tab");
    await tell(popup, {});
    expect(".o_dealflow_call_popup").toHaveCount(0);
    expect.verifySteps([]);
    browser.dispatchEvent(new Event("focus"));
    await animationFrame();
    await animationFrame();
    expect(".o_dealflow_call_owner").toHaveText(/Ann/);
    browser.dispatchEvent(new Event("focus"));
    await animationFrame();
    expect.verifySteps(["card"]);
    expect(browser.localStorage.getItem("dealflow.call_popup.shown_in")).not.toBe("another tab");
});

test("what is closed in one tab is closed in all, and a tab that is gone hands over", async () => {
    const popup = await mount();
    await tell(popup, {});
    await noteElsewhere("shown_in", "another tab");
    expect(".o_dealflow_call_popup").toHaveCount(0);
    await noteElsewhere("shown_in", null);
    expect(".o_dealflow_call_popup").toHaveCount(1);
    await noteElsewhere("closed", RINGS.uniqueid);
    expect(".o_dealflow_call_popup").toHaveCount(0);
    await tell(popup, { uniqueid: "1.2" });
    await contains(".o_dealflow_call_popup .btn-close").click();
    expect(browser.localStorage.getItem("dealflow.call_popup.closed")).toBe("1.2");
});

test("it closes when a colleague answers, and stays with whoever answered", async () => {
    const popup = await mount();
    await tell(popup, {});
    await tell(popup, { event: "answered", is_mine: false });
    expect(".o_dealflow_call_popup").toHaveCount(0);
    await tell(popup, { event: "answered" });
    expect(".card[data-stage=talking]").toHaveCount(1);
    await tell(popup, { event: "ended", call_id: false });
    expect(".o_dealflow_call_popup").toHaveCount(0);
});

test("what was closed by hand does not come back", async () => {
    const popup = await mount();
    await tell(popup, {});
    await contains(".o_dealflow_call_popup .btn-close").click();
    await tell(popup, {});
    expect(".o_dealflow_call_popup").toHaveCount(0);
});

test("after the call a result, a step and a deal are three clicks and a few words", async () => {
    onRpc("dealflow.call", "log_comment", ({ args }) => {
        expect.step(args);
        return 5;
    });
    const popup = await mount();
    await tell(popup, { event: "answered" });
    expect(".card-footer").toHaveCount(0);
    const focused = document.activeElement;
    await tell(popup, { event: "ended", call_id: 33, asks: true });
    expect(document.activeElement).toBe(focused);
    expect(".o_dealflow_save").toHaveProperty("disabled", true);
    await contains(".o_dealflow_result:first").click();
    expect(document.activeElement).toHaveClass("o_dealflow_next_step");
    await contains(".o_dealflow_next_step").edit("Send it", { confirm: false });
    await contains(".o_dealflow_call_comment select").select("8");
    await contains(".o_dealflow_save").click();
    expect.verifySteps([[[33], { text: "Wants an offer", next_step: "Send it", deal_id: 8 }]]);
    expect(".o_dealflow_call_popup").toHaveCount(0);
});

test("a key chooses a result, and Enter saves it", async () => {
    onRpc("dealflow.call", "log_comment", ({ args }) => {
        expect.step(args[1].text);
        return 5;
    });
    const popup = await mount();
    await tell(popup, { event: "answered" });
    await tell(popup, { event: "ended", call_id: 33, asks: true });
    await contains(".o_dealflow_results").focus();
    await press("2");
    await animationFrame();
    expect(".o_dealflow_text").toHaveValue("Not interested");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["Not interested"]);
});

test("more opens the dialog with what was typed, and what was logged elsewhere is asked no more", async () => {
    onRpc("dealflow.call", "action_comment", () => ({
        type: "ir.actions.act_window",
        context: { default_call_id: 33 },
    }));
    mockService("action", {
        doAction: (action) => expect.step(action.context),
    });
    const popup = await mount();
    await tell(popup, { event: "answered" });
    await tell(popup, { event: "ended", call_id: 33, asks: true });
    await contains(".o_dealflow_text").edit("Long story", { confirm: false });
    await contains(".o_dealflow_more").click();
    expect.verifySteps([{ default_call_id: 33, default_result: "Long story" }]);
    await tell(popup, { event: "commented" });
    expect(".o_dealflow_call_popup").toHaveCount(0);
});

test("an unknown number offers a contact, one that exists, and an opportunity", async () => {
    mockService("action", {
        doAction: (action) => expect.step(action),
    });
    mockService("dialog", {
        add: (dialog, props) => {
            expect.step(dialog.name);
            dialogProps = props;
        },
    });
    let dialogProps;
    const owners = [];
    onRpc("dealflow.call", "action_new_opportunity", ({ args }) => args.join());
    onRpc("dealflow.call", "describe_binding", ({ args }) => `Becomes ${args.join()}`);
    onRpc("dealflow.call", "bind_number", ({ args }) => {
        expect.step(args);
        owners.push(OWNER);
        return { number: "+359888123456", calls: 0 };
    });
    const popup = await mount(owners);
    await tell(popup, { event: "answered" });
    await contains(".o_dealflow_opportunity").click();
    expect.verifySteps(["+359888123456,Ann on the phone,false,1.1"]);
    await tell(popup, { event: "ended", call_id: 33, asks: false });
    expect(".card-footer").toHaveCount(0);
    await contains(".o_dealflow_new_contact").click();
    expect.verifySteps(["FormViewDialog"]);
    expect(dialogProps.context.default_phone).toBe("+359 88 812 3456");
    await contains(".o_dealflow_bind").click();
    expect.verifySteps(["SelectCreateDialog"]);
    expect(dialogProps.domain).toEqual([["partner_share", "=", true]]);
    await dialogProps.onSelected([7]);
    await animationFrame();
    // Nothing is added before it was shown what.
    expect.verifySteps(["ConfirmationDialog"]);
    expect(dialogProps.body).toBe("Becomes +359888123456,7");
    await dialogProps.confirm();
    await animationFrame();
    expect.verifySteps([["+359888123456", 7]]);
    expect(".o_dealflow_call_unknown").toHaveCount(0);
    expect(".o_dealflow_call_owner").toHaveText(/Ann/);
    expect(".o_dealflow_result").toHaveCount(2);
});

test("who is known from an opportunity alone is named with it, and it is opened", async () => {
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.res_id]),
    });
    const lead = { id: 4, name: "Chairs", contact: "Zoe, Elm House", stage: "New", responsible: "Ivan" };
    const popup = await mount([], [lead]);
    await tell(popup, {});
    expect(".o_dealflow_call_popup .fw-bold").toHaveText("+359 88 812 3456");
    expect(".o_dealflow_call_lead").toHaveText(/Zoe, Elm House\s+Opportunity: Chairs\s+New, Ivan/);
    expect(".o_dealflow_opportunity").toHaveCount(0);
    expect(".o_dealflow_bind").toHaveCount(1);
    await contains(".o_dealflow_call_lead button").click();
    expect.verifySteps([["crm.lead", 4]]);
});

test("where no company has a telephone system nothing is listened to", async () => {
    const bus = { subscribe: (type) => expect.step(type) };
    patchWithCleanup(browser, { addEventListener: (type) => expect.step(type) });
    callPopupService.start({}, { bus_service: bus, orm: {} });
    expect.verifySteps([]);
    patchWithCleanup(session, { dealflow_telephony: true });
    callPopupService.start({}, { bus_service: bus, orm: {} });
    expect.verifySteps(["focus", "storage", "pagehide", "dealflow.call"]);
});

const TALKS = { event: "answered" };
const ENDS = { event: "ended", call_id: 33, asks: true };

test("after the call the card is folded to who it was, until details are asked for", async () => {
    const popup = await mount();
    await tell(popup, TALKS);
    expect(".o_dealflow_details").toHaveCount(0);
    await tell(popup, ENDS);
    expect(".o_dealflow_call_owner").toHaveText("Ann\nAcme");
    expect(".o_dealflow_save").toBeVisible();
    await contains(".o_dealflow_details").click();
    expect(".o_dealflow_call_owner").toHaveText(/Waits for the board/);
});

test("who rings is on top, and an open comment gives way with its text", async () => {
    const popup = await mount();
    await tell(popup, TALKS);
    await tell(popup, ENDS);
    await contains(".o_dealflow_text").edit("Wants", { confirm: false });
    await tell(popup, { uniqueid: "1.2" });
    expect(".card:first").toHaveAttribute("data-stage", "ringing");
    expect(".o_dealflow_text").toHaveCount(0);
    expect(".o_dealflow_unfold").toHaveText(/Ann\s*Wants/);
    await contains(".o_dealflow_unfold").click();
    expect(".o_dealflow_text").toHaveValue("Wants");
    await tell(popup, { uniqueid: "1.3" });
    expect(".o_dealflow_text").toHaveCount(0);
    await tell(popup, { uniqueid: "1.2", event: "ended", call_id: false });
    await tell(popup, { uniqueid: "1.3", event: "ended", call_id: false });
    expect(".o_dealflow_text").toHaveValue("Wants");
});

/** The service of a page that is loaded anew in the same tab. */
function reload() {
    const bus = { subscribe: () => {} };
    const orm = { silent: { call: async () => ({ ...FORM, owners: [OWNER] }) } };
    return callPopupService.start({}, { bus_service: bus, orm });
}

test("what is typed, what rings and what was put off outlast a reload", async () => {
    const popup = await mount();
    await tell(popup, TALKS);
    await tell(popup, ENDS);
    await contains(".o_dealflow_text").edit("Wants", { confirm: false });
    await tell(popup, { uniqueid: "1.2" });
    await tell(popup, { uniqueid: "1.3" });
    await contains(".o_dealflow_unfold").click();
    const again = reload();
    expect(again.state.calls.map((call) => [call.uniqueid, call.stage, call.text])).toEqual([
        ["1.3", "ringing", ""],
        ["1.2", "ringing", ""],
        ["1.1", "ended", "Wants"],
    ]);
    again.close("1.1");
    const later = reload();
    expect(later.state.calls.map((call) => call.uniqueid)).toEqual(["1.3", "1.2"]);
    expect(later.getPutOff(33).text).toBe("Wants");
    later.receive({ ...RINGS, event: "commented" });
    expect(reload().getPutOff(33)).toBe(undefined);
});
