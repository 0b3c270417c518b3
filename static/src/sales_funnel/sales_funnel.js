import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { DealReport, DealReportAction } from "../report_options/deal_report";

export class SalesFunnel extends DealReport {
    static template = "dealflow.SalesFunnel";
    static model = "dealflow.sales.funnel";

    get isEmpty() {
        return !this.data.deal_count;
    }

    /** Width of a bar: per cent of the longest one of its table. */
    width(row, rows) {
        const longest = Math.max(...rows.map((candidate) => candidate.count));
        return longest ? (100 * row.count) / longest : 0;
    }

    planTitle(row) {
        const values = {
            decided: this.number(row.decided_count),
            actual: this.percent(row.decided_conversion),
            planned: this.percent(row.planned_conversion),
        };
        if (row.plan_flag) {
            return _t(
                "%(actual)s of %(decided)s decided deals went on, planned %(planned)s: more than chance explains.",
                values
            );
        }
        return _t(
            "%(actual)s of %(decided)s decided deals went on, planned %(planned)s: chance may explain it.",
            values
        );
    }

    print() {
        return this.action.doAction({
            type: "ir.actions.report",
            report_type: "qweb-pdf",
            report_name: "dealflow.report_sales_funnel",
            data: { funnel_options: this.requestOptions },
            context: user.context,
        });
    }

    exportSpreadsheet() {
        return download({
            url: "/dealflow/sales_funnel/xlsx",
            data: { options: JSON.stringify(this.requestOptions), context: JSON.stringify(user.context) },
        });
    }
}

export class SalesFunnelAction extends DealReportAction {
    static Report = SalesFunnel;
}

registry.category("lazy_components").add("dealflow.SalesFunnelAction", SalesFunnelAction);
