import { Component } from "@odoo/owl";

/** Two or more buttons in a row, one of which is pressed. */
export class SwitchButtons extends Component {
    static template = "dealflow.SwitchButtons";
    static props = {
        label: String,
        choices: {
            type: Array,
            element: {
                type: Object,
                shape: { value: true, label: String, className: { type: String, optional: true } },
            },
        },
        value: true,
        onChange: Function,
    };
}
