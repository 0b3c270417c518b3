import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { OwnerSummary } from "../owner_summary/owner_summary";

/** The plan in five sections: a block of the start page. */
export class ReceiptsSummary extends OwnerSummary {
    static template = "dealflow.ReceiptsSummary";
    static summary = { model: "dealflow.receipt", method: "get_plan_summary", choice: "receipts", isMine: false };

    setup() {
        super.setup();
        this.dates = [
            { value: false, label: _t("As promised"), className: "o_dealflow_promised" },
            { value: true, label: _t("As likely"), className: "o_dealflow_likely" },
        ];
        this.state.isLikely = false;
    }

    setLikely(isLikely) {
        this.state.isLikely = isLikely;
    }

    getSection(section) {
        return this.state.isLikely ? section.likely : section.promised;
    }

    getTotal(figure) {
        return this.state.summary.sections.reduce((sum, section) => sum + this.getSection(section)[figure], 0);
    }

    /** The figures are those of one company; the lists behind them are too. */
    async open(domain, xmlId = "dealflow.dealflow_receipt_action", changes = {}) {
        const action = await this.action.loadAction(xmlId);
        const context = this.state.isMine ? { search_default_filter_mine: 1 } : {};
        const ofCompany = [["company_id", "=", this.state.summary.company.id]];
        return this.action.doAction({ ...action, domain: [...ofCompany, ...domain], context, ...changes });
    }

    openSection(section) {
        const field = this.state.isLikely ? "bucket_likely" : "bucket";
        return this.open([
            ["state", "=", "planned"],
            ["open_amount", ">", 0],
            [field, "=", section.bucket],
        ]);
    }

    openOverdue() {
        return this.open([["is_overdue", "=", true]]);
    }

    openReceived() {
        const { start, end } = this.state.summary.month;
        return this.open(
            [
                ["measure", "=", "received"],
                ["date", ">=", start],
                ["date", "<", end],
            ],
            "dealflow.dealflow_receipt_report_action_forecast",
            { name: _t("Received This Month"), display_name: _t("Received This Month"), views: [[false, "list"]] }
        );
    }
}

class ReceiptsSummaryPage extends Component {
    static template = "dealflow.ReceiptsSummaryPage";
    static components = { Layout, ReceiptsSummary };
    static props = { ...standardActionServiceProps };
}

registry
    .category("dealflow_start_blocks")
    .add("receipts", { Component: ReceiptsSummary, group: "dealflow.group_receipts" }, { sequence: 50 });
registry.category("actions").add("dealflow.receipts_summary", ReceiptsSummaryPage);
