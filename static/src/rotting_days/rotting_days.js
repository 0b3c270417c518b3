import { KanbanRottingField } from "@mail/js/rotting_mixin/rotting_widget";
import { registry } from "@web/core/registry";

/** Days in the words of the language, in the form that it has for this number: “52 days”, and not “52d”. */
export function formatDays(days) {
    return luxon.Duration.fromObject({ days }).toHuman({ unitDisplay: "short" });
}

class RottingDaysField extends KanbanRottingField {
    setup() {
        super.setup();
        this.dayCount = formatDays(this.props.record.data.rotting_days);
    }
}

registry.category("fields").add("kanban.dealflow_rotting", { component: RottingDaysField });
