import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/** After so long without news of it a call has ended, whatever became of the notice. */
const FORGOTTEN_AFTER = 4 * 60 * 60 * 1000;

/**
 * The calls that ring or go on at the phones of the user. Odoo tells every tab; one of them shows the calls.
 *
 * A call is opened when a phone of the user rings or answers. It stays with whoever answered, until the comment is given
 * or put off; with everybody else it closes.
 */
export const callPopupService = {
    dependencies: ["bus_service", "multi_tab", "orm"],

    start(env, { bus_service: bus, multi_tab: multiTab, orm }) {
        const state = reactive({ calls: [] });
        const closed = new Set();

        function find(uniqueid) {
            return state.calls.find((call) => call.uniqueid === uniqueid);
        }

        function close(uniqueid) {
            closed.add(uniqueid);
            const index = state.calls.findIndex((call) => call.uniqueid === uniqueid);
            if (index >= 0) {
                browser.clearTimeout(state.calls[index].timer);
                state.calls.splice(index, 1);
            }
        }

        async function loadCard(uniqueid, number) {
            const card = await orm.silent.call("dealflow.call", "get_caller_card", [number]);
            const call = find(uniqueid);
            if (call) {
                call.card = card;
            }
        }

        /** Offer to say what came of a call that has ended. */
        async function ask(uniqueid) {
            const { callId } = find(uniqueid);
            const form = await orm.silent.call("dealflow.call", "get_comment_form", [[callId]]);
            const call = find(uniqueid);
            if (call) {
                Object.assign(call, { form, dealId: form.deal_id });
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
                form: null,
                text: "",
                nextStep: "",
                dealId: false,
                timer: browser.setTimeout(() => close(notice.uniqueid), FORGOTTEN_AFTER),
            });
            return loadCard(notice.uniqueid, notice.number);
        }

        async function receive(notice) {
            if (!(await multiTab.isOnMainTab())) {
                return;
            }
            const { event, uniqueid } = notice;
            if (event === "answered" && !notice.is_mine) {
                close(uniqueid);
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
                return;
            }
            const call = find(uniqueid);
            if (call && notice.call_id) {
                call.stage = "ended";
                call.callId = notice.call_id;
                if (notice.asks) {
                    ask(uniqueid);
                }
            } else {
                close(uniqueid);
            }
        }

        bus.subscribe("dealflow.call", receive);
        return { state, close, receive, loadCard, ask };
    },
};

registry.category("services").add("dealflow_call_popup", callPopupService);
