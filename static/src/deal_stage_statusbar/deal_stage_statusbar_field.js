import { rottingStatusBarDurationField, RottingStatusBarDurationField } from "@mail/js/rotting_mixin/rotting_statusbar";
import { registry } from "@web/core/registry";
import { formatDuration } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useDealMoves } from "../deal_moves/deal_moves";
import { formatDays } from "../rotting_days/rotting_days";

export class DealStageStatusBarField extends RottingStatusBarDurationField {
    static template = "dealflow.DealStageStatusBarField";

    setup() {
        super.setup();
        this.dealMoves = useDealMoves();
    }

    get rottingDays() {
        return formatDays(this.props.record.data.rotting_days);
    }

    /**
     * The time in a stage in words, because “1m” may be a minute or a month. Only the present stage says it: with the
     * others, the stages would not fit beside the buttons of the form and make room for a single one.
     */
    getAllItems() {
        const durations = this.props.record.data.duration_tracking || {};
        return super.getAllItems().map((item) => ({
            ...item,
            shortTimeInStage:
                item.isSelected && item.shortTimeInStage && formatDuration(durations[item.value], true).split(",")[0],
        }));
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
    displayName: _t("Stages of a Deal"),
    fieldDependencies: [
        ...rottingStatusBarDurationField.fieldDependencies,
        { name: "is_rotting", type: "boolean" },
        { name: "rotting_days", type: "integer" },
    ],
};

registry.category("fields").add("dealflow_stage_statusbar", dealStageStatusBarField);
