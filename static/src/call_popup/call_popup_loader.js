import { Component, useState, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Loads the pop-up with the first call: whose phone never rings does not load it. */
export class CallPopupLoader extends Component {
    static template = xml`
        <LazyComponent
            t-if="state.isShown and state.calls.length"
            bundle="'dealflow.assets_call_popup'"
            Component="'dealflow.CallPopup'"
            props="{}"
        />
    `;
    static components = { LazyComponent };
    static props = {};

    setup() {
        this.state = useState(useService("dealflow_call_popup").state);
    }
}

registry.category("main_components").add("dealflow.CallPopup", { Component: CallPopupLoader });
