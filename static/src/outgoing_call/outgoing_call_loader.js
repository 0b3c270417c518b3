import { Component, useState, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Loads the box with the first call that is begun here. */
export class OutgoingCallLoader extends Component {
    static template = xml`
        <LazyComponent
            t-if="state.call"
            bundle="'dealflow.assets_call_popup'"
            Component="'dealflow.OutgoingCall'"
            props="{}"
        />
    `;
    static components = { LazyComponent };
    static props = {};

    setup() {
        this.state = useState(useService("dealflow_outgoing_call").state);
    }
}

registry.category("main_components").add("dealflow.OutgoingCall", { Component: OutgoingCallLoader });
