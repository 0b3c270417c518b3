import { Component, onWillStart, status, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { useOwnerChoice } from "../owner_choice/owner_choice";
import { SwitchButtons } from "../switch_buttons/switch_buttons";

/** What the open deals ask for, mine or all that one may see: a block of the start page. */
export class DealsSummary extends Component {
    static template = "dealflow.DealsSummary";
    static components = { SwitchButtons };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.owners = [
            { value: true, label: _t("Mine"), className: "o_dealflow_mine" },
            { value: false, label: _t("All"), className: "o_dealflow_all" },
        ];
        this.state = useState({ isMine: true, summary: null });
        this.ownerChoice = useOwnerChoice("deals");
        onWillStart(async () => {
            [this.canWork, this.state.isMine] = await Promise.all([
                user.hasGroup("dealflow.group_user_own"),
                this.ownerChoice.load(),
            ]);
            if (status(this) !== "destroyed") {
                await this.load();
            }
        });
    }

    async load() {
        this.state.summary = await this.orm.silent.call("dealflow.deal", "get_summary", [this.state.isMine]);
    }

    async setMine(isMine) {
        this.state.isMine = isMine;
        this.ownerChoice.save(isMine);
        await this.load();
    }

    format(amount) {
        return formatMonetary(amount, { currencyId: this.state.summary.currency_id });
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
        return this.action.doAction("dealflow.dealflow_deal_action", { additionalContext, viewType: "list" });
    }
}

registry.category("dealflow_start_blocks").add("deals", { Component: DealsSummary }, { sequence: 20 });
