import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { OutgoingCall } from "@dealflow/outgoing_call/outgoing_call";
import { defineDealflowModels } from "./dealflow_test_helpers";

describe.current.tags("desktop");
defineDealflowModels();

class Person extends models.Model {
    _name = "test.person";
    phone = fields.Char();
    _records = [{ id: 4, phone: "0888 123 456 (Abt. 7)" }];
    _views = {
        "form,false": `<form><field name="phone" widget="phone"/></form>`,
        "list,false": `<list><field name="phone" widget="phone"/></list>`,
    };
}
defineModels([Person]);

const TOLD = { call: "dealflow-1", number: "+359888123456", name: "Ann", extension: "101" };
const BOX = ".o_dealflow_outgoing_call";

function withExtension() {
    patchWithCleanup(session, { dealflow_extension: "101" });
}

async function mount(answer = () => TOLD) {
    withExtension();
    onRpc("dealflow.telephony.extension", "start_call", ({ kwargs }) => {
        expect.step(`${kwargs.number} ${kwargs.model || ""}`.trim());
        return answer(kwargs);
    });
    // The web client has it in its container already.
    await mountWithCleanup(OutgoingCall, { noMainContainer: true });
    return getService("dealflow_outgoing_call");
}

async function tell(outgoing, event, values = {}) {
    outgoing.receive({ event, call: TOLD.call, number: TOLD.number, extension: "101", ...values });
    await animationFrame();
}

test("a call goes from stage to stage, and its end is said for a while", async () => {
    const outgoing = await mount();
    const focused = document.activeElement;
    await outgoing.start("0888 123 456");
    await animationFrame();
    expect(BOX).toHaveText(/Ann, \+359888123456\nYour phone 101 is being rung/);
    await tell(outgoing, "phone_rings");
    expect(BOX).toHaveText(/Your phone 101 rings: lift it/);
    await tell(outgoing, "client_rings");
    expect(BOX).toHaveText(/It rings at the client/);
    // It comes late.
    await tell(outgoing, "lifted");
    expect(BOX).toHaveText(/It rings at the client/);
    await tell(outgoing, "answered");
    expect(BOX).toHaveText(/You are talking/);
    expect(document.activeElement).toBe(focused);
    await tell(outgoing, "ended", { reason: "answered" });
    expect(BOX).toHaveText(/The call has ended/);
    expect(`${BOX} .btn-danger`).toHaveCount(0);
    await advanceTime(8000);
    await animationFrame();
    expect(BOX).toHaveCount(0);
    expect.verifySteps(["0888 123 456"]);
});

test("another tab shows the call too, and nothing of one that it does not know has ended", async () => {
    const outgoing = await mount();
    await tell(outgoing, "ended", { reason: "busy" });
    expect(BOX).toHaveCount(0);
    await tell(outgoing, "calling", { name: "Ann" });
    expect(BOX).toHaveText(/Ann, \+359888123456/);
    await tell(outgoing, "ended", { reason: "not_picked_up" });
    expect(BOX).toHaveText(/You did not pick up, so nobody was called/);
});

test("pressed twice it is asked for once", async () => {
    const outgoing = await mount();
    await Promise.all([outgoing.start("0888 123 456"), outgoing.start("0888 123 456")]);
    expect.verifySteps(["0888 123 456"]);
});

test("news may come before the answer", async () => {
    let outgoing = null;
    outgoing = await mount(async () => {
        await tell(outgoing, "phone_rings");
        return TOLD;
    });
    await outgoing.start("0888 123 456");
    await animationFrame();
    expect(`${BOX}`).toHaveCount(1);
    expect(BOX).toHaveText(/Your phone 101 rings: lift it/);
    expect.verifySteps(["0888 123 456"]);
});

test("it is hung up here", async () => {
    const outgoing = await mount();
    onRpc("dealflow.telephony.extension", "hang_up", ({ kwargs }) => {
        expect.step(`hang up ${kwargs.call}`);
        return { state: "over" };
    });
    await outgoing.start("0888 123 456");
    await animationFrame();
    await contains(`${BOX} .btn-danger`).click();
    await animationFrame();
    expect(BOX).toHaveCount(0);
    expect.verifySteps(["0888 123 456", "hang up dealflow-1"]);
});

test("a refusal is told in words, and the device may call instead", async () => {
    const outgoing = await mount(() => {
        throw makeServerError({ message: "101 is known, but its phone is off." });
    });
    await outgoing.start("0888 123 456", {}, "tel:0888123456");
    await animationFrame();
    expect(BOX).toHaveText(/Not called\n101 is known, but its phone is off\.\nCall with This Device/);
    expect(`${BOX} a`).toHaveAttribute("href", "tel:0888123456");
    await contains(`${BOX} .btn-close`).click();
    expect(BOX).toHaveCount(0);
    expect.verifySteps(["0888 123 456"]);
});

test("a refusal beside a call leaves the call on the screen", async () => {
    const outgoing = await mount(({ number }) => {
        if (number !== "0888 123 456") {
            throw makeServerError({ message: "You are calling somebody already." });
        }
        return TOLD;
    });
    await outgoing.start("0888 123 456");
    await outgoing.start("0888 999 999");
    await animationFrame();
    expect(BOX).toHaveText(/Ann, \+359888123456/);
    expect(BOX).toHaveText(/You are calling somebody already/);
    expect(`${BOX} .btn-danger`).toHaveCount(1);
    expect.verifySteps(["0888 123 456", "0888 999 999"]);
});

test("a number in a form and in a list is called with its record", async () => {
    await mount();
    await mountView({ type: "form", resModel: "test.person", resId: 4 });
    // It is shown where the mouse is.
    document.querySelector(".o_phone_form_link").click();
    await animationFrame();
    getService("dealflow_outgoing_call").close();
    await mountView({ type: "list", resModel: "test.person" });
    await contains(".o_data_row .o_field_phone a").click();
    await animationFrame();
    // The regular expression of the server leaves the remark out.
    expect.verifySteps(["0888123456(Abt.7) test.person", "0888123456(Abt.7) test.person"]);
});

test("without an extension a number stays a link of the device", async () => {
    patchWithCleanup(session, { dealflow_extension: undefined });
    onRpc("dealflow.telephony.extension", "start_call", () => expect.step("called"));
    await mountView({ type: "form", resModel: "test.person", resId: 4 });
    const link = document.querySelector(".o_phone_form_link");
    // Nothing is to be opened by the test itself.
    link.addEventListener("click", (ev) => {
        expect.step(ev.defaultPrevented ? "prevented" : "left alone");
        ev.preventDefault();
    });
    link.click();
    expect.verifySteps(["left alone"]);
});
