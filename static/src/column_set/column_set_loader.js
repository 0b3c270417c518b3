import { Component } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";
import { isOurs } from "@dealflow/extended_search/extended_search_loader";
import { session } from "@web/session";
import { viewService } from "@web/views/view_service";

/** Lists in Dealflow's menus come with the columns that the person has chosen; whoever has chosen none asks for none. */
patch(viewService, {
    start(env) {
        const service = super.start(...arguments);
        const { loadViews } = service;
        service.loadViews = (params, options = {}) => {
            const columns = session.dealflow_columns;
            const isAsked =
                columns && isOurs(env, options.actionId) && params.views.some(([, type]) => type === "list");
            return loadViews(params, isAsked ? { ...options, dealflow_columns: columns } : options);
        };
        return service;
    },
});

export class ColumnsItem extends Component {
    static template = "dealflow.ColumnsItem";
    static components = { DropdownItem };
    static props = {};

    async open() {
        await loadBundle("dealflow.assets_column_set");
        const Dialog = registry.category("lazy_components").get("dealflow.ColumnsDialog");
        const { viewId } = this.env.config;
        this.env.services.dialog.add(Dialog, { resModel: this.env.searchModel.resModel, viewId });
    }
}

registry.category("cogMenu").add("dealflow.columns", {
    Component: ColumnsItem,
    groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
    isDisplayed: (env) => env.config.viewType === "list" && env.config.viewId && isOurs(env, env.config.actionId),
});
