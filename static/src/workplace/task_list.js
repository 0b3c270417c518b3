import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMoment } from "./format";

// More would push away what comes below.
const SHOWN = 8;

/** What is overdue, and what is to do besides the events; what a superior has set stands among it (P22, P23). */
export class TaskList extends Component {
    static template = "dealflow.WorkplaceTasks";
    static props = {
        events: Array,
        activities: Array,
        mayWork: Boolean,
        onOpen: Function,
        onFinish: Function,
        onClient: Function,
    };

    setup() {
        this.state = useState({ isOpened: false });
    }

    get shown() {
        return this.state.isOpened ? this.rows : this.rows.slice(0, SHOWN);
    }

    get rows() {
        const events = this.props.events.map((event) => ({
            ...event,
            key: `event,${event.id}`,
            event,
            at: event.start,
            isOverdue: true,
            typeName: event.type?.name || "",
        }));
        const activities = this.props.activities.map((activity) => ({
            ...activity,
            key: `activity,${activity.id}`,
            activity,
            at: activity.day,
            all_day: true,
            color: 0,
            isOverdue: activity.state === "overdue",
            typeName: activity.type,
        }));
        // What was to be done first stands first.
        return [...events, ...activities].sort((one, other) => one.at.localeCompare(other.at));
    }

    formatWhen(row) {
        return formatMoment(row.at, { allDay: row.all_day });
    }

    authorTitle(row) {
        return _t("Set by %(name)s", { name: row.set_by });
    }

    doneTitle(row) {
        return _t("Done: %(name)s", { name: row.name });
    }
}
