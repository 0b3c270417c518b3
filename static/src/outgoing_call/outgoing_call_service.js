import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

/** What becomes of a call, in its order; news that come late change nothing. */
const STAGES = ["asking", "calling", "phone_rings", "lifted", "client_rings", "answered", "ended"];
/** How long it is said how a call has ended. */
const ENDED_FOR = 8000;
const EXTENSION = "dealflow.telephony.extension";

/** What the person is told of an error; others than refusals and a lost connection are faults of the program. */
function describe(error) {
    if (error instanceof RPCError) {
        return error.data.message;
    }
    if (error instanceof ConnectionLostError) {
        return _t("There is no connection to Odoo.");
    }
    throw error;
}

/**
 * Calls by the telephone system: for whoever has an extension there, a click on any number rings the own phone, and then
 * the client (E60, C12). For everybody else it stays a link that the phone or computer opens.
 */
export const outgoingCallService = {
    dependencies: ["bus_service", "orm"],

    start(env, { bus_service: bus, orm }) {
        const state = reactive({ call: null });
        let timer;

        function close() {
            browser.clearTimeout(timer);
            state.call = null;
        }

        function show(values) {
            browser.clearTimeout(timer);
            state.call = { call: false, name: "", number: "", reason: "", words: "", href: "", ...values };
        }

        function isGoingOn() {
            return state.call && !["ended", "refused"].includes(state.call.stage);
        }

        /** The stage only goes on. */
        function advance(values) {
            const { stage } = values;
            if (STAGES.indexOf(stage) < STAGES.indexOf(state.call.stage)) {
                delete values.stage;
            }
            Object.assign(state.call, values);
            if (stage === "ended") {
                browser.clearTimeout(timer);
                timer = browser.setTimeout(close, ENDED_FOR);
            }
        }

        function receive({ event, call, number, name, extension, reason }) {
            const isKnown = isGoingOn() && [call, false].includes(state.call.call);
            if (!isKnown) {
                if (event === "ended") {
                    return;
                }
                show({ number, stage: "asking" });
            }
            advance({
                call,
                stage: event,
                ...(name ? { name } : {}),
                ...(extension ? { extension } : {}),
                ...(reason ? { reason } : {}),
            });
        }

        /**
         * @param {string} number in any spelling
         * @param {object} [where] the model, record_id and field of the number, if it stands in a record
         * @param {string} [href] by which the device itself calls
         */
        async function start(number, where = {}, href = "") {
            if (state.call?.stage === "asking") {
                return;
            }
            const before = isGoingOn() ? { ...state.call } : null;
            if (!before) {
                show({ number, href, stage: "asking" });
            }
            try {
                const told = await orm.silent.call(EXTENSION, "start_call", [], { number, ...where });
                if (!isGoingOn() || ![told.call, false].includes(state.call.call)) {
                    show({ href, stage: "asking" });
                }
                advance({ ...told, href, stage: "calling" });
            } catch (error) {
                const words = describe(error);
                if (before) {
                    // The call that goes on stays on the screen.
                    state.call.words = words;
                } else {
                    show({ number, href, stage: "refused", words });
                }
            }
        }

        async function hangUp() {
            const { call } = state.call;
            try {
                const { state: outcome } = await orm.silent.call(EXTENSION, "hang_up", [], { call });
                if (outcome === "over" && state.call?.call === call) {
                    close();
                }
            } catch (error) {
                state.call.words = describe(error);
            }
        }

        /** Every link to a number, of Odoo's screens too, calls by the telephone system. */
        function onClick(ev) {
            const link = ev.target.closest?.("a[href^='tel:']");
            const isPlain = !(ev.button || ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.altKey);
            if (!link || !isPlain || "dealflowDevice" in link.dataset) {
                return;
            }
            ev.preventDefault();
            if (link.closest(".o_data_row, .o_kanban_record")) {
                // Whoever calls from a list stays there.
                ev.stopPropagation();
            }
            const where = JSON.parse(link.dataset.dealflowNumber || "{}");
            const href = link.getAttribute("href");
            start(decodeURIComponent(href.slice("tel:".length)), where, href);
        }

        if (session.dealflow_extension) {
            browser.addEventListener("click", onClick, { capture: true });
            bus.subscribe("dealflow.outgoing_call", receive);
        }
        return { state, start, hangUp, close, receive, onClick };
    },
};

registry.category("services").add("dealflow_outgoing_call", outgoingCallService);
