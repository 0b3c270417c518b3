import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";

/** Makes a field of the company's own. */
export class FieldDialog extends Component {
    static template = "dealflow.CardFieldDialog";
    static components = { Dialog };
    static props = { model: String, kinds: Array, registers: Array, onAdded: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ label: "", kind: "text", choices: "", register: "", help: "", isBusy: false });
    }

    get isComplete() {
        const { label, kind, choices, register } = this.state;
        return label.trim() && (kind !== "choice" || choices.trim()) && (kind !== "register" || register);
    }

    async confirm() {
        if (!this.isComplete || this.state.isBusy) {
            return;
        }
        const { label, kind, choices, register, help } = this.state;
        const options = { help };
        if (kind === "choice") {
            options.choices = choices.split("\n").filter((line) => line.trim());
        } else if (kind === "register") {
            options.register_id = Number(register);
        }
        this.state.isBusy = true;
        try {
            const field = await this.orm.call("dealflow.card.arrangement", "add_field", [
                this.props.model,
                label,
                kind,
                options,
            ]);
            this.props.close();
            await this.props.onAdded(field);
        } finally {
            this.state.isBusy = false;
        }
    }
}
