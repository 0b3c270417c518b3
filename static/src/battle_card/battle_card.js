import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** Where we win and lose against a competitor, with the number of cases behind each share. */
export class BattleCardField extends Component {
    static template = "dealflow.BattleCardField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get sections() {
        const sections = this.props.record.data[this.props.name] || [];
        return sections.filter((section) => section.rows.length);
    }

    formatShare(share) {
        return `${Math.round(share)} %`;
    }

    openCases(section, row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: `${section.title}: ${row.name}`,
            res_model: section.model,
            views: [[false, "list"]],
            domain: row.domain,
        });
    }
}

export const battleCardField = {
    component: BattleCardField,
    displayName: _t("Battle Card"),
    supportedTypes: ["json"],
};

registry.category("fields").add("dealflow_battle_card", battleCardField);
