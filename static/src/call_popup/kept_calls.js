import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

const KEPT = [
    "uniqueid",
    "direction",
    "number",
    "name",
    "stage",
    "callId",
    "asks",
    "text",
    "nextStep",
    "dealId",
    "isFolded",
];
/** Of so many calls it is remembered that they were closed, and what was typed before they were put off. */
const REMEMBERED = 50;

/** The calls of the pop-up and what was typed in it, kept in this tab until the comment is saved. */
export class KeptCalls {
    constructor() {
        this.key = `dealflow.call_popup.${user.userId}`;
        let kept;
        try {
            kept = JSON.parse(browser.sessionStorage.getItem(this.key));
        } catch {
            // Nothing that can be read is nothing kept.
        }
        this.calls = kept?.calls || [];
        this.closed = kept?.closed || [];
        this.putOffs = kept?.putOffs || [];
    }

    keep(calls, closed) {
        this.calls = calls.map((call) => Object.fromEntries(KEPT.map((name) => [name, call[name]])));
        this.closed = [...closed].slice(-REMEMBERED);
        this.store();
    }

    /** Remember what was typed about a call that is not commented yet. */
    putOff({ uniqueid, callId, text, nextStep, dealId }) {
        if (callId && (text.trim() || nextStep.trim())) {
            const others = this.putOffs.filter((each) => each.uniqueid !== uniqueid);
            this.putOffs = [...others, { uniqueid, callId, text, nextStep, dealId }].slice(-REMEMBERED);
            this.store();
        }
    }

    getPutOff(callId) {
        return this.putOffs.find((each) => each.callId === callId);
    }

    drop(uniqueid) {
        this.putOffs = this.putOffs.filter((each) => each.uniqueid !== uniqueid);
        this.store();
    }

    store() {
        const { calls, closed, putOffs } = this;
        browser.sessionStorage.setItem(this.key, JSON.stringify({ calls, closed, putOffs }));
    }
}
