import { Component } from "@odoo/owl";
import { formatAmount, formatMoment } from "./format";

const ICONS = {
    money: "fa-money",
    slipped: "fa-clock-o",
    deal: "fa-handshake-o",
    price: "fa-tags",
    stock: "fa-cubes",
    claim: "fa-exclamation-triangle",
    competitor: "fa-flag-o",
    contact: "fa-user-o",
    requisites: "fa-id-card-o",
    letter: "fa-envelope-o",
    contract: "fa-file-text-o",
};

/** What has changed with the client since this person was last in touch with it; that nothing has is told, too. */
export class SinceTouch extends Component {
    static template = "dealflow.WorkplaceSince";
    static props = { since: Object, onOpen: Function };

    setup() {
        this.formatAmount = formatAmount;
        this.formatMoment = formatMoment;
    }

    icon(row) {
        return ICONS[row.kind] || "fa-circle-o";
    }

    iconClass(row) {
        const mark = { success: "text-success", danger: "text-danger", warning: "text-warning" }[row.severity];
        return mark || "text-muted";
    }
}
