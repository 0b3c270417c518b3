import { RottingKanbanController } from "@mail/js/rotting_mixin/rotting_kanban_controller";
import { rottingKanbanView } from "@mail/js/rotting_mixin/rotting_kanban_view";
import { registry } from "@web/core/registry";
import { DealKanbanRenderer } from "./deal_kanban_renderer";

export class DealKanbanController extends RottingKanbanController {
    get progressBarAggregateFields() {
        return [...super.progressBarAggregateFields, this.props.fields.weighted_amount];
    }

    /** A deal is not made won or lost: these follow from its stage and its lost reason. */
    isQuickCreateField(field) {
        return super.isQuickCreateField(field) && !["lost_reason_id", "state"].includes(field.name);
    }
}

export const dealKanbanView = {
    ...rottingKanbanView,
    Controller: DealKanbanController,
    Renderer: DealKanbanRenderer,
};

registry.category("views").add("dealflow_deal_kanban", dealKanbanView);
