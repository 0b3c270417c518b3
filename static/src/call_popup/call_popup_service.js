import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { KeptCalls } from "@dealflow/call_popup/kept_calls";

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
 * or put off; with everybody else it closes. What is shown and typed is kept in the tab, for when the page is loaded again.
 */
export const callPopupService = {
    dependencies: ["bus_service", "orm"],

    start(env, { bus_service: bus, orm }) {
        const tab = `${Math.random()}`;
        const state = reactive({ calls: [], isShown: false });
        const kept = new KeptCalls();
        const closed = new Set(kept.closed);
        // Whatever changes is kept: what is read through this one calls back.
        const watched = reactive(state, () => kept.keep(watched.calls, closed));

        function find(uniqueid) {
            return state.calls.find((call) => call.uniqueid === uniqueid);
        }

        function forget(uniqueid) {
            closed.add(uniqueid);
            const index = state.calls.findIndex((call) => call.uniqueid === uniqueid);
            if (index >= 0) {
                browser.clearTimeout(state.calls[index].timer);
                state.calls.splice(index, 1);
                // With nothing else on the screen the comment that had given way comes back.
                if (state.calls.length && state.calls.every((call) => call.isFolded)) {
                    state.calls[0].isFolded = false;
                }
            }
            kept.keep(watched.calls, closed);
        }

        /** Make room for one call: the comments that are typed on others become a line. */
        function fold(uniqueid) {
            for (const call of state.calls) {
                call.isFolded = call.stage === "ended" && call.uniqueid !== uniqueid;
            }
        }

        /** Close a call here and in the other tabs; what was typed is found in the dialog that comments it later. */
        function close(uniqueid) {
            if (find(uniqueid)) {
                kept.putOff(find(uniqueid));
            }
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
            let form;
            try {
                form = await orm.silent.call("dealflow.call", "get_comment_form", [[find(uniqueid).callId]]);
            } catch (error) {
                // It was commented meanwhile.
                if (error instanceof RPCError) {
                    return forget(uniqueid);
                }
                throw error;
            }
            const call = find(uniqueid);
            if (call) {
                Object.assign(call, { form, dealId: call.dealId ?? form.deal_id });
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
            // The newest one is on top.
            state.calls.unshift({
                stage: "ringing",
                callId: false,
                asks: false,
                text: "",
                nextStep: "",
                dealId: null,
                isFolded: false,
                isDetailed: false,
                ...notice,
                card: null,
                form: null,
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
                    const { direction, number, name } = notice;
                    open({ uniqueid, direction, number, name });
                    fold(uniqueid);
                }
                const call = find(uniqueid);
                if (call && event === "answered") {
                    call.stage = "talking";
                }
            } else if (find(uniqueid) && notice.call_id) {
                Object.assign(find(uniqueid), { stage: "ended", callId: notice.call_id, asks: notice.asks });
                // A comment does not hide who is calling meanwhile.
                if (state.calls.every((call) => call.stage !== "ringing")) {
                    fold(uniqueid);
                } else {
                    find(uniqueid).isFolded = true;
                }
            } else {
                if (event === "commented") {
                    kept.drop(uniqueid);
                }
                forget(uniqueid);
            }
            load();
        }

        // Without a telephone system nothing rings.
        if (session.dealflow_telephony) {
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
            kept.calls.reverse().forEach(open);
            kept.keep(watched.calls, closed);
            look();
            bus.subscribe("dealflow.call", receive);
        }
        return { state, close, receive, loadCard, ask, fold, getPutOff: (callId) => kept.getPutOff(callId) };
    },
};

registry.category("services").add("dealflow_call_popup", callPopupService);
