import { Component } from "@odoo/owl";
import { formatAmount, formatDay } from "./format";

/** What has been sold, what is owed and what is promised, with the likely dates of receipts (C27 to C29). */
export class ClientFinance extends Component {
    static template = "dealflow.WorkplaceFinance";
    static props = { finance: Object, onOpen: Function, onView: Function };

    setup() {
        this.formatAmount = formatAmount;
        this.formatDay = formatDay;
    }

    get isEmpty() {
        return ["receipts", "unpaid", "sales", "payments"].every((kind) => !this.props.finance[kind]?.count);
    }

    money(amount) {
        return formatAmount({ amount, currency_id: this.props.finance.currency_id });
    }

    /** A likely date is worth a word only where it is not the promised one. */
    likely({ date_likely, date_promised }) {
        return date_likely && date_likely !== date_promised ? formatDay(date_likely) : "";
    }
}
