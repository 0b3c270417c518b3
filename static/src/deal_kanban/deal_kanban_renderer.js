import { RottingKanbanRenderer } from "@mail/js/rotting_mixin/rotting_kanban_renderer";
import { useDealMoves } from "../deal_moves/deal_moves";
import { DealKanbanHeader } from "./deal_kanban_header";

/** Groupings in which a drop is a move of the deal: it opens a dialog instead of writing the field. */
const MOVE_METHODS = {
    stage_id: "moveToStage",
    state: "moveToState",
    lost_reason_id: "moveToLostReason",
};
/** Groupings in which no drop can succeed: a deal stays in its company and in the funnel of its stage. */
const FIXED_FIELDS = ["company_id", "funnel_id"];

export class DealKanbanRenderer extends RottingKanbanRenderer {
    static components = {
        ...RottingKanbanRenderer.components,
        KanbanHeader: DealKanbanHeader,
    };

    setup() {
        super.setup();
        this.dealMoves = useDealMoves();
    }

    get canResequenceRecords() {
        return super.canResequenceRecords && this.props.archInfo.activeActions.edit;
    }

    get canMoveRecords() {
        const { name } = this.props.list.groupByField || {};
        if (FIXED_FIELDS.includes(name)) {
            return false;
        }
        return name in MOVE_METHODS ? this.canResequenceRecords : super.canMoveRecords;
    }

    async sortRecordDrop(dataRecordId, dataGroupId, params) {
        const { list } = this.props;
        const moveMethod = list.isGrouped && MOVE_METHODS[list.groupByField.name];
        if (!moveMethod || params.parent?.dataset.id === dataGroupId) {
            return super.sortRecordDrop(dataRecordId, dataGroupId, params);
        }
        params.parent?.classList.remove("o_kanban_hover");
        const record = list.records.find((candidate) => candidate.id === dataRecordId);
        const group = list.groups.find((candidate) => candidate.id === params.parent?.dataset.id);
        // Both may be gone when the columns were loaded again during the drag.
        if (record && group) {
            await this.moveDeal(record, moveMethod, group.value);
        }
    }

    /** The card stays in its column until the move is done; then everything that counts the deal is loaded again. */
    async moveDeal(record, moveMethod, value) {
        this.toggleProcessing(record.id, true);
        try {
            if (await this.dealMoves[moveMethod](record.resId, value)) {
                await record.model.load();
            }
        } finally {
            this.toggleProcessing(record.id, false);
        }
    }
}
