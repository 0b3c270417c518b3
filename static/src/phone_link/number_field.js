import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { phoneLink } from "@dealflow/phone_link/phone_link";

/** A number as the telephony told it: an extension, or the word for a hidden number, is no link. */
export class NumberField extends Component {
    static template = "dealflow.NumberField";
    static props = { ...standardFieldProps };

    get number() {
        return this.props.record.data[this.props.name];
    }

    get href() {
        return phoneLink(this.number);
    }

    /** Where the number stands: the server asks whether the person may read it there. */
    get source() {
        const { record, name } = this.props;
        return JSON.stringify({ model: record.resModel, record_id: record.resId, field: name });
    }
}

registry.category("fields").add("dealflow_number", {
    component: NumberField,
    displayName: _t("Number of a Call"),
    supportedTypes: ["char"],
});
