import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";

/** What waits for accounting: a block of the start page. */
export class AccountingSummary extends Component {
    static template = "dealflow.AccountingSummary";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ summary: null });
        onWillStart(async () => {
            this.state.summary = await this.orm.silent.call("dealflow.receipt", "get_accounting_summary");
        });
    }

    get isEmpty() {
        return this.state.summary.rows.every((row) => !row.count);
    }

    format(amount) {
        return amount === false ? "" : formatMonetary(amount, { currencyId: this.state.summary.currency_id });
    }

    async open(row) {
        const action = await this.action.loadAction(row.action);
        // The filters that the list begins with would hide a part of what is counted.
        const views = action.views.map(([id, type]) => [id, type]).sort((first) => (first[1] === "list" ? -1 : 0));
        return this.action.doAction({ ...action, views, domain: row.domain, context: {}, display_name: row.label });
    }
}

registry.category("dealflow_start_blocks").add(
    "accounting",
    {
        Component: AccountingSummary,
        group: ["dealflow.group_requisites_confirmer", "account.group_account_invoice"],
    },
    { sequence: 5 }
);
