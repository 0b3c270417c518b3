import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMomentThere, formatTime } from "./format";

const { DateTime } = luxon;

/** What the clock shows where somebody is, and whether people work there now (C09). */
export class LocalClock extends Component {
    static template = "dealflow.WorkplaceClock";
    // "tick" is another value each minute.
    static props = { place: Object, tick: { type: Number, optional: true } };

    get clock() {
        const { tz, clock } = this.props.place;
        return tz ? formatTime(DateTime.now(), tz) : clock;
    }

    /** Without a time zone nobody knows whether anybody is there: true, false, or null. */
    get isReachable() {
        const { tz, is_reachable: isReachable } = this.props.place;
        return tz ? Boolean(isReachable) : null;
    }

    get icon() {
        return this.isReachable ? "fa-circle" : "fa-circle-o";
    }

    get shift() {
        return { "-1": _t("yesterday"), 1: _t("tomorrow") }[this.props.place.day_shift] || "";
    }

    get mark() {
        return { true: "text-success", false: "text-muted" }[this.isReachable] || "text-warning";
    }

    get words() {
        const { tz, reachable_at: reachableAt } = this.props.place;
        if (this.isReachable === null) {
            return _t("The time zone is not known");
        }
        if (this.isReachable) {
            return _t("Can be reached now");
        }
        return reachableAt
            ? _t("Can be reached again: %(time)s by their clock", { time: formatMomentThere(reachableAt, tz) })
            : _t("Cannot be reached now");
    }
}
