import { Component, reactive, useState } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { session } from "@web/session";

/** Whether a list is shown in Dealflow's menus; where no menu was chosen yet, whether it is one of its sections. */
export function isOurs({ services }, actionId) {
    const app = services.menu?.getCurrentApp();
    return app ? app.xmlid === "dealflow.menu_dealflow_root" : session.dealflow_filter_sections?.includes(actionId);
}

/** The button in the search bar, and the place of the form under it, whose scripts come when it is first unfolded. */
export class ExtendedSearch extends Component {
    static template = "dealflow.ExtendedSearch";
    static components = { LazyComponent };
    static props = { isButton: { type: Boolean, optional: true } };

    setup() {
        const { config, inDialog, searchModel } = this.env;
        this.isShown =
            searchModel &&
            !inDialog &&
            isOurs(this.env, config.actionId) &&
            session.dealflow_searches?.includes(searchModel.resModel);
        if (this.isShown) {
            searchModel.dealflowForm ||= reactive({ isOpen: false });
            this.state = useState(searchModel.dealflowForm);
        }
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
    }
}

SearchBar.components.DealflowExtendedSearch = ExtendedSearch;
ControlPanel.components.DealflowExtendedSearch = ExtendedSearch;
