import { rottingStatusBarDurationField, RottingStatusBarDurationField } from "@mail/js/rotting_mixin/rotting_statusbar";
import { registry } from "@web/core/registry";
import { useDealMoves } from "../deal_moves/deal_moves";

export class DealStageStatusBarField extends RottingStatusBarDurationField {
    setup() {
        super.setup();
        this.dealMoves = useDealMoves();
    }

    /** Buttons, dropdown entries and commands all end here. */
    async selectItem(item) {
        const { record } = this.props;
        const isSaved = await record.save();
        if (isSaved && (await this.dealMoves.moveToStage(record.resId, item.value))) {
            await record.model.load();
        }
    }
}

export const dealStageStatusBarField = {
    ...rottingStatusBarDurationField,
    component: DealStageStatusBarField,
    fieldDependencies: [
        ...rottingStatusBarDurationField.fieldDependencies,
        { name: "is_rotting", type: "boolean" },
        { name: "rotting_days", type: "integer" },
    ],
};

registry.category("fields").add("dealflow_stage_statusbar", dealStageStatusBarField);
