import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { CallPopup } from "@dealflow/call_popup/call_popup";
import { defineDealflowModels } from "./dealflow_test_helpers";

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

async function mount(owners = [OWNER], isOnMainTab = true) {
    onRpc("dealflow.call", "get_caller_card", () => ({ number: "+359888123456", owners }));
    mockService("multi_tab", {
        isOnMainTab: async () => isOnMainTab,
    });
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

test("another tab shows nothing", async () => {
    const popup = await mount([OWNER], false);
    await tell(popup, {});
    expect(".o_dealflow_call_popup").toHaveCount(0);
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

test("the comment is asked for when the call has ended", async () => {
    onRpc("dealflow.call", "action_comment", ({ args }) => {
        expect.step(`comment ${args[0]}`);
        return { type: "ir.actions.act_window_close", infos: { done: true } };
    });
    const popup = await mount();
    await tell(popup, { event: "answered" });
    expect(".card-footer").toHaveCount(0);
    await tell(popup, { event: "ended", call_id: 33 });
    await contains(".card-footer .btn-primary").click();
    expect.verifySteps(["comment 33"]);
});

test("an unknown number offers a new contact", async () => {
    mockService("action", {
        doAction: (action) => expect.step(action.context.default_phone),
    });
    const popup = await mount([]);
    await tell(popup, {});
    await contains(".o_dealflow_call_unknown button").click();
    expect.verifySteps(["+359888123456"]);
});
