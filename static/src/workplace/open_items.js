import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatAmount, formatDay } from "./format";

const ICONS = {
    deal: "fa-handshake-o",
    opportunity: "fa-lightbulb-o",
    receipt: "fa-money",
    claim: "fa-exclamation-triangle",
    requisites: "fa-id-card-o",
    contract: "fa-file-text-o",
};

/** What waits for something with this client: deals, receipts, claims, requisites, contracts. */
export class OpenItems extends Component {
    static template = "dealflow.WorkplaceOpen";
    static props = {
        rows: Array,
        count: Number,
        mayWork: Boolean,
        onOpen: Function,
        onPostpone: Function,
        onMove: Function,
    };

    setup() {
        this.formatAmount = formatAmount;
        this.formatDay = formatDay;
    }

    icon(row) {
        return ICONS[row.kind] || "fa-circle-o";
    }

    label(row) {
        return {
            deal: _t("Deal"),
            opportunity: _t("Opportunity"),
            receipt: _t("Receipt"),
            claim: _t("Claim"),
            requisites: _t("Requisites"),
            contract: _t("Contract"),
        }[row.kind];
    }

    textClass(row) {
        return { danger: "text-danger", warning: "text-warning-emphasis" }[row.severity] || "text-muted";
    }

    mayPostpone(row) {
        return this.props.mayWork && row.kind === "receipt" && row.may_edit;
    }

    mayMove(row) {
        return this.props.mayWork && row.kind === "deal" && row.may_edit;
    }

    postponeTitle(row) {
        return _t("Postpone: %(name)s", { name: row.name });
    }

    moveTitle(row) {
        return _t("Move: %(name)s", { name: row.name });
    }
}
