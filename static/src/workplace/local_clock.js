import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMoment, formatTime } from "./format";

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

    get shift() {
        return { "-1": _t("yesterday"), 1: _t("tomorrow") }[this.props.place.day_shift] || "";
    }

    get mark() {
        return { true: "text-success", false: "text-muted" }[this.props.place.is_reachable] || "text-warning";
    }

    get words() {
        const { is_reachable, reachable_at } = this.props.place;
        if (is_reachable) {
            return _t("Can be reached now");
        }
        if (is_reachable === false) {
            return reachable_at
                ? _t("Can be reached again: %(time)s", { time: formatMoment(reachable_at, { alwaysTime: true }) })
                : _t("Cannot be reached now");
        }
        return _t("The time zone is not known");
    }
}
