import { Component, onWillStart, status, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useOwnerChoice } from "../owner_choice/owner_choice";
import { SwitchButtons } from "../switch_buttons/switch_buttons";

/** The plan in five sections, mine or all: a block for the start screen. */
export class ReceiptsSummary extends Component {
    static template = "dealflow.ReceiptsSummary";
    static components = { SwitchButtons };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.owners = [
            { value: true, label: _t("Mine"), className: "o_dealflow_mine" },
            { value: false, label: _t("All"), className: "o_dealflow_all" },
        ];
        this.dates = [
            { value: false, label: _t("As promised"), className: "o_dealflow_promised" },
            { value: true, label: _t("As likely"), className: "o_dealflow_likely" },
        ];
        this.state = useState({ isMine: false, isLikely: false, summary: null });
        this.ownerChoice = useOwnerChoice("receipts", false);
        onWillStart(async () => {
            this.state.isMine = await this.ownerChoice.load();
            if (status(this) !== "destroyed") {
                await this.load();
            }
        });
    }

    async load() {
        this.state.summary = await this.orm.silent.call("dealflow.receipt", "get_plan_summary", [this.state.isMine]);
    }

    async setMine(isMine) {
        this.state.isMine = isMine;
        this.ownerChoice.save(isMine);
        await this.load();
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

    format(amount) {
        return formatMonetary(amount, { currencyId: this.state.summary.currency_id });
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
        this.open([
            ["state", "=", "planned"],
            ["open_amount", ">", 0],
            [field, "=", section.bucket],
        ]);
    }

    openOverdue() {
        this.open([["is_overdue", "=", true]]);
    }

    openReceived() {
        const { start, end } = this.state.summary.month;
        this.open(
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
