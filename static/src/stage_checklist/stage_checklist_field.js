import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** The requirements of the present and the next stage of a deal: done, or missing with the way to do it. */
export class StageChecklistField extends Component {
    static template = "dealflow.StageChecklistField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get stages() {
        return this.props.record.data[this.props.name] || [];
    }

    async onItemClick(item) {
        const { record } = this.props;
        // In the dialog of a move there is nothing to save: it is left for where the requirement is met.
        if (!record.resId) {
            return this.action.doAction(item.action);
        }
        if (await record.save()) {
            await this.action.doAction(item.action, { onClose: () => record.load() });
        }
    }
}

export const stageChecklistField = {
    component: StageChecklistField,
    displayName: _t("Stage Checklist"),
    supportedTypes: ["json"],
};

registry.category("fields").add("dealflow_stage_checklist", stageChecklistField);
