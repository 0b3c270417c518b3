import { onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { OwnerSummary } from "../owner_summary/owner_summary";

/** What the open deals ask for: a block of the start page. */
export class DealsSummary extends OwnerSummary {
    static template = "dealflow.DealsSummary";
    static summary = { model: "dealflow.deal", method: "get_summary", choice: "deals", isMine: true };

    setup() {
        super.setup();
        onWillStart(async () => {
            this.canWork = await user.hasGroup("dealflow.group_user_own");
        });
    }

    get isEmpty() {
        return this.state.summary.rows.every((row) => !row.count);
    }

    openOpportunities() {
        return this.action.doAction("crm.crm_lead_opportunities");
    }

    newClient() {
        return this.action.doAction("dealflow.res_partner_action_new_client");
    }

    open(row) {
        const filters = this.state.isMine ? ["filter_mine", ...row.filters] : row.filters;
        const additionalContext = { search_default_filter_in_work: 0 };
        for (const filter of filters) {
            additionalContext[`search_default_${filter}`] = 1;
        }
        return this.action.doAction(row.action, { additionalContext, viewType: "list" });
    }
}

registry.category("dealflow_start_blocks").add("deals", { Component: DealsSummary }, { sequence: 20 });
