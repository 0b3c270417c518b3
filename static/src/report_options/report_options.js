import { Component } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

/** Period, funnel and responsible person of a report over the history of deals. */
export class ReportOptions extends Component {
    static template = "dealflow.ReportOptions";
    static components = { DateTimeInput, RecordSelector };
    static props = {
        options: Object,
        funnels: { type: Array, element: Object },
        hasBasis: { type: Boolean, optional: true },
        onChange: Function,
    };

    get presets() {
        const day = today();
        const lastMonth = day.minus({ months: 1 });
        return [
            { key: "week", label: _t("7 days"), from: day.minus({ days: 6 }), to: day },
            { key: "month", label: _t("This month"), from: day.startOf("month"), to: day },
            {
                key: "last_month",
                label: _t("Last month"),
                from: lastMonth.startOf("month"),
                to: lastMonth.endOf("month"),
            },
            { key: "quarter", label: _t("This quarter"), from: day.startOf("quarter"), to: day },
            { key: "year", label: _t("This year"), from: day.startOf("year"), to: day },
            { key: "twelve", label: _t("12 months"), from: day.minus({ months: 12 }).plus({ days: 1 }), to: day },
        ];
    }

    isActive(preset) {
        const { date_from, date_to } = this.props.options;
        return serializeDate(preset.from) === date_from && serializeDate(preset.to) === date_to;
    }

    toDate(value) {
        return deserializeDate(value);
    }

    selectPreset(key) {
        const preset = this.presets.find((candidate) => candidate.key === key);
        if (preset) {
            return this.props.onChange({
                date_from: serializeDate(preset.from),
                date_to: serializeDate(preset.to),
            });
        }
    }

    setDate(name, date) {
        if (date) {
            return this.props.onChange({ [name]: serializeDate(date) });
        }
    }

    onFunnelChange(ev) {
        return this.props.onChange({ funnel_id: parseInt(ev.target.value) });
    }

    onUserChange(userId) {
        return this.props.onChange({ user_id: userId || false });
    }

    onBasisChange(ev) {
        return this.props.onChange({ basis: ev.target.value });
    }
}
