import { Component, useState, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Loads a box with the first call that it is about: whose phone never rings loads none. */
class CallBoxLoader extends Component {
    static template = xml`
        <LazyComponent
            t-if="isShown(state)"
            bundle="'dealflow.assets_call_popup'"
            Component="'dealflow.' + props.name"
            props="{}"
        />
    `;
    static components = { LazyComponent };
    static props = { name: String };

    setup() {
        this.isShown = ({ isShown, calls, call }) => call || (isShown && calls.length);
        this.state = useState(
            useService(this.props.name === "CallPopup" ? "dealflow_call_popup" : "dealflow_outgoing_call").state
        );
    }
}

for (const name of ["CallPopup", "OutgoingCall"]) {
    registry.category("main_components").add(`dealflow.${name}`, { Component: CallBoxLoader, props: { name } });
}
