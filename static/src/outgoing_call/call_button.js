import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { phoneLink } from "@dealflow/phone_link/phone_link";

/** A button that calls the number in the field `phone`, by a key as well. */
export class CallButton extends Component {
    static template = "dealflow.CallButton";
    static props = { ...standardWidgetProps };

    get phone() {
        return this.props.record.data.phone;
    }

    get href() {
        return phoneLink(this.phone);
    }
}

registry.category("view_widgets").add("dealflow_call_button", { component: CallButton });
