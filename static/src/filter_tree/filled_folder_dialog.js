import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** Asks by which field a folder fills itself: one line for each of its values (E13). */
export class FilledFolderDialog extends Component {
    static template = "dealflow.FilledFolderDialog";
    static components = { Dialog };
    static props = { fields: Array, onChosen: Function, close: Function };

    setup() {
        this.state = useState({ field: this.props.fields[0]?.name || "", period: "month", name: "", isBusy: false });
        this.periods = {
            day: _t("Day"),
            week: _t("Week"),
            month: _t("Month"),
            quarter: _t("Quarter"),
            year: _t("Year"),
        };
    }

    get field() {
        return this.props.fields.find((field) => field.name === this.state.field);
    }

    get isDate() {
        return ["date", "datetime"].includes(this.field?.type);
    }

    get placeholder() {
        return _t("By: %s", this.field?.label || "");
    }

    async save() {
        this.state.isBusy = true;
        try {
            await this.props.onChosen({
                name: this.state.name || this.placeholder,
                groupby: this.isDate ? `${this.state.field}:${this.state.period}` : this.state.field,
            });
            this.props.close();
        } finally {
            this.state.isBusy = false;
        }
    }
}
