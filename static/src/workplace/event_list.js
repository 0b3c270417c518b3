import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMoment } from "./format";

/** The events with the client or with the chosen contact, newest first (C10, C11). */
export class EventList extends Component {
    static template = "dealflow.WorkplaceEvents";
    static props = {
        events: Array,
        count: Number,
        hasMore: Boolean,
        filters: Array,
        filter: String,
        contact: [Object, { value: false }],
        mayWork: Boolean,
        isLoading: Boolean,
        onFilter: Function,
        onEverybody: Function,
        onMore: Function,
        onOpen: Function,
        onFinish: Function,
    };

    formatWhen(event) {
        return formatMoment(event.date, { allDay: event.all_day, alwaysTime: true });
    }

    /** A dot stays with the word that follows it. */
    withDot(word) {
        return ` ·\u00a0${word}`;
    }

    describeHead(event) {
        const words = [event.type?.name, event.contact?.name].filter(Boolean);
        return [this.formatWhen(event), ...words.map((word) => this.withDot(word))].join("");
    }

    mayFinish(event) {
        return this.props.mayWork && event.may_edit && ["current", "overdue"].includes(event.state);
    }

    doneTitle(event) {
        return _t("Done: %(name)s", { name: event.name });
    }

    describe({ user, deal }) {
        return [user?.name, deal?.name].filter(Boolean).join(" · ");
    }

    stateClass(event) {
        if (event.is_overdue) {
            return "text-danger";
        }
        return event.state === "done" ? "text-success" : "text-muted";
    }
}
