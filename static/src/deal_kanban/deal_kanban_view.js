import { rottingKanbanView } from "@mail/js/rotting_mixin/rotting_kanban_view";
import { registry } from "@web/core/registry";
import { DealKanbanRenderer } from "./deal_kanban_renderer";

export const dealKanbanView = {
    ...rottingKanbanView,
    Renderer: DealKanbanRenderer,
};

registry.category("views").add("dealflow_deal_kanban", dealKanbanView);
