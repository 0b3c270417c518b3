import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/** After so long without news of it a call has ended, whatever became of the notice. */
const FORGOTTEN_AFTER = 4 * 60 * 60 * 1000;
/** Where the tabs of the browser agree which of them shows the calls, and which calls were closed in one of them. */
const SHOWN_IN = "dealflow.call_popup.shown_in";
const CLOSED = "dealflow.call_popup.closed";

/**
 * The calls that ring or go on at the phones of the user. Odoo tells every tab; the one at which the user has looked last
 * shows the calls: another one, such as the first that was opened, may be out of sight.
 *
 * A call is opened when a phone of the user rings or answers. It stays with whoever answered, until the comment is given
 * or put off; with everybody else it closes.
 */
export const callPopupService = {
    dependencies: ["bus_service", "orm"],

    start(env, { bus_service: bus, orm }) {
        const tab = `${Math.random()}`;
        const state = reactive({ calls: [], isShown: false });
        const closed = new Set();

        function find(uniqueid) {
            return state.calls.find((call) => call.uniqueid === uniqueid);
        }

        function forget(uniqueid) {
            closed.add(uniqueid);
            const index = state.calls.findIndex((call) => call.uniqueid === uniqueid);
            if (index >= 0) {
                browser.clearTimeout(state.calls[index].timer);
                state.calls.splice(index, 1);
            }
        }

        /** Close a call here and in the other tabs. */
        function close(uniqueid) {
            forget(uniqueid);
            browser.localStorage.setItem(CLOSED, uniqueid);
        }

        async function loadCard(uniqueid) {
            const card = await orm.silent.call("dealflow.call", "get_caller_card", [find(uniqueid).number]);
            const call = find(uniqueid);
            if (call) {
                call.card = card;
            }
        }

        /** Offer to say what came of a call that has ended. */
        async function ask(uniqueid) {
            const form = await orm.silent.call("dealflow.call", "get_comment_form", [[find(uniqueid).callId]]);
            const call = find(uniqueid);
            if (call) {
                Object.assign(call, { form, dealId: form.deal_id });
            }
        }

        /** Ask for what is shown, once each, and only where it is shown. */
        function load() {
            for (const call of state.isShown ? state.calls : []) {
                if (!call.isCardAsked) {
                    call.isCardAsked = true;
                    loadCard(call.uniqueid);
                }
                if (call.asks && !call.isFormAsked) {
                    call.isFormAsked = true;
                    ask(call.uniqueid);
                }
            }
        }

        function look() {
            if (document.visibilityState === "visible") {
                browser.localStorage.setItem(SHOWN_IN, tab);
                state.isShown = true;
                load();
            }
        }

        function open(notice) {
            state.calls.push({
                uniqueid: notice.uniqueid,
                direction: notice.direction,
                number: notice.number,
                name: notice.name,
                stage: "ringing",
                card: null,
                callId: false,
                asks: false,
                form: null,
                text: "",
                nextStep: "",
                dealId: false,
                isCardAsked: false,
                isFormAsked: false,
                timer: browser.setTimeout(() => forget(notice.uniqueid), FORGOTTEN_AFTER),
            });
        }

        function receive(notice) {
            const { event, uniqueid } = notice;
            if (event === "answered" && !notice.is_mine) {
                forget(uniqueid);
                // Whoever takes the call over later gets it again.
                closed.delete(uniqueid);
                return;
            }
            if (event === "ringing" || event === "answered") {
                if (!find(uniqueid) && !closed.has(uniqueid)) {
                    open(notice);
                }
                const call = find(uniqueid);
                if (call && event === "answered") {
                    call.stage = "talking";
                }
            } else if (find(uniqueid) && notice.call_id) {
                Object.assign(find(uniqueid), { stage: "ended", callId: notice.call_id, asks: notice.asks });
            } else {
                forget(uniqueid);
            }
            load();
        }

        browser.addEventListener("focus", look);
        document.addEventListener("visibilitychange", look);
        browser.addEventListener("storage", ({ key, newValue }) => {
            if (key === SHOWN_IN && newValue) {
                state.isShown = newValue === tab;
            } else if (key === SHOWN_IN) {
                // The tab that showed them is gone.
                look();
            } else if (key === CLOSED && newValue) {
                forget(newValue);
            }
        });
        browser.addEventListener("pagehide", () => {
            if (browser.localStorage.getItem(SHOWN_IN) === tab) {
                browser.localStorage.removeItem(SHOWN_IN);
            }
        });
        look();
        bus.subscribe("dealflow.call", receive);
        return { state, close, receive, loadCard, ask };
    },
};

registry.category("services").add("dealflow_call_popup", callPopupService);
