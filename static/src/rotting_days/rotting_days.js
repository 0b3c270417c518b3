import { KanbanRottingField } from "@mail/js/rotting_mixin/rotting_widget";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Days in the words of the language, in the form that it has for this number: “52 days”, and not “52d”. */
export function formatDays(days) {
    return luxon.Duration.fromObject({ days }).toHuman({ unitDisplay: "short" });
}

export class RottingDaysField extends KanbanRottingField {
    setup() {
        super.setup();
        this.dayCount = formatDays(this.props.record.data.rotting_days);
    }
}

export const rottingDaysField = {
    component: RottingDaysField,
    displayName: _t("Days Rotting"),
    supportedTypes: ["boolean"],
};

registry.category("fields").add("kanban.dealflow_rotting", rottingDaysField);
