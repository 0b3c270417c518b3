import { Component, useEffect, useRef } from "@odoo/owl";
import { scrollTo } from "@web/core/utils/scrolling";
import { phoneLink } from "@dealflow/phone_link/phone_link";
import { formatMoment } from "./format";
import { LocalClock } from "./local_clock";

/** Clients with something to do, or those that were looked for; who can be reached now stands first (C07). */
export class ClientList extends Component {
    static template = "dealflow.WorkplaceClients";
    static components = { LocalClock };
    static props = {
        rows: Array,
        total: Number,
        isFound: Boolean,
        clientId: [Number, { value: false }],
        tick: { type: Number, optional: true },
        onChoose: Function,
        onMore: Function,
        onNew: { type: Function, optional: true },
    };

    setup() {
        this.list = useRef("list");
        this.formatMoment = formatMoment;
        this.phoneLink = phoneLink;
        useEffect(
            (clientId) => {
                const row = this.list.el?.querySelector(`[data-client="${clientId}"]`);
                // Not at first: the page begins at its top.
                if (row && this.wasShown) {
                    scrollTo(row);
                }
                this.wasShown = true;
            },
            () => [this.props.clientId]
        );
    }

    /** What was found, where it is not the name that stands above. */
    match({ match, contact }) {
        if (!match) {
            return "";
        }
        return [match.contact_id && contact?.name, match.kind !== "name" && match.text].filter(Boolean).join(" ");
    }

    place(row) {
        return [row.city, row.region && row.region !== row.city ? row.region : ""].filter(Boolean).join(", ");
    }
}
