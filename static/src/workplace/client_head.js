import { Component } from "@odoo/owl";
import { formatInteger } from "@web/views/fields/formatters";
import { formatAmount, formatDay } from "./format";
import { LocalClock } from "./local_clock";

/** Who the client is, what can be done with one click, and four figures (C08, C12 to C15). */
export class ClientHead extends Component {
    static template = "dealflow.WorkplaceClientHead";
    static components = { LocalClock };
    static props = {
        client: Object,
        figures: [Array, { value: false }],
        phone: Object,
        mayWork: Boolean,
        mayPrice: Boolean,
        tick: { type: Number, optional: true },
        onCall: Function,
        onNewEvent: Function,
        onPrice: Function,
        onEvents: Function,
        onDetails: Function,
    };

    get place() {
        const { city, country } = this.props.client;
        return [city, country].filter(Boolean).join(", ");
    }

    /** What is worth knowing of the client, each thing once. */
    get facts() {
        const { segment, status, industry, user } = this.props.client;
        const known = segment || [status?.name, industry?.name].filter(Boolean).join(" · ");
        return [known, user?.name].filter(Boolean);
    }

    formatFigure({ kind, value, currency_id }) {
        if (value === false) {
            return "–";
        }
        if (kind === "date") {
            return formatDay(value);
        }
        return kind === "money" ? formatAmount({ amount: value, currency_id }) : formatInteger(value);
    }
}
