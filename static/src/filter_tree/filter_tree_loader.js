import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { CustomFavoriteItem } from "@web/search/custom_favorite_item/custom_favorite_item";
import { Layout } from "@web/search/layout";
import { SearchModel } from "@web/search/search_model";
import { session } from "@web/session";

/** The place of the tree of filters left of a list: loads the tree after the list, and nothing while it is folded. */
export class FilterTreeLoader extends Component {
    static template = "dealflow.FilterTreeLoader";
    static props = {};

    setup() {
        this.key = `dealflow.filter_tree.${this.env.config.actionId}`;
        const kept = browser.localStorage.getItem(this.key);
        // Where Odoo's panel stands beside the list, two would leave it little room: the tree waits for a click.
        const isFolded = kept ? kept === "folded" : this.env.searchModel.display.searchPanel;
        this.state = useState({ isOpen: !this.env.isSmall && !isFolded, Tree: null });
        onMounted(() => this.state.isOpen && this.load());
        onWillUnmount(() => (this.isGone = true));
    }

    async load() {
        await loadBundle("dealflow.assets_filter_tree");
        if (!this.isGone) {
            this.state.Tree = registry.category("lazy_components").get("dealflow.FilterTree");
        }
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
        if (!this.env.isSmall) {
            // On a phone the tree is a drawer, which closes after each choice.
            browser.localStorage.setItem(this.key, this.state.isOpen ? "open" : "folded");
        }
        return this.state.isOpen && this.load();
    }
}

patch(Layout, { components: { ...Layout.components, FilterTreeLoader } });

patch(SearchModel.prototype, {
    get dealflowHasTree() {
        const { actionId, viewType } = this.env.config;
        return !this.env.inDialog && viewType !== "form" && (session.dealflow_filter_sections || []).includes(actionId);
    },

    _getDisplay() {
        const display = super._getDisplay(...arguments);
        return this.dealflowHasTree ? { ...display, dealflowFilterTree: true } : display;
    },

    _getIrFilterDescription() {
        const description = super._getIrFilterDescription(...arguments);
        if (this.dealflowFolderId) {
            description.irFilter.dealflow_folder_id = this.dealflowFolderId;
        }
        return description;
    },
});

patch(CustomFavoriteItem.prototype, {
    setup() {
        super.setup();
        this.dealflow = useState({ folders: [], folderId: 0 });
        if (this.env.searchModel.dealflowHasTree) {
            const orm = useService("orm");
            onMounted(async () => {
                const { resModel } = this.env.searchModel;
                this.dealflow.folders = await orm.call("dealflow.filter.folder", "get_places", [], {
                    model: resModel,
                    action_id: this.env.config.actionId,
                });
            });
        }
    },

    /** A filter is saved into the chosen folder, and the tree shows it (E53). */
    async saveFavorite() {
        const model = this.env.searchModel;
        model.dealflowFolderId = Number(this.dealflow.folderId);
        try {
            const id = await super.saveFavorite(...arguments);
            if (id) {
                model.trigger("dealflow-filters");
            }
            return id;
        } finally {
            model.dealflowFolderId = 0;
        }
    },
});
