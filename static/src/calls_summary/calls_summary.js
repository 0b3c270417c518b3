import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** What calls ask of the user: to call back, and to say what came of them; for heads, who of their people owes it. */
export class CallsSummary extends Component {
    static template = "dealflow.CallsSummary";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ summary: {} });
        onWillStart(async () => {
            this.state.summary = await this.orm.silent.call("dealflow.call", "get_summary", []);
        });
    }

    get holdsUp() {
        const { debts, limit } = this.state.summary;
        return limit && debts >= limit;
    }

    describeAge(days) {
        return days ? _t("days since the oldest: %(days)s", { days }) : "";
    }

    open(filters, context = {}) {
        const additionalContext = { ...context };
        for (const filter of filters) {
            additionalContext[`search_default_filter_${filter}`] = 1;
        }
        return this.action.doAction("dealflow.dealflow_call_action", { additionalContext, viewType: "list" });
    }

    openWaiting() {
        return this.action.doAction("dealflow.dealflow_call_action_waiting");
    }

    openPerson(person) {
        return this.open(["comment"], { search_default_user_id: person.id });
    }

    openReport() {
        return this.action.doAction("dealflow.dealflow_call_report_action_comments");
    }
}

registry
    .category("dealflow_start_blocks")
    .add(
        "calls",
        { Component: CallsSummary, group: "dealflow.group_user_own", needs: "dealflow.group_telephony" },
        { sequence: 5 }
    );
