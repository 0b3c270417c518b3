import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { DealReport, DealReportAction } from "../report_options/deal_report";

export class DealDynamics extends DealReport {
    static template = "dealflow.DealDynamics";
    static model = "dealflow.deal.dynamics";

    get isEmpty() {
        return !this.data.deal_count;
    }

    get movementNames() {
        return {
            new: _t("New"),
            reopened: _t("Reopened"),
            up: _t("Amount up"),
            down: _t("Amount down"),
            exchange: _t("Exchange rates"),
            won: _t("Won"),
            lost: _t("Lost"),
            pulled_in: _t("Deadline pulled in"),
            pushed_out: _t("Deadline pushed out"),
        };
    }

    /** Bars of the waterfall: each movement begins where the one before has ended. */
    get waterfall() {
        const { opening, movements, closing } = this.data;
        const steps = [
            { key: "opening", name: _t("Pipeline then"), ...opening, from: 0, to: opening.amount, total: true },
        ];
        let level = opening.amount;
        for (const movement of movements) {
            steps.push({
                ...movement,
                name: this.movementNames[movement.key],
                from: level,
                to: level + movement.amount,
            });
            level += movement.amount;
        }
        steps.push({ key: "closing", name: _t("Pipeline now"), ...closing, from: 0, to: closing.amount, total: true });
        const highest = Math.max(...steps.map((step) => Math.max(step.from, step.to))) || 1;
        for (const step of steps) {
            step.start = (100 * Math.min(step.from, step.to)) / highest;
            step.width = (100 * Math.abs(step.to - step.from)) / highest;
            step.tone = step.total ? "total" : step.amount < 0 ? "back" : "forward";
            if (step.key === "won") {
                step.tone = "won";
            }
        }
        return steps;
    }

    cell(row, column) {
        return row.cells.find((cell) => cell.now === column.key);
    }

    signed(amount) {
        return (amount > 0 ? "+" : "") + this.money(amount);
    }

    moveAmount(move) {
        const amount = formatMonetary(move.amount_change, { currencyId: move.currency_id });
        return (move.amount_change > 0 ? "+" : "") + amount;
    }

    day(value) {
        return formatDate(deserializeDate(value));
    }

    moment(value) {
        return formatDateTime(deserializeDateTime(value), { showSeconds: false });
    }

    openStep(step) {
        return step.total ? undefined : this.openDeals(null, null, step.key);
    }

    openDeal(move) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "dealflow.deal",
            res_id: move.deal_id,
            views: [[false, "form"]],
        });
    }

    async openMoves() {
        return this.action.doAction(
            await this.orm.call(this.constructor.model, "get_moves_action", [this.requestOptions])
        );
    }
}

export class DealDynamicsAction extends DealReportAction {
    static Report = DealDynamics;
}

registry.category("actions").add("dealflow.deal_dynamics", DealDynamicsAction);
