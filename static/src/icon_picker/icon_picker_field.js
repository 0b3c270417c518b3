import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Loads the picker of icons with the first form that has one. */
export class IconPickerField extends Component {
    static template = xml`
        <LazyComponent bundle="'dealflow.assets_icon_picker'" Component="'dealflow.IconPicker'" props="() => props"/>
    `;
    static components = { LazyComponent };
    static props = ["*"];
}

registry.category("fields").add("dealflow_icon", {
    component: IconPickerField,
    displayName: _t("Icon"),
    supportedTypes: ["char"],
});
